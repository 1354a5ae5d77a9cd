"""The Fréchet distance between two sets of features, and its jackknife.

With means m and unbiased covariances S (ddof = 1), Dowson & Landau, Journal of Multivariate Analysis 12, 1982::

    ||m1 - m2||^2 + tr(S1) + tr(S2) - 2 tr((S1 S2)^1/2)

No matrix square root is taken. For any roots S1 = A1' A1 and S2 = A2' A2, the last trace is the sum of the singular
values of A1 A2'. So singular covariances (fewer rows than dimensions) are as exact as others, and the distance of a set
to itself is zero to rounding.

The value is biased upwards, the more the larger d is against n and m: only equal n, m and d compare.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.metrics.base import (
    DISTANCE_IMAGE,
    DISTANCE_REFERENCE,
    JUDGE_IMAGE,
    JUDGE_REFERENCE,
    SELF_SUPERVISED_IMAGE,
    SELF_SUPERVISED_REFERENCE,
    Evidence,
    FloatArray,
    Outcome,
)
from evalsuite.metrics.moments import OfManyRows, adequacy, gaussian, pivoted_root
from evalsuite.metrics.roots import Whole, sum_if_certain, sum_of_roots
from evalsuite.metrics.rows import Rows, checked_pair, finite_rows
from evalsuite.stats.intervals import undefined_estimate
from evalsuite.stats.jackknife import jackknife_estimate

if TYPE_CHECKING:
    from evalsuite.metrics.moments import Gaussian
    from evalsuite.stats.jackknife import Blocks

ROUNDING = 1e-8
"""How far, relative to its largest entry, a covariance may miss being symmetric and positive."""
TOLERATED = 1e-10
"""How far, relative to its size, the overlap of two spreads may be off before a slower way is taken."""


def frechet_distance(x: FloatArray, y: FloatArray) -> float:
    """Return the Fréchet distance (squared feature units, >= 0) of the features ``x`` (n, d) and ``y`` (m, d).

    Both may lie on disk (``np.memmap``): they are read in chunks, and no more is held than a few d by d matrices.
    Raises ``ValueError`` on fewer than two rows, different widths, NaN and infinity.
    """
    x, y = checked_pair(x, y)
    return _distance(gaussian(x), gaussian(y))


def frechet_distance_from_moments(mu1: FloatArray, s1: FloatArray, mu2: FloatArray, s2: FloatArray) -> float:
    """Return the Fréchet distance (>= 0) of two Gaussians with means (d,) and covariances (d, d).

    Raises ``ValueError`` on other shapes, NaN, infinity, and covariances that are not symmetric and positive.
    """
    if not mu1.shape == mu2.shape == s1.shape[:1] == s2.shape[:1]:
        raise ValueError(f"moments do not match: {mu1.shape}, {s1.shape}, {mu2.shape}, {s2.shape}")
    means = finite_rows(mu1[None], name="mu1")[0], finite_rows(mu2[None], name="mu2")[0]
    spreads = _covariance(s1, name="s1"), _covariance(s2, name="s2")
    first, second = (OfManyRows(0, mean, covariance=s) for mean, s in zip(means, spreads, strict=True))
    return _distance(first, second)


def frechet_without_blocks(x: FloatArray, y: FloatArray, *, block: Blocks) -> Rows:
    """Return the distance of ``x`` (n, d), less one block at a time, to ``y`` (m, d): float64 (k,).

    ``block`` (n,) numbers the blocks from 0. The moments are taken once and each block's part is subtracted. Memory is
    that of :func:`frechet_distance` and of one block. Raises ``ValueError`` as that does, also where a block leaves
    fewer than two rows.
    """
    x, y = checked_pair(x, y)
    if (len(x) - np.bincount(block)).min() < 2:
        raise ValueError("a block leaves fewer than two rows")
    return _without_blocks(x, gaussian(x), gaussian(y), block=block)


@dataclass(frozen=True, kw_only=True)
class FrechetDistance:
    """The Fréchet distance to the reference pictures; a :class:`~evalsuite.metrics.base.Metric`.

    Its interval says how the value would vary with other recordings at the same n, bias included; for pictures that are
    all but distributed as the reference it is too wide (docs/benchmarks/coverage.md). The reference rows stay as they
    are: they belong to the definition of the number (its passport names their hash) and all models share them, so that
    their variation is no part of a comparison.
    """

    name: str
    needs: tuple[str, str]
    """Feature keys of the pictures and of the reference."""
    alternative: str
    """The metric that compares the same features without bias."""
    meaning: str
    version: int = 1
    higher_is_better: bool = False
    unit: str = "squared feature distance"
    details: str = "ddof=1·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the distance with its jackknife interval; ``method`` names n, m and d."""
        x, y = checked_pair(*(evidence.features[key] for key in self.needs), least=1)
        first, second = gaussian(x), gaussian(y)
        enough = adequacy(first, second, biased=True)
        if min(len(x), len(y)) < 2:
            return Outcome(estimate=undefined_estimate("a covariance needs two pictures"), adequacy=enough)
        estimate = jackknife_estimate(
            _distance(first, second),
            without=lambda block: _without_blocks(x, first, second, block=block),
            sources=evidence.sources,
            least=2,
            bounds=(0.0, math.inf),
            note=f", reference held fixed, n={len(x)}, m={len(y)}, d={x.shape[1]}",
        )
        return Outcome(estimate=estimate, adequacy=enough)


def _distance(first: Gaussian, second: Gaussian) -> float:
    gap = first.mean - second.mean
    # Never below zero but by rounding.
    return max(float(gap @ gap) + first.trace + second.trace - 2 * _overlap(first, second), 0.0)


def _overlap(first: Gaussian, second: Gaussian) -> float:
    """Return tr (S1 S2)^½."""
    if isinstance(first, OfManyRows) and isinstance(second, OfManyRows):
        found = _overlap_if_regular(first.covariance, second.covariance)
        if found is not None:
            return found
    product = first.root @ second.root.T
    if product.shape == (len(first.mean), len(first.mean)):
        # Both covariances are regular and their roots triangular, so that the squares keep their digits, as tests
        # show; eigenvalues come three times as fast as singular values.
        return sum_of_roots(product @ product.T)
    return float(np.linalg.svd(product, compute_uv=False).sum())


def _overlap_if_regular(s1: Rows, s2: Rows) -> float | None:
    """Return tr (S1 S2)^½ from the eigenvalues of L' S1 L, S2 = L L': half the work. ``None`` where it may be off.

    An eigenvalue is off by about the rounding of |S1| |S2|.
    """
    from scipy.linalg import eigvalsh
    from scipy.linalg.lapack import dpotrf, dsygst

    root, failed = dpotrf(s2, lower=True, clean=False)
    if failed:
        return None
    reduced, _ = dsygst(s1, root, itype=2, lower=True)
    values = eigvalsh(reduced, overwrite_a=True, check_finite=False)
    # A symmetric matrix is at most √2 times as large as its lower triangle.
    rounding = np.finfo(np.float64).eps * 2 * float(np.linalg.norm(s1) * np.linalg.norm(s2))
    return sum_if_certain(values, rounding=rounding, tolerated=TOLERATED)


def _without_blocks(x: FloatArray, first: Gaussian, second: Gaussian, *, block: Blocks) -> Rows:
    root = second.root
    if len(first.root) < len(root):  # only the part of it that x has to do with
        root = np.linalg.qr(root @ first.root.T)[0].T @ root
    product = first.root @ root.T
    # The scatter of x as the other root sees it: its eigenvalues' roots are the singular values of the product.
    seen = Whole((len(x) - 1) * (product.T @ product))
    distances = []
    for number, n in enumerate(len(x) - np.bincount(block)):
        out = x[block == number] - first.mean
        shift = out.sum(axis=0) / n
        # Without these rows, and with the mean moved, the scatter is smaller by the products of these.
        removed = np.vstack([out, math.sqrt(n) * shift])
        gap = first.mean - shift - second.mean
        spread = ((len(x) - 1) * first.trace - float((removed**2).sum())) / (n - 1)
        overlap = seen.sum_of_roots_without(removed @ root.T) / math.sqrt(n - 1)
        distances.append(float(gap @ gap) + spread + second.trace - 2 * overlap)
    return np.maximum(distances, 0.0)


def _covariance(covariance: FloatArray, *, name: str) -> Rows:
    """Return a covariance (d, d), checked."""
    s = finite_rows(covariance, name=name)
    allowed = ROUNDING * float(np.abs(s).max())
    if s.shape[0] != s.shape[1] or not np.allclose(s, s.T, rtol=0, atol=allowed):
        raise ValueError(f"{name} is not a symmetric matrix")
    s = (s + s.T) / 2
    root = pivoted_root(s)
    # As many pivots as rows prove it positive; fewer must leave nothing over.
    if len(root) < len(s) and not np.allclose(root.T @ root, s, rtol=0, atol=allowed):
        raise ValueError(f"{name} is not a covariance: its smallest eigenvalue is {np.linalg.eigvalsh(s)[0]:.3g}")
    return s


fid = FrechetDistance(
    name="fid",
    needs=(DISTANCE_IMAGE, DISTANCE_REFERENCE),
    alternative="kid",
    meaning="How far the made pictures as a whole are from the reference pictures, in means and spreads of features.",
)
clip_fid = FrechetDistance(
    name="clip_fid",
    needs=(JUDGE_IMAGE, JUDGE_REFERENCE),
    alternative="clip_kid",
    meaning="How far the made pictures as a whole are from the reference pictures, in what the judge sees.",
)
fd_dinov2 = FrechetDistance(
    name="fd_dinov2",
    needs=(SELF_SUPERVISED_IMAGE, SELF_SUPERVISED_REFERENCE),
    alternative="kd_dinov2",
    meaning="How far the made pictures as a whole are from the reference pictures, to an encoder that knows no words.",
)
