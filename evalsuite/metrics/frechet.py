"""The Fréchet distance between two sets of features, and its jackknife.

With means m and unbiased covariances S (ddof = 1), Dowson & Landau, Journal of Multivariate Analysis 12, 1982::

    ||m1 - m2||^2 + tr(S1) + tr(S2) - 2 tr((S1 S2)^1/2)

No matrix square root is taken. For any roots S1 = A1' A1 and S2 = A2' A2, the last trace is the sum of the singular
values of A1 A2', and a sample hands over a root for nothing: its centred rows. So singular covariances (fewer rows than
dimensions) are as exact as others, and the distance of a set to itself is zero to rounding.

The value is biased upwards by about d/n of the trace: only equal n, m and d compare.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.metrics.base import DISTANCE_IMAGE, DISTANCE_REFERENCE, Evidence, FloatArray, Outcome
from evalsuite.metrics.rows import Rows, finite_rows, same_width
from evalsuite.stats.intervals import undefined_estimate
from evalsuite.stats.jackknife import jackknife_estimate

if TYPE_CHECKING:
    from evalsuite.stats.jackknife import Blocks

ROUNDING = 1e-8
"""How far, relative to its largest eigenvalue or entry, a covariance may miss being symmetric and positive."""


def frechet_distance(x: FloatArray, y: FloatArray) -> float:
    """Return the Fréchet distance (squared feature units, >= 0) of the features ``x`` (n, d) and ``y`` (m, d).

    Raises ``ValueError`` on fewer than two rows, different widths, NaN and infinity.
    """
    x, y = _checked(x, y)
    return _distance(x.mean(axis=0) - y.mean(axis=0), _root_of_sample(x), _root_of_sample(y))


def frechet_distance_from_moments(mu1: FloatArray, s1: FloatArray, mu2: FloatArray, s2: FloatArray) -> float:
    """Return the Fréchet distance (>= 0) of two Gaussians with means (d,) and covariances (d, d).

    Raises ``ValueError`` on other shapes, NaN, infinity, and covariances that are not symmetric and positive.
    """
    if not mu1.shape == mu2.shape == s1.shape[:1] == s2.shape[:1]:
        raise ValueError(f"moments do not match: {mu1.shape}, {s1.shape}, {mu2.shape}, {s2.shape}")
    first, second = finite_rows(mu1[None], name="mu1"), finite_rows(mu2[None], name="mu2")
    return _distance((first - second)[0], _root_of_covariance(s1, name="s1"), _root_of_covariance(s2, name="s2"))


def frechet_without_blocks(x: FloatArray, y: FloatArray, *, block: Blocks) -> Rows:
    """Return the distance of ``x`` (n, d), less one block at a time, to ``y`` (m, d): float64 (k,).

    ``block`` (n,) numbers the blocks from 0. The moments are taken once and each block's part is subtracted. Raises
    ``ValueError`` as :func:`frechet_distance` does, also where a block leaves fewer than two rows.
    """
    x, y = _checked(x, y)
    left = len(x) - np.bincount(block)
    if left.min() < 2:
        raise ValueError("a block leaves fewer than two rows")
    root = _root_of_sample(y)
    gap, rows = x.mean(axis=0) - y.mean(axis=0), x - x.mean(axis=0)
    # The singular values of A1 A2' are the roots of the eigenvalues of A2 S1 A2', the covariance of these rows, which
    # are turned into as few columns as will hold them.
    seen = _compact(root @ rows.T).T
    trace, gram, reference = float((rows**2).sum()), seen.T @ seen, float((root**2).sum())
    distances = []
    for index, n in enumerate(left):
        out, seen_out = rows[block == index], seen[block == index]
        mean, seen_mean = -out.sum(axis=0) / n, -seen_out.sum(axis=0) / n
        covariance = (gram - seen_out.T @ seen_out - n * np.outer(seen_mean, seen_mean)) / (n - 1)
        spread = (trace - float((out**2).sum()) - n * float(mean @ mean)) / (n - 1)
        overlap = np.sqrt(np.linalg.eigvalsh(covariance).clip(min=0)).sum()
        distances.append(((gap + mean) ** 2).sum() + spread + reference - 2 * overlap)
    return np.maximum(distances, 0.0)


@dataclass(frozen=True, kw_only=True)
class FrechetDistance:
    """The Fréchet distance to the reference pictures; a :class:`~evalsuite.metrics.base.Metric`.

    Its interval says how the value would vary with other recordings at the same n, bias included; for pictures that are
    all but distributed as the reference it is too wide (99 % coverage, simulated at d = 16, n = 320). The reference
    rows stay as they are: they belong to the definition of the number (its passport names their hash) and all models
    share them, so that their variation is no part of a comparison.
    """

    name: str
    meaning: str
    version: int = 1
    needs: tuple[str, ...] = (DISTANCE_IMAGE, DISTANCE_REFERENCE)
    higher_is_better: bool = False
    unit: str = "squared feature distance"
    details: str = "ddof=1·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the distance with its jackknife interval; ``method`` names n, m and d."""
        x, y = (evidence.features[key] for key in self.needs)
        if min(len(x), len(y)) < 2:
            return Outcome(estimate=undefined_estimate("a covariance needs two pictures"))
        estimate = jackknife_estimate(
            frechet_distance(x, y),
            without=lambda block: frechet_without_blocks(x, y, block=block),
            sources=evidence.sources,
            least=2,
            bounds=(0.0, math.inf),
            note=f", reference held fixed, n={len(x)}, m={len(y)}, d={x.shape[1]}",
        )
        return Outcome(estimate=estimate)


def _distance(gap: Rows, root1: Rows, root2: Rows) -> float:
    """Return the distance for a difference of means (d,) and roots (r, d) of the covariances: S = root' root."""
    overlap = np.linalg.svd(root1 @ root2.T, compute_uv=False).sum()
    # Never below zero but by rounding.
    return max(float(gap @ gap + (root1**2).sum() + (root2**2).sum() - 2 * overlap), 0.0)


def _root_of_sample(x: Rows) -> Rows:
    return _compact((x - x.mean(axis=0)) / math.sqrt(len(x) - 1))


def _compact(root: Rows) -> Rows:
    """Return a root of the same covariance with at most d rows."""
    n, d = root.shape
    return root if n <= d else np.asarray(np.linalg.qr(root, mode="r"), dtype=np.float64)


def _root_of_covariance(covariance: FloatArray, *, name: str) -> Rows:
    s = finite_rows(covariance, name=name)
    if s.shape[0] != s.shape[1] or not np.allclose(s, s.T, rtol=0, atol=ROUNDING * float(np.abs(s).max())):
        raise ValueError(f"{name} is not a symmetric matrix")
    values, vectors = np.linalg.eigh((s + s.T) / 2)
    if values[0] < -ROUNDING * max(values[-1], 0.0):
        raise ValueError(f"{name} is not a covariance: its smallest eigenvalue is {values[0]:.3g}")
    root: Rows = np.sqrt(values.clip(min=0))[:, None] * vectors.T
    return root


def _checked(x: FloatArray, y: FloatArray) -> tuple[Rows, Rows]:
    rows = finite_rows(x, name="x", least=2), finite_rows(y, name="y", least=2)
    same_width(*rows)
    return rows


fid = FrechetDistance(
    name="fid",
    meaning="How far the made pictures as a whole are from the reference pictures, in means and spreads of features.",
)
