"""Balls around feature rows, each reaching to the k-th nearest neighbour in its own set.

Distances are Euclidean and taken tile by tile, so that memory does not grow with the square of n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.metrics.moments import mean_row
from evalsuite.metrics.rows import Rows, block_chunks, checked_pair, chunks

if TYPE_CHECKING:
    from evalsuite.metrics.base import FloatArray
    from evalsuite.stats.jackknife import Blocks, LeftOut

ROUNDING = 1e-12
"""Squared distances this near, relative to the longest row's square, are equal: the rim of a ball is outside."""


@dataclass(frozen=True, kw_only=True)
class Space:
    """Where the rows of two sets lie."""

    k: int
    """Which neighbour a ball reaches to."""
    origin: Rows
    """The mean of the first set, (d,): squared distances that are taken from there lose fewer digits."""
    rounding: float
    """How far a squared distance may be off."""

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray, *, k: int) -> Space:
        """Return the space of ``x`` (n, d) and ``y`` (m, d).

        Raises ``ValueError`` on fewer than k + 1 rows, different widths, NaN and infinity.
        """
        checked_pair(x, y, least=k + 1)
        origin = mean_row(x)
        longest = max(float(((rows - origin) ** 2).sum(axis=1).max()) for each in (x, y) for _, rows in chunks(each))
        return cls(k=k, origin=origin, rounding=ROUNDING * longest)

    def squares(self, a: FloatArray, b: FloatArray) -> Rows:
        """Return the squared distances (n, m) of the rows of ``a`` (n, d) and ``b`` (m, d)."""
        left, right = a - self.origin, b - self.origin
        squares: Rows = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
        return squares

    def radii(self, x: FloatArray) -> Rows:
        """Return for each row of ``x`` (n, d) the squared distance below which others lie in its ball, (n,)."""
        return self.radii_without(x, np.zeros(len(x), dtype=np.intp), np.zeros((1, 1), dtype=np.bool_))[:, 0]

    def radii_without(self, x: FloatArray, block: Blocks, out: LeftOut) -> Rows:
        """Return :meth:`radii` each time that some blocks of ``x`` (n, d) are left ``out`` (times, k): (n, times).

        A row that is left out has a ball that holds nothing.
        """
        near = self._nearest(x, block)
        radii = np.full((len(x), len(out)), -np.inf)
        for time, gone in enumerate(out):
            here = ~gone[block]
            if here.any():
                radii[here, time] = _kth(near[here][:, ~gone], self.k)
        return radii - self.rounding

    def _nearest(self, x: FloatArray, block: Blocks) -> Rows:
        """Return the k smallest squares from each row to the other rows of each block, (n, blocks, k)."""
        near = np.full((len(x), int(block.max()) + 1, self.k), np.inf)
        for number, index in block_chunks(block):
            for here, rows in chunks(x):
                squares = self.squares(rows, x[index])
                squares[np.equal.outer(np.arange(here.start, here.stop), index)] = np.inf
                both = np.concatenate([near[here, number], squares], axis=1)
                near[here, number] = np.partition(both, self.k - 1, axis=1)[:, : self.k]
        return near


def _kth(near: Rows, k: int) -> Rows:
    """Return the k-th smallest of each row's entries (n, blocks, k), (n,)."""
    return np.asarray(np.partition(near.reshape(len(near), -1), k - 1, axis=1)[:, k - 1])
