"""The inception score: does a classifier find single pictures clear and all together varied?

Salimans et al., NeurIPS 2016: exp of the mean over pictures of KL(p(y|x) || p(y)), p(y) being the mean of p(y|x). With
H for the entropy this is exp(H(mean p) - mean H(p)), so that sums over pictures are all it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.metrics.base import DISTANCE_LOGITS, Evidence, FloatArray, Outcome
from evalsuite.metrics.rows import Rows, checked, chunks, membership
from evalsuite.stats.jackknife import blocks, jackknife_estimate

if TYPE_CHECKING:
    from evalsuite.stats.jackknife import Blocks


def inception_score(logits: FloatArray, *, splits: int = 1) -> float:
    """Return the inception score of ``logits`` (n, classes), in [1, min(n, classes)]; higher is better.

    With several ``splits`` it is the mean over so many runs of rows, cut as torch-fidelity cuts them; that library and
    torchmetrics take ten by default and shuffle first, which is left to the caller. Fewer rows to a split make the
    score smaller. Raises ``ValueError`` on NaN, infinity, and fewer rows than splits.
    """
    rows = checked(logits, name="logits", least=splits)
    split = np.repeat(np.arange(splits), np.diff(np.arange(splits + 1) * len(rows) // splits))
    chances, order = _sums(rows, block=split)
    return float(np.mean(_score(chances, order, n=np.bincount(split))))


def inception_without_blocks(logits: FloatArray, *, block: Blocks) -> Rows:
    """Return the inception score of ``logits`` (n, classes), less one block at a time: float64 (k,).

    ``block`` (n,) numbers the blocks from 0, and must leave a row. Raises ``ValueError`` on NaN and infinity.
    """
    return _without_blocks(*_sums(checked(logits, name="logits"), block=block), sizes=np.bincount(block))


@dataclass(frozen=True, kw_only=True)
class InceptionScore:
    """The inception score, in one split; a :class:`~evalsuite.metrics.base.Metric`.

    It grows with n, and knows nothing of the sound: pictures of other things score as high.
    """

    name: str
    meaning: str
    version: int = 1
    needs: tuple[str] = (DISTANCE_LOGITS,)
    higher_is_better: bool = True
    unit: str = "classes told apart"
    details: str = "splits=1·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the score with its jackknife interval."""
        logits = checked(evidence.features[self.needs[0]], name="logits")
        block = blocks(evidence.sources)
        chances, order = _sums(logits, block=block)
        estimate = jackknife_estimate(
            float(_score(chances.sum(axis=0), order.sum(), n=len(logits))),
            without=lambda _: _without_blocks(chances, order, sizes=np.bincount(block)),
            sources=evidence.sources,
            bounds=(1.0, float(logits.shape[1])),
            note=f", n={len(logits)}",
        )
        return Outcome(estimate=estimate)


def _sums(logits: FloatArray, *, block: Blocks) -> tuple[Rows, Rows]:
    """Return by block the sums of the probabilities, (k, classes), and of sum p log p, (k,)."""
    member = membership(block)
    chances, order = np.zeros((member.shape[1], logits.shape[1])), np.zeros(member.shape[1])
    for here, rows in chunks(logits):
        shifted = rows - rows.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        p = np.exp(log_p)
        chances += member[here].T @ p
        order += member[here].T @ (p * log_p).sum(axis=1)
    return chances, order


def _score(chances: Rows, order: Rows, *, n: Blocks | int) -> Rows:
    """Return the scores (...) of sums of probabilities (..., classes) and of sum p log p (...) over ``n`` rows each."""
    mean = chances / np.expand_dims(n, -1)
    # A class without any probability adds nothing: p log p goes to zero with p.
    divergence = order / n - (mean * np.log(mean, out=np.zeros_like(mean), where=mean > 0)).sum(axis=-1)
    # No divergence is below zero but by rounding.
    return np.asarray(np.exp(np.maximum(divergence, 0.0)), dtype=np.float64)


def _without_blocks(chances: Rows, order: Rows, *, sizes: Blocks) -> Rows:
    return _score(chances.sum(axis=0) - chances, order.sum() - order, n=sizes.sum() - sizes)


inception = InceptionScore(
    name="inception_score",
    meaning="How clear a classifier finds each picture and how varied all of them: about how many classes they show.",
)
