"""Cosine similarities, and the metrics that are their mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.metrics.base import (
    AUDIO_SIMILARITY_AUDIO,
    AUDIO_SIMILARITY_IMAGE,
    CLAP_AUDIO,
    CLAP_LABELS,
    JUDGE_CLASSES,
    JUDGE_IMAGE,
    JUDGE_TRUE,
    SECOND_AUDIO_SIMILARITY_AUDIO,
    SECOND_AUDIO_SIMILARITY_IMAGE,
    SECOND_JUDGE_CLASSES,
    SECOND_JUDGE_IMAGE,
    Evidence,
    FloatArray,
    IntArray,
    Outcome,
)
from evalsuite.metrics.rows import Rows, checked, same_width, slices, unit_chunks, unit_rows
from evalsuite.stats.intervals import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDING = 1e-12
"""Cosines this near are a tie: equal rows may differ in the last digit of their cosines, by where they stand."""


def cosine_rows(a: FloatArray, b: FloatArray, *, which: IntArray | None = None) -> Rows:
    """Return the cosine between each row of ``a`` (n, d) and a row of ``b``, float64 (n,) in [-1, 1].

    That is the same row of ``b`` (n, d), or where ``which`` (n,) is given the row of ``b`` (m, d) that it names. ``a``
    may lie on disk. Raises ``ValueError`` on shapes that do not go together, NaN, infinity and rows of zeros.
    """
    if a.shape[1:] != b.shape[1:] or len(a) != len(b if which is None else which):
        raise ValueError(f"rows cannot be paired: {a.shape} and {b.shape}")
    right = unit_chunks(b, name="b") if which is None else _named(unit_rows(b, name="b"), which)
    pairs = zip(unit_chunks(a, name="a"), right, strict=True)
    return np.concatenate([(left * rows).sum(axis=1).clip(-1, 1) for (_, left), (_, rows) in pairs])


def _named(rows: Rows, which: IntArray) -> Iterator[tuple[slice, Rows]]:
    for here in slices(len(which)):
        yield here, rows[which[here]]


def cosine_matrix(a: FloatArray, b: FloatArray) -> Rows:
    """Return the cosines of all rows of ``a`` (n, d) with all rows of ``b`` (c, d), float64 (n, c) in [-1, 1].

    ``a`` may lie on disk. Raises ``ValueError`` on different widths, NaN, infinity and rows of zeros.
    """
    right = unit_rows(b, name="b")
    same_width(checked(a, name="a"), right)
    return np.concatenate([(left @ right.T).clip(-1, 1) for _, left in unit_chunks(a, name="a")])


def nearest_rows(a: FloatArray, b: FloatArray) -> tuple[npt.NDArray[np.intp], Rows]:
    """Return for each row of ``a`` (n, d) which row of ``b`` (m, d) has the largest cosine with it, and that cosine.

    Both are (n,): indices, and float64 in [-1, 1]. Cosines within :data:`ROUNDING` are a tie, which goes to the first
    row. ``b`` may lie on disk: it is read a few rows at a time, and memory does not grow with m. Raises ``ValueError``
    as :func:`cosine_matrix` does.
    """
    left = unit_rows(a, name="a")
    same_width(left, checked(b, name="b"))
    index, nearest = np.zeros(len(left), dtype=np.intp), np.full(len(left), -np.inf)
    for there, right in unit_chunks(b, name="b"):
        for here in slices(len(left)):
            cosines = left[here] @ right.T
            largest = cosines.max(axis=1)
            first = (cosines >= largest[:, None] - ROUNDING).argmax(axis=1)
            nearer = largest > nearest[here] + ROUNDING
            index[here] = np.where(nearer, there.start + first, index[here])
            nearest[here] = np.where(nearer, largest, nearest[here])
    return index, nearest.clip(-1, 1)


class CosineMatrix:
    """The cosines of all rows of ``a`` (n, d) with all rows of ``b`` (m, d), taken a few rows at a time.

    Raises ``ValueError`` as :func:`cosine_matrix` does.
    """

    def __init__(self, a: FloatArray, b: FloatArray) -> None:
        self._left, self._right = unit_rows(a, name="a"), unit_rows(b, name="b")
        same_width(self._left, self._right)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows of ``a`` and of ``b``."""
        return len(self._left), len(self._right)

    def __getitem__(self, rows: slice, /) -> Rows:
        """Return the cosines of some rows of ``a``, float64 (rows, m) in [-1, 1]."""
        cosines: Rows = self._left[rows] @ self._right.T
        return cosines.clip(-1, 1)

    def diagonal(self) -> Rows:
        """Return the cosines of rows at the same place, float64 (min(n, m),)."""
        cosines: Rows = np.einsum("ij,ij->i", *(side[: min(self.shape)] for side in (self._left, self._right)))
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
        """Return the mean cosine with its t interval, clustered within class."""
        pictures, counterparts = (evidence.features[key] for key in self.needs)
        cosines = cosine_rows(pictures, counterparts, which=evidence.targets if self.by_class else None)
        estimate = mean_estimate(cosines, sources=evidence.sources, strata=evidence.targets)
        return Outcome(estimate=estimate, per_clip=cosines)


@dataclass(frozen=True, kw_only=True)
class SeenAndHeard:
    """The mean cosine of each sound with the class seen in the picture; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    meaning: str
    version: int = 1
    needs: tuple[str, ...] = (JUDGE_IMAGE, JUDGE_CLASSES, CLAP_AUDIO, CLAP_LABELS)
    higher_is_better: bool = True
    unit: str = "cosine"
    details: str = "caption=name of the class the judge sees·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the mean cosine with its t interval, clustered within class."""
        pictures, classes, sounds, words = (evidence.features[key] for key in self.needs)
        seen = cosine_matrix(pictures, classes).argmax(axis=1)
        cosines = cosine_rows(sounds, words, which=seen)
        estimate = mean_estimate(cosines, sources=evidence.sources, strata=evidence.targets)
        return Outcome(estimate=estimate, per_clip=cosines)


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
second_clip_similarity = MeanCosine(
    name="second_clip_similarity",
    needs=(SECOND_JUDGE_IMAGE, SECOND_JUDGE_CLASSES),
    by_class=True,
    meaning="How near another judge finds each picture to the text of its true class, on average.",
)
ais_cos = MeanCosine(
    name="ais_cos",
    needs=(SECOND_AUDIO_SIMILARITY_IMAGE, SECOND_AUDIO_SIMILARITY_AUDIO),
    by_class=False,
    meaning="How near another audio-visual encoder finds each picture to the sound it was made from, on average.",
)
iis_cos = MeanCosine(
    name="iis_cos",
    needs=(JUDGE_IMAGE, JUDGE_TRUE),
    by_class=False,
    meaning="How near the judge finds each picture to the clip's true one, on average.",
)
clap_similarity = SeenAndHeard(
    name="clap_similarity",
    meaning="How near an audio-language encoder finds each sound to the class that the judge sees in the picture.",
)
