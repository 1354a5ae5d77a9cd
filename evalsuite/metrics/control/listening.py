"""Listening: does the sound decide what is drawn, or the draw? From several pictures, or takes, of every sound.

A sound is a subject at one dose; in a sweep of a single dose it is the subject. Takes differ in nothing but their
seeds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from evalsuite.metrics.base import JUDGE_IMAGE, SEMANTIC_IMAGE, Outcome
from evalsuite.metrics.control.ladders import steps_of
from evalsuite.metrics.retrieval import top_k_hits
from evalsuite.metrics.rows import slices, unit_rows
from evalsuite.stats.intervals import proportion_estimate, undefined_estimate
from evalsuite.stats.jackknife import jackknife_estimate

if TYPE_CHECKING:
    from evalsuite.metrics.base import Evidence, FloatArray, IntArray, Steps
    from evalsuite.metrics.rows import Rows
    from evalsuite.stats.jackknife import Blocks

ALIKE = 1e-12
"""Squared distances between unit rows whose mean is this small are rounding: the pictures are all alike."""


@dataclass(frozen=True, kw_only=True)
class VarianceShare:
    """The share of the pictures' variance that sounds explain; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    needs: tuple[str]
    """Feature key of the pictures."""
    meaning: str
    version: int = 1
    higher_is_better: bool = True
    unit: str = "proportion"
    details: str = "ICC(1)·unit rows·f64"
    needs_takes: ClassVar[bool] = True

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the share with its jackknife interval. Raises ``ValueError`` as :func:`takes_of_sounds` does."""
        rows, pictures = _takes(evidence, self.needs[0])
        share = variance_share(pictures)
        if math.isnan(share):
            return Outcome(estimate=undefined_estimate("all pictures are alike, or of one sound"), chance=0.0)
        estimate = jackknife_estimate(
            share,
            without=lambda block: _shares_without(pictures, block=block[rows[:, 0]]),
            sources=evidence.sources,
            bounds=(-1 / (rows.shape[1] - 1), 1.0),
        )
        return Outcome(estimate=estimate, chance=0.0)


@dataclass(frozen=True, kw_only=True)
class SwapRetrieval:
    """The share of pictures that find another of their sound; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    needs: tuple[str]
    """Feature key of the pictures."""
    meaning: str
    version: int = 1
    higher_is_better: bool = True
    unit: str = "proportion"
    details: str = "among the next take's·cosine·f64"
    needs_takes: ClassVar[bool] = True

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the share of hits, clustered Wilson. Raises ``ValueError`` as :func:`takes_of_sounds` does."""
        rows, pictures = _takes(evidence, self.needs[0])
        hits = np.empty(len(evidence.targets))
        for take in range(rows.shape[1]):
            hits[rows[:, take]] = _finds_own(pictures[:, take], among=pictures[:, (take + 1) % rows.shape[1]])
        estimate = proportion_estimate(hits, sources=evidence.sources)
        return Outcome(estimate=estimate, per_clip=hits, chance=1 / len(rows))


def _takes(evidence: Evidence, key: str) -> tuple[IntArray, Rows]:
    """Return :func:`takes_of_sounds` and their pictures' unit rows, (sounds, takes, d)."""
    rows = takes_of_sounds(steps_of(evidence))
    return rows, unit_rows(evidence.features[key], name=key)[rows]


def takes_of_sounds(steps: Steps) -> IntArray:
    """Return the row of each take of each sound, (sounds, takes), sounds by subject and dose asked.

    Raises ``ValueError`` where sounds have fewer than two takes, or not all the same.
    """
    order = np.lexsort((steps.takes, steps.asked, steps.subjects))
    number = len(np.unique(steps.takes))
    if number < 2:
        raise ValueError("one picture of each sound: at least two takes are needed")
    if len(order) % number or (steps.takes[order].reshape(-1, number) != np.unique(steps.takes)).any():
        raise ValueError(f"not every sound has the same {number} takes")
    return order.reshape(-1, number)


def variance_share(pictures: FloatArray) -> float:
    """Return the intraclass correlation ICC(1) of ``pictures`` (sounds, k takes, d), summed over dimensions.

    ``(MSB - MSW) / (MSB + (k - 1) MSW)``, with the mean squares between and within sounds of a one-way analysis of
    variance (Shrout & Fleiss, Psychological Bulletin 86, 1979): an estimate of the between-sound share of the variance
    without the bias of the plain share, which takes for the sounds' what is left of the takes in their means. In
    [-1/(k - 1), 1]; 0 is expected where the sound does not matter. NaN for one sound alone and for pictures all alike.
    """
    sounds, takes = pictures.shape[:2]
    if sounds < 2:
        return math.nan
    means = pictures.mean(axis=1)
    between = takes * float(((means - means.mean(axis=0)) ** 2).sum()) / (sounds - 1)
    within = float(((pictures - means[:, None]) ** 2).sum()) / (sounds * (takes - 1))
    total = between + (takes - 1) * within
    return (between - within) / total if total > ALIKE else math.nan


def _shares_without(pictures: Rows, *, block: Blocks) -> Rows:
    """Return the share of variance without the sounds of each block, (k,), from the block of each sound."""
    return np.array([variance_share(pictures[block != number]) for number in range(int(block.max()) + 1)])


def _finds_own(pictures: Rows, *, among: Rows) -> Rows:
    """Return 1.0 for each of ``pictures`` (n, d) that is nearest to its own row ``among`` (n, d), 0.0 for others."""
    own = np.arange(len(pictures))
    found = [top_k_hits(pictures[part] @ among.T, own[part], k=1) for part in slices(len(pictures))]
    return np.concatenate(found).astype(np.float64)


audio_variance_share = VarianceShare(
    name="audio_variance_share",
    needs=(JUDGE_IMAGE,),
    meaning="The share of what varies between pictures, as the judge sees them, that the sound decides.",
)
semantic_audio_variance_share = VarianceShare(
    name="semantic_audio_variance_share",
    needs=(SEMANTIC_IMAGE,),
    meaning="The share of what varies between pictures, as an image-text encoder sees them, that the sound decides.",
)
audio_swap_retrieval = SwapRetrieval(
    name="audio_swap_retrieval",
    needs=(JUDGE_IMAGE,),
    meaning="The share of pictures whose nearest one of another draw, as the judge sees them, is of the same sound.",
)
semantic_audio_swap_retrieval = SwapRetrieval(
    name="semantic_audio_swap_retrieval",
    needs=(SEMANTIC_IMAGE,),
    meaning="The share of pictures whose nearest one of another draw, to an image-text encoder, is of the same sound.",
)
METRICS = (audio_variance_share, semantic_audio_variance_share, audio_swap_retrieval, semantic_audio_swap_retrieval)
"""All of them."""
