"""Cosine similarities, and the metrics that are their mean."""

from __future__ import annotations

from dataclasses import dataclass

from evalsuite.metrics.base import (
    AUDIO_SIMILARITY_AUDIO,
    AUDIO_SIMILARITY_IMAGE,
    JUDGE_CLASSES,
    JUDGE_IMAGE,
    Evidence,
    FloatArray,
    Outcome,
)
from evalsuite.metrics.rows import Rows, same_width, unit_rows
from evalsuite.stats.intervals import mean_estimate


def cosine_rows(a: FloatArray, b: FloatArray) -> Rows:
    """Return the cosine between each row of ``a`` (n, d) and the same row of ``b`` (n, d), float64 (n,) in [-1, 1].

    Raises ``ValueError`` on different shapes, NaN, infinity and rows of zeros.
    """
    left, right = unit_rows(a, name="a"), unit_rows(b, name="b")
    if left.shape != right.shape:
        raise ValueError(f"rows cannot be paired: {left.shape} and {right.shape}")
    cosines: Rows = (left * right).sum(axis=1)
    return cosines.clip(-1, 1)


def cosine_matrix(a: FloatArray, b: FloatArray) -> Rows:
    """Return the cosines of all rows of ``a`` (n, d) with all rows of ``b`` (c, d), float64 (n, c) in [-1, 1].

    Raises ``ValueError`` on different widths, NaN, infinity and rows of zeros.
    """
    left, right = unit_rows(a, name="a"), unit_rows(b, name="b")
    same_width(left, right)
    cosines: Rows = left @ right.T
    return cosines.clip(-1, 1)


@dataclass(frozen=True, kw_only=True)
class MeanCosine:
    """The mean cosine between each picture and its counterpart; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    needs: tuple[str, str]
    """Feature keys of the pictures, and of their counterparts."""
    by_class: bool
    """Whether the counterparts are one row per class rather than one per clip."""
    meaning: str
    version: int = 1
    higher_is_better: bool = True
    unit: str = "cosine"
    details: str = "f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the mean cosine with its clustered t interval."""
        pictures, counterparts = (evidence.features[key] for key in self.needs)
        cosines = cosine_rows(pictures, counterparts[evidence.targets] if self.by_class else counterparts)
        return Outcome(estimate=mean_estimate(cosines, sources=evidence.sources), per_clip=cosines)


clip_similarity = MeanCosine(
    name="clip_similarity",
    needs=(JUDGE_IMAGE, JUDGE_CLASSES),
    by_class=True,
    meaning="How near the judge finds each picture to the text of its true class, on average.",
)
audioclip_similarity = MeanCosine(
    name="audioclip_similarity",
    needs=(AUDIO_SIMILARITY_IMAGE, AUDIO_SIMILARITY_AUDIO),
    by_class=False,
    meaning="How near an audio-visual encoder finds each picture to the sound it was made from, on average.",
)
