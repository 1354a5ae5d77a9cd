"""Kernels, and their sums over all pairs of rows.

Sums are taken tile by tile, so that memory does not grow with the square of n, and by block of rows, so that leaving a
block out costs no second pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from evalsuite.metrics.rows import Rows, chunks, membership
from evalsuite.metrics.similarity import cosine_matrix

if TYPE_CHECKING:
    from evalsuite.metrics.base import FloatArray
    from evalsuite.stats.jackknife import Blocks


class Kernel(Protocol):
    """A positive definite kernel: the likeness of every row of one set to every row of another."""

    def __call__(self, a: Rows, b: Rows) -> Rows:
        """Return the likeness (n, m) of the rows of ``a`` (n, d) to those of ``b`` (m, d)."""
        ...


@dataclass(frozen=True, kw_only=True)
class PolynomialKernel:
    """``(gamma a·b + coef0)^degree``, by default ``(a·b/d + 1)³``, the kernel of KID (Bińkowski et al., ICLR 2018)."""

    degree: int = 3
    gamma: float | None = None
    """1/d where it is not given."""
    coef0: float = 1.0

    def __call__(self, a: Rows, b: Rows) -> Rows:
        """Return the kernel's values (n, m)."""
        gamma = 1 / a.shape[1] if self.gamma is None else self.gamma
        base = gamma * (a @ b.T) + self.coef0
        value = base.copy()
        for _ in range(self.degree - 1):  # a float's power takes thirty times as long
            value *= base
        return value

    def __str__(self) -> str:
        gamma = "1/d" if self.gamma is None else f"{self.gamma:g}"
        return f"poly·degree={self.degree}·gamma={gamma}·coef0={self.coef0:g}"


@dataclass(frozen=True, kw_only=True)
class GaussianKernel:
    """``exp(-|a - b|² / 2 sigma²) - 1`` of the rows scaled to length 1.

    The one is left out because no discrepancy notices a constant, while the digits it would take are missed: with a
    wide sigma all values lie near one.
    """

    sigma: float

    def __call__(self, a: Rows, b: Rows) -> Rows:
        """Return the kernel's values (n, m), less one."""
        value: Rows = np.expm1((cosine_matrix(a, b) - 1) / self.sigma**2)
        return value

    def __str__(self) -> str:
        return f"rbf·sigma={self.sigma:g}·unit rows"


@dataclass(frozen=True, kw_only=True)
class PairSums:
    """Sums of a kernel over pairs of rows, by block of ``x``."""

    sizes: Blocks
    """Rows of each block, (k,)."""
    within: Rows
    """Sums over the ordered pairs of different rows of ``x``, (k, k)."""
    across: Rows
    """Sums over the pairs of a row of ``x`` and one of ``y``, (k,)."""
    reference: float
    """The mean over the ordered pairs of different rows of ``y``."""
    m: int
    """Rows of ``y``."""

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray, *, block: Blocks, kernel: Kernel) -> PairSums:
        """Return the sums for ``x`` (n, d), of which row i belongs to block ``block[i]``, and ``y`` (m, d)."""
        one, m = np.ones((len(y), 1)), len(y)
        return cls(
            sizes=np.bincount(block),
            within=_sums_within(x, membership(block), kernel=kernel),
            across=_sums_across(x, y, membership(block), kernel=kernel),
            reference=float(_sums_within(y, one, kernel=kernel)[0, 0]) / (m * (m - 1)),
            m=m,
        )

    def value(self) -> float:
        """Return the unbiased MMD²."""
        return float(self._discrepancy(self.within.sum(), self.across.sum(), n=self.sizes.sum()))

    def without_blocks(self) -> Rows:
        """Return the unbiased MMD² with one block left out at a time, (k,)."""
        # A pair is lost with either of its rows, and one within the block must not be taken off twice.
        lost = 2 * self.within.sum(axis=1) - self.within.diagonal()
        n = self.sizes.sum() - self.sizes
        return self._discrepancy(self.within.sum() - lost, self.across.sum() - self.across, n=n)

    def _discrepancy(self, within: Rows, across: Rows, *, n: Blocks) -> Rows:
        return within / (n * (n - 1)) + self.reference - 2 * across / (n * self.m)


def _sums_within(x: FloatArray, member: Rows, *, kernel: Kernel) -> Rows:
    sums = np.zeros((member.shape[1], member.shape[1]))
    for here, rows in chunks(x):
        own = kernel(rows, rows)
        np.fill_diagonal(own, 0)
        sums += member[here].T @ own @ member[here]
        for there, others in chunks(x, first=here.stop):
            part = member[here].T @ kernel(rows, others) @ member[there]
            sums += part + part.T
    return sums


def _sums_across(x: FloatArray, y: FloatArray, member: Rows, *, kernel: Kernel) -> Rows:
    sums = np.zeros(member.shape[1])
    for here, rows in chunks(x):
        for _, others in chunks(y):
            sums += member[here].T @ kernel(rows, others).sum(axis=1)
    return sums
