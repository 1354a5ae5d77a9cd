"""Retrieval: is the text of the true class among the first that a picture finds?

A tie with the true class counts against it: a judge that cannot tell two classes apart has recognised neither, and a
model whose pictures say nothing must not profit from the order of the classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalsuite.metrics.base import (
    JUDGE_CLASSES,
    JUDGE_IMAGE,
    LOGITS,
    SECOND_JUDGE_IMAGE,
    SECOND_JUDGE_LABELS,
    Evidence,
    FloatArray,
    IntArray,
    Outcome,
    what,
)
from evalsuite.metrics.similarity import ROUNDING, cosine_matrix
from evalsuite.stats.intervals import proportion_estimate


def top_k_hits(similarities: FloatArray, targets: IntArray, *, k: int) -> npt.NDArray[np.bool_]:
    """Return for each row whether its target is among the ``k`` most similar classes, bool (n,).

    ``similarities`` is (n, classes), ``targets`` (n,). A class as similar as the target, to
    :data:`~evalsuite.metrics.similarity.ROUNDING`, counts as ahead of it. With ``k`` at or above the number of classes
    every row is a hit. Raises ``ValueError`` on NaN and on bad shapes.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    _check(similarities, targets)
    own = np.take_along_axis(similarities, targets[:, None], axis=1)
    rank: npt.NDArray[np.integer] = (similarities >= own - ROUNDING).sum(axis=1)
    return rank <= k


@dataclass(frozen=True, kw_only=True)
class Recall:
    """The share of clips whose class is among the judge's first ``k``; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    k: int
    meaning: str
    version: int = 1
    needs: tuple[str, str] = (JUDGE_IMAGE, JUDGE_CLASSES)
    """Feature keys of the pictures and of the classes."""
    higher_is_better: bool = True
    unit: str = "proportion"

    @property
    def details(self) -> str:
        """The depth of the search."""
        return f"k={self.k}·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the share of hits with its Wilson interval, clustered within class."""
        hits = top_k_hits(class_similarities(evidence, needs=self.needs), evidence.targets, k=self.k)
        return Outcome(
            estimate=proportion_estimate(hits, sources=evidence.sources, strata=evidence.targets),
            per_clip=hits.astype(np.float64),
            chance=min(self.k / len(evidence.classes), 1.0),
        )


def class_similarities(evidence: Evidence, *, needs: tuple[str, str]) -> FloatArray:
    """Return how much each picture resembles each class, float64 (n, classes); ``needs`` names the features of both.

    With a classifier's logits it is the logit of the class's label, else the cosine of picture and text.
    """
    pictures, classes = (evidence.features[need] for need in needs)
    return label_logits(pictures, classes) if what(needs[0]) == LOGITS else cosine_matrix(pictures, classes)


def label_logits(logits: FloatArray, labels: FloatArray) -> FloatArray:
    """Return the logit of each class's label, float64 (n, classes), from ``logits`` (n, d) and ``labels`` (classes, d).

    A row of ``labels`` has a one where the label is. A class whose row is all zeros has no label: minus infinity, so
    that no picture is ever taken for it.
    """
    found = logits.astype(np.float64) @ labels.astype(np.float64).T
    found[:, ~labels.any(axis=1)] = -np.inf
    return found


def _check(similarities: FloatArray, targets: IntArray) -> None:
    if similarities.ndim != 2 or targets.shape != similarities.shape[:1]:
        raise ValueError(f"similarities (n, classes) and targets (n,) expected: {similarities.shape}, {targets.shape}")
    if np.isnan(similarities).any():
        raise ValueError(f"similarities hold NaN, first in row {int(np.isnan(similarities).any(axis=1).argmax())}")
    if ((targets < 0) | (targets >= similarities.shape[1])).any():
        raise ValueError(f"targets must lie in [0, {similarities.shape[1]})")


recall_at_1 = Recall(
    name="recall_at_1",
    k=1,
    meaning="The share of pictures that find the text of their true class in the first place; the same as accuracy.",
)
recall_at_5 = Recall(
    name="recall_at_5",
    k=5,
    meaning="The share of pictures that find the text of their true class among the first five.",
)
recall_at_10 = Recall(
    name="recall_at_10",
    k=10,
    meaning="The share of pictures that find the text of their true class among the first ten.",
)
aic = Recall(
    name="aic",
    k=1,
    needs=(SECOND_JUDGE_IMAGE, SECOND_JUDGE_LABELS),
    meaning="The share of pictures in which another judge, given the bare names of the classes, finds the true one.",
)
