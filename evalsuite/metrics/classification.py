"""Zero-shot classification: does the judge recognise the true class in the picture?

With one true class per clip, ``accuracy`` and ``recall_at_1`` are the same number by definition; the suite keeps both
names because papers use both. Ties count against the true class, as in :mod:`evalsuite.metrics.retrieval`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.metrics.base import JUDGE_CLASSES, JUDGE_IMAGE, Evidence, FloatArray, IntArray, Outcome
from evalsuite.metrics.retrieval import Recall, class_similarities, top_k_hits
from evalsuite.stats.jackknife import jackknife_estimate, leave_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.measurement import Estimate
    from evalsuite.stats.intervals import Sources


def predictions(similarities: FloatArray, targets: IntArray) -> IntArray:
    """Return the most similar class of each row, int (n,), from ``similarities`` (n, classes).

    ``targets`` (n,) only decides ties: a target that ties for the first place loses to the first of its rivals, so that
    a prediction is right exactly where :func:`top_k_hits` with k = 1 is. Raises ``ValueError`` as that does.
    """
    rivals = similarities.astype(np.float64)
    hits = top_k_hits(similarities, targets, k=1)
    np.put_along_axis(rivals, targets[:, None], -np.inf, axis=1)
    return np.where(hits, targets, rivals.argmax(axis=1))


def accuracy_score(targets: IntArray, predicted: IntArray) -> float:
    """Return the share of right predictions, in [0, 1]."""
    _check_pair(targets, predicted)
    return float(np.mean(targets == predicted))


def balanced_accuracy_score(targets: IntArray, predicted: IntArray) -> float:
    """Return the recall of a class, averaged over the classes that occur in ``targets``, in [0, 1].

    Brodersen et al., ICPR 2010; the convention of scikit-learn.
    """
    _check_pair(targets, predicted)
    _, index, counts = np.unique(targets, return_inverse=True, return_counts=True)
    return float(np.mean(np.bincount(index, weights=targets == predicted) / counts))


def macro_f1_score(targets: IntArray, predicted: IntArray) -> float:
    """Return F1 = 2 tp / (2 tp + fp + fn), averaged over the classes that occur in either array, in [0, 1].

    This is scikit-learn's convention: a class that is predicted but never true counts with F1 = 0.
    """
    _check_pair(targets, predicted)
    classes, index = np.unique(np.concatenate([targets, predicted]), return_inverse=True)
    right = np.bincount(index[: len(targets)], weights=targets == predicted, minlength=len(classes))
    # Each class occurs tp + fn times among the targets and tp + fp times among the predictions.
    return float(np.mean(2 * right / np.bincount(index)))


@dataclass(frozen=True, kw_only=True)
class ClassAverage:
    """A score of the judge's predictions that weighs classes equally; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    score: Callable[[IntArray, IntArray], float]
    """Score of (targets, predictions)."""
    guessing_scores_inverse: bool
    """Whether blind guessing is expected to score one over the number of classes."""
    meaning: str
    version: int = 1
    needs: tuple[str, str] = (JUDGE_IMAGE, JUDGE_CLASSES)
    """Feature keys of the pictures and of the classes."""
    higher_is_better: bool = True
    unit: str = "proportion"
    details: str = "f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the score with its jackknife interval."""
        targets = evidence.targets
        predicted = predictions(class_similarities(evidence, needs=self.needs), targets)
        estimate = self.estimate(targets, predicted, sources=evidence.sources)
        return Outcome(estimate=estimate, chance=1 / len(evidence.classes) if self.guessing_scores_inverse else None)

    def estimate(self, targets: IntArray, predicted: IntArray, *, sources: Sources) -> Estimate:
        """Return the score of ``predicted`` (n,) with its jackknife interval; ``sources`` (n,) are the recordings."""
        return jackknife_estimate(
            self.score(targets, predicted),
            without=lambda block: leave_out(lambda keep: self.score(targets[keep], predicted[keep]), block=block),
            sources=sources,
            bounds=(0.0, 1.0),
        )


def _check_pair(targets: IntArray, predicted: IntArray) -> None:
    if targets.ndim != 1 or targets.shape != predicted.shape or len(targets) == 0:
        raise ValueError(f"targets and predictions must both have shape (n > 0,): {targets.shape}, {predicted.shape}")


accuracy = Recall(
    name="accuracy",
    k=1,
    meaning="The share of pictures in which the judge recognises the true class before any other.",
)
balanced_accuracy = ClassAverage(
    name="balanced_accuracy",
    score=balanced_accuracy_score,
    guessing_scores_inverse=True,
    meaning="The share of a class's pictures in which the judge recognises it, averaged over the classes.",
)
macro_f1 = ClassAverage(
    name="macro_f1",
    score=macro_f1_score,
    guessing_scores_inverse=False,
    meaning="How well the judge's verdicts both find and keep to each class (F1), averaged over the classes.",
)
