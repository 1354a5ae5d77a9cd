"""Batches of one size, so that the arithmetic of a row does not depend on how many others there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def full_batches(count: int, *, size: int) -> Iterator[tuple[int, list[int]]]:
    """Yield, batch by batch, how many rows count and the ``size`` rows to compute: the last row fills a batch up.

    >>> list(full_batches(5, size=3))
    [(3, [0, 1, 2]), (2, [3, 4, 4])]
    """
    for start in range(0, count, size):
        yield min(size, count - start), [min(row, count - 1) for row in range(start, start + size)]
