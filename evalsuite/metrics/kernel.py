"""Kernel distances between two sets of features: unbiased at any n for sets that are drawn independently.

The squared maximum mean discrepancy (Gretton et al., JMLR 13, 2012, equation 3), over all pairs::

    MMD² = sum_{i≠j} k(x_i, x_j) / n(n-1) + sum_{i≠j} k(y_i, y_j) / m(m-1) - 2 sum_{i,j} k(x_i, y_j) / nm

It lies around zero, now and then below, where both sets come from one distribution.

What others report as KID is the mean of this over random subsets, which differs from it by the draw alone:

- torch-fidelity draws 100 subsets of 1000 (it refuses fewer rows) from a seeded ``RandomState`` and adds their standard
  deviation (ddof = 0);
- torchmetrics does the same from torch's global generator;
- clean-fid draws from numpy's global generator, its second set first, takes no more rows than the smaller set has, and
  gives no deviation.

All of them compute in float32 where the features are. :func:`kernel_distance_blocked` repeats the first and the third.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evalsuite.metrics.base import (
    DISTANCE_IMAGE,
    DISTANCE_REFERENCE,
    JUDGE_IMAGE,
    JUDGE_REFERENCE,
    SELF_SUPERVISED_IMAGE,
    SELF_SUPERVISED_REFERENCE,
    SEMANTIC_IMAGE,
    SEMANTIC_REFERENCE,
    Evidence,
    FloatArray,
    Outcome,
)
from evalsuite.metrics.moments import adequacy, gaussian
from evalsuite.metrics.pair_sums import GaussianKernel, Kernel, PairSums, PolynomialKernel
from evalsuite.metrics.rows import Rows, checked_pair
from evalsuite.stats.intervals import undefined_estimate
from evalsuite.stats.jackknife import blocks, jackknife_estimate

if TYPE_CHECKING:
    from evalsuite.stats.jackknife import Blocks

SUBSETS_SEED = 2020
"""The seed of torch-fidelity."""


class SubsetMean(NamedTuple):
    """A distance as the mean over random subsets."""

    mean: float
    """Mean over the subsets."""
    sd: float
    """Standard deviation over the subsets (ddof = 0): of the draw, not of the data."""


def kernel_distance(
    x: FloatArray, y: FloatArray, *, degree: int = 3, gamma: float | None = None, coef0: float = 1.0
) -> float:
    """Return the unbiased MMD² of ``x`` (n, d) and ``y`` (m, d) under a polynomial kernel; lower is nearer.

    With the defaults this is KID (Bińkowski et al., ICLR 2018) over all pairs. Raises ``ValueError`` on fewer than two
    rows, different widths, NaN and infinity.
    """
    return _whole(x, y, kernel=PolynomialKernel(degree=degree, gamma=gamma, coef0=coef0))


def kernel_distance_blocked(
    x: FloatArray, y: FloatArray, *, subsets: int = 100, subset_size: int = 1000, seed: int = SUBSETS_SEED
) -> SubsetMean:
    """Return mean and deviation of :func:`kernel_distance` over random subsets of ``x`` (n, d) and ``y`` (m, d).

    Each subset has min(n, m, ``subset_size``) rows, drawn without replacement, from ``x`` first. From the same seed
    torch-fidelity draws the same ones, and clean-fid with its arguments exchanged. Raises ``ValueError`` as
    :func:`kernel_distance` does.
    """
    x, y = checked_pair(x, y)
    size = min(len(x), len(y), subset_size)
    draw = np.random.RandomState(seed)  # a stream that numpy has frozen, and the one of the peers
    values = [
        kernel_distance(x[draw.choice(len(x), size, replace=False)], y[draw.choice(len(y), size, replace=False)])
        for _ in range(subsets)
    ]
    return SubsetMean(float(np.mean(values)), float(np.std(values)))


def cmmd_distance(x: FloatArray, y: FloatArray, *, sigma: float = 10.0, scale: float = 1000.0) -> float:
    """Return ``scale`` times the unbiased MMD² of ``x`` (n, d) and ``y`` (m, d) under a Gaussian kernel.

    Rows are scaled to length 1 first; lower is nearer. Kernel, sigma and scale are those of CMMD (Jayasumana et al.,
    CVPR 2024). Their code takes the biased estimate, which also counts the pairs of a row with itself: with k for the
    mean likeness of all pairs within a set, it lies ``scale ((1 - k_x)/(n - 1) + (1 - k_y)/(m - 1))`` above this one.
    Raises ``ValueError`` as :func:`kernel_distance` does, and on rows of zeros.
    """
    return scale * _whole(x, y, kernel=GaussianKernel(sigma=sigma))


def kernel_without_blocks(x: FloatArray, y: FloatArray, *, block: Blocks, kernel: Kernel) -> Rows:
    """Return the unbiased MMD² of ``x`` (n, d), less one block at a time, to ``y`` (m, d): float64 (k,).

    ``block`` (n,) numbers the blocks from 0. All values come exactly from sums by block, taken in one pass. Raises
    ``ValueError`` as :func:`kernel_distance` does, also where a block leaves fewer than two rows.
    """
    x, y = checked_pair(x, y)
    if (len(x) - np.bincount(block)).min() < 2:
        raise ValueError("a block leaves fewer than two rows")
    return PairSums.of(x, y, block=block, kernel=kernel).without_blocks()


@dataclass(frozen=True, kw_only=True)
class KernelDistance:
    """The unbiased kernel distance to the reference pictures; a :class:`~evalsuite.metrics.base.Metric`.

    Its interval says how the value would vary with other recordings; the reference stays as it is, as with
    :class:`~evalsuite.metrics.frechet.FrechetDistance`.
    """

    name: str
    needs: tuple[str, str]
    """Feature keys of the pictures and of the reference."""
    kernel: Kernel
    meaning: str
    scale: float = 1.0
    version: int = 1
    higher_is_better: bool = False
    unit: str = "squared kernel distance"

    @property
    def details(self) -> str:
        """Kernel, estimator and scale."""
        return f"{self.kernel}·unbiased·all pairs·f64" + (f"·×{self.scale:g}" if self.scale != 1 else "")

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the distance with its jackknife interval; ``method`` names n, m and d."""
        x, y = checked_pair(*(evidence.features[key] for key in self.needs), least=1)
        enough = adequacy(gaussian(x), gaussian(y), biased=False)
        if min(len(x), len(y)) < 2:
            return Outcome(estimate=undefined_estimate("pairs need two pictures"), adequacy=enough)
        sums = PairSums.of(x, y, block=blocks(evidence.sources), kernel=self.kernel)
        estimate = jackknife_estimate(
            self.scale * sums.value(),
            without=lambda _: self.scale * sums.without_blocks(),
            sources=evidence.sources,
            least=2,
            note=f", reference held fixed, n={len(x)}, m={len(y)}, d={x.shape[1]}",
        )
        return Outcome(estimate=estimate, adequacy=enough)


def _whole(x: FloatArray, y: FloatArray, *, kernel: Kernel) -> float:
    x, y = checked_pair(x, y)
    return PairSums.of(x, y, block=np.zeros(len(x), dtype=np.intp), kernel=kernel).value()


_MEANING = "How far the made pictures as a whole are from the reference pictures, without the bias of few pictures"
kid = KernelDistance(
    name="kid",
    needs=(DISTANCE_IMAGE, DISTANCE_REFERENCE),
    kernel=PolynomialKernel(),
    meaning=f"{_MEANING}, in the features of fid.",
)
clip_kid = KernelDistance(
    name="clip_kid",
    needs=(JUDGE_IMAGE, JUDGE_REFERENCE),
    kernel=PolynomialKernel(),
    meaning=f"{_MEANING}, in what the judge sees.",
)
kd_dinov2 = KernelDistance(
    name="kd_dinov2",
    needs=(SELF_SUPERVISED_IMAGE, SELF_SUPERVISED_REFERENCE),
    kernel=PolynomialKernel(),
    meaning=f"{_MEANING}, to an encoder that knows no words.",
)
cmmd = KernelDistance(
    name="cmmd",
    needs=(SEMANTIC_IMAGE, SEMANTIC_REFERENCE),
    kernel=GaussianKernel(sigma=10.0),
    scale=1000.0,
    unit="1000 × squared kernel distance",
    meaning=f"{_MEANING}, by the direction of their image-text features.",
)
