"""Draws of clips: in an order that is the same whenever it is asked for, and balanced over the classes throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from evalsuite.metrics.base import IntArray

    Rows = npt.NDArray[np.intp]
    Sources = npt.NDArray[np.str_]


def in_turn(targets: IntArray, *, sources: Sources | None = None, seed: int) -> Rows:
    """Return the rows (n,) in an order that takes one clip of each class of ``targets`` (n,) in turn.

    Within a class they are shuffled. With ``sources`` (n,) one clip of every recording comes before any second one.
    """
    shuffled = np.random.default_rng(seed).permutation(len(targets))
    take = np.zeros(len(targets), np.intp) if sources is None else _occurrence(sources[shuffled])
    by_take = shuffled[np.argsort(take, kind="stable")]
    return by_take[np.argsort(_occurrence(targets[by_take]), kind="stable")]


def disjoint(order: Rows, *, n: int, most: int) -> list[Rows]:
    """Cut the first rows of ``order`` into at most ``most`` draws of ``n`` rows each."""
    return [order[start : start + n] for start in range(0, len(order) - n + 1, n)][:most]


def _occurrence(values: IntArray | Sources) -> Rows:
    """Return how often each value (n,) stands before its place, (n,)."""
    order = np.argsort(values, kind="stable")
    _, first, counts = np.unique(values[order], return_index=True, return_counts=True)
    found = np.empty(len(values), np.intp)
    found[order] = np.arange(len(values)) - np.repeat(first, counts)
    return found
