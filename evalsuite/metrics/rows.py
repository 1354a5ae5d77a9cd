"""Checks that every kernel makes of the feature rows it is given, and reading them a piece at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.metrics.base import FloatArray

Rows = npt.NDArray[np.float64]

CHUNK = 1024
"""How many rows are held in float64 at once: kernels read arrays that may lie on disk and not fit into memory."""


def checked(features: FloatArray, *, name: str, least: int = 1) -> FloatArray:
    """Return ``features`` (n, d) as they are, read once in chunks.

    Raises ``ValueError`` where they are no matrix, have fewer than ``least`` rows, or hold NaN or infinity.
    """
    rows = np.asanyarray(features)  # what lies on disk is to stay there
    if rows.ndim != 2:
        raise ValueError(f"{name} must have shape (n, d), not {rows.shape}")
    if len(rows) < least or rows.shape[1] == 0:
        raise ValueError(f"{name} needs at least {least} row{'s' * (least > 1)} and one column, not {rows.shape}")
    bad = np.flatnonzero(np.concatenate([~np.isfinite(part).all(axis=1) for _, part in chunks(rows)]))
    if bad.size:
        raise ValueError(f"{name} holds NaN or infinity in {bad.size} of {len(rows)} rows, first in row {bad[0]}")
    return rows


def checked_pair(x: FloatArray, y: FloatArray, *, least: int = 2) -> tuple[FloatArray, FloatArray]:
    """Return two sets of features (n, d) and (m, d), checked. Raises ``ValueError`` also on different widths."""
    pair = checked(x, name="x", least=least), checked(y, name="y", least=least)
    same_width(*pair)
    return pair


def finite_rows(features: FloatArray, *, name: str, least: int = 1) -> Rows:
    """Return ``features`` (n, d) in float64, all at once. Raises ``ValueError`` as :func:`checked` does."""
    return np.asarray(checked(features, name=name, least=least), dtype=np.float64)


def unit_rows(features: FloatArray, *, name: str) -> Rows:
    """Return ``features`` (n, d) with each row scaled to length 1. Raises ``ValueError`` also on a row of zeros."""
    return np.concatenate([rows for _, rows in unit_chunks(features, name=name)])


def unit_chunks(features: FloatArray, *, name: str) -> Iterator[tuple[slice, Rows]]:
    """Yield what :func:`unit_rows` returns, in chunks."""
    features = checked(features, name=name)
    zero = np.concatenate([here.start + np.flatnonzero(~rows.any(axis=1)) for here, rows in chunks(features)])
    if zero.size:
        raise ValueError(f"{name} has no direction, all zeros, in {zero.size} of {len(features)} rows, first {zero[0]}")
    for here, rows in chunks(features):
        # Scaling by the largest entry first keeps the squares within the range of float64.
        scaled = rows / np.abs(rows).max(axis=1, keepdims=True)
        yield here, scaled / np.linalg.norm(scaled, axis=1, keepdims=True)


def same_width(a: FloatArray, b: FloatArray) -> None:
    """Raise ``ValueError`` where the rows of ``a`` and ``b`` differ in length."""
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"features of different width: {a.shape} and {b.shape}")


def chunks(features: FloatArray, *, first: int = 0) -> Iterator[tuple[slice, Rows]]:
    """Yield the rows of ``features`` (n, d) from ``first`` on, at most :data:`CHUNK` in float64 at a time."""
    for part in slices(len(features), first=first):
        yield part, np.asarray(features[part], dtype=np.float64)


def slices(n: int, *, first: int = 0) -> Iterator[slice]:
    """Cut ``n`` rows, from ``first`` on, into chunks."""
    for start in range(first, n, CHUNK):
        yield slice(start, min(start + CHUNK, n))


def block_chunks(block: npt.NDArray[np.intp]) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """Yield each block's number with the indices of its rows, at most :data:`CHUNK` at a time."""
    for number in range(int(block.max()) + 1):
        members = np.flatnonzero(block == number)
        for start in range(0, len(members), CHUNK):
            yield number, members[start : start + CHUNK]


def membership(block: npt.NDArray[np.intp]) -> Rows:
    """Return a matrix (n, k) with a one where row i belongs to block b, so that a product with it sums by block."""
    return np.equal.outer(block, np.arange(int(block.max()) + 1)).astype(np.float64)
