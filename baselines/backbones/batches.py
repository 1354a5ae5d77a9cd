"""Batches of one size, so that the arithmetic of a row does not depend on how many others there are."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def full_batches(count: int, *, size: int) -> Iterator[tuple[int, list[int]]]:
    """Yield, batch by batch, how many rows count and the ``size`` rows to compute: the last row fills a batch up.

    >>> list(full_batches(5, size=3))
    [(3, [0, 1, 2]), (2, [3, 4, 4])]
    """
    for start in range(0, count, size):
        yield min(size, count - start), [min(row, count - 1) for row in range(start, start + size)]


def map_batches(compute: Callable[[list[int]], Any], count: int, *, size: int, device: str) -> list[Any]:
    """Return ``compute(rows)`` of every full batch, each an array or tensor cut to the rows that count.

    On a CPU several batches are computed at once with one thread each: for networks this small that is faster than
    several threads to a batch, which spend their time waiting for one another. ``compute`` must therefore bear being
    called from several threads.
    """
    if device != "cpu":
        return [compute(rows)[:real] for real, rows in full_batches(count, size=size)]
    import torch

    def alone(work: tuple[int, list[int]]) -> Any:
        torch.set_num_threads(1)
        return compute(work[1])[: work[0]]

    threads = torch.get_num_threads()
    try:
        return list(_pool().map(alone, full_batches(count, size=size)))
    finally:
        torch.set_num_threads(threads)


@cache
def _pool() -> ThreadPoolExecutor:
    # A container or a job may own few of the machine's cores; not every platform can tell.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ThreadPoolExecutor(cores, thread_name_prefix="batches")
