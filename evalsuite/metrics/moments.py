"""Means and covariances of features, in a form that loses no digits and takes no more room than it must.

A root of a covariance S (d, d) is any matrix A with S = A' A. A sample of fewer rows than dimensions hands one over for
nothing, its centred rows; of a larger one the covariance is summed chunk by chunk and, where a root is asked for,
factored by Cholesky's method with pivots, which also tells its rank (Higham, in: Reliable Numerical Computation, 1990).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from evalsuite.measurement import Adequacy
from evalsuite.metrics.rows import CHUNK, Rows, checked, chunks, slices

if TYPE_CHECKING:
    from evalsuite.metrics.base import FloatArray

LEAST_PIVOTS = 64
"""A pivot counts as zero below so many, or as many as there are rows, roundings of the largest entry."""


class Gaussian(Protocol):
    """The moments of a set of features."""

    n: int
    """How many rows they were taken from."""
    mean: Rows
    """Their mean, (d,)."""

    @property
    def root(self) -> Rows:
        """A root (r, d) of their covariance with ddof = 1, of at most min(n, d) rows."""
        ...

    @property
    def trace(self) -> float:
        """The trace of the covariance: the sum of all variances."""
        ...

    @property
    def rank(self) -> int:
        """The numerical rank of the covariance, at most min(n - 1, d)."""
        ...


@dataclass
class OfFewRows:
    """The moments of fewer rows than dimensions."""

    n: int
    mean: Rows
    root: Rows
    """The centred rows over the square root of n - 1."""

    @property
    def trace(self) -> float:
        """The sum of all variances."""
        return float((self.root**2).sum())

    @cached_property
    def rank(self) -> int:
        """Of the rows' products, which is that of the covariance."""
        return len(pivoted_root(self.root @ self.root.T))


@dataclass
class OfManyRows:
    """The moments of at least as many rows as dimensions, or moments that were given as such."""

    n: int
    mean: Rows
    covariance: Rows
    """Its lower triangle; what lies above is not read."""

    @cached_property
    def root(self) -> Rows:
        """Found when it is first asked for."""
        return pivoted_root(self.covariance)

    @property
    def trace(self) -> float:
        """The sum of all variances."""
        return float(self.covariance.trace())

    @property
    def rank(self) -> int:
        """The rows of the root."""
        return len(self.root)


def gaussian(features: FloatArray) -> Gaussian:
    """Return the moments of checked ``features`` (n, d); of one row, the covariance counts as zero."""
    n, d = features.shape
    mean = mean_row(features)
    freedom = max(n - 1, 1)
    if n < d:
        return OfFewRows(n, mean, root=(np.asarray(features, np.float64) - mean) / math.sqrt(freedom))
    return OfManyRows(n, mean, covariance=_lower_covariance(features, mean=mean, freedom=freedom))


def _lower_covariance(features: FloatArray, *, mean: Rows, freedom: int) -> Rows:
    from scipy.linalg.blas import dsyrk

    # Columns lie together, so that LAPACK works in place and copies nothing.
    scatter = np.zeros((len(mean), len(mean)), order="F")
    centred = np.empty((min(CHUNK, len(features)), len(mean)))
    for part in slices(len(features)):
        rows = np.subtract(features[part], mean, out=centred[: part.stop - part.start])
        scatter = dsyrk(1 / freedom, rows.T, beta=1, c=scatter, lower=True, overwrite_c=True)
    return scatter


def mean_row(features: FloatArray) -> Rows:
    """Return the mean (d,) of ``features`` (n, d)."""
    total = np.zeros(features.shape[1])
    for _, rows in chunks(features):
        total += rows.sum(axis=0)
    return total / len(features)


def pivoted_root(covariance: Rows) -> Rows:
    """Return a root (r, d) of a ``covariance`` (d, d) of numerical rank r, of which the lower triangle is read."""
    from scipy.linalg.lapack import dpstrf

    size = len(covariance)
    least = np.finfo(np.float64).eps * max(size, LEAST_PIVOTS) * float(covariance.diagonal().max(initial=0))
    factor, pivots, rank, _ = dpstrf(covariance, tol=least, lower=True)
    root = np.zeros((rank, size))
    root[:, pivots - 1] = np.tril(factor)[:, :rank].T
    return root


def sample_rank(x: FloatArray) -> int:
    """Return the numerical rank of the covariance of ``x`` (n, d), at most min(n - 1, d).

    Counted are the pivots that rounding does not explain: directions with less than about 1e-6 of the largest spread
    are none. Raises ``ValueError`` on NaN and infinity.
    """
    return gaussian(checked(x, name="x")).rank


def adequacy(first: Gaussian, second: Gaussian, *, biased: bool) -> Adequacy:
    """Return what a distance between two sets of features rests on, ``second`` being the reference."""
    return Adequacy(
        n=first.n,
        m=second.n,
        d=len(first.mean),
        rank=first.rank,
        reference_rank=second.rank,
        biased=biased,
    )
