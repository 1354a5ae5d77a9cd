"""Checks that every kernel makes of the feature rows it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evalsuite.metrics.base import FloatArray

Rows = npt.NDArray[np.float64]


def finite_rows(features: FloatArray, *, name: str, least: int = 1) -> Rows:
    """Return ``features`` (n, d) in float64.

    Raises ``ValueError`` where they are no matrix, have fewer than ``least`` rows, or hold NaN or infinity.
    """
    rows = np.asarray(features, dtype=np.float64)
    if rows.ndim != 2:
        raise ValueError(f"{name} must have shape (n, d), not {rows.shape}")
    if len(rows) < least or rows.shape[1] == 0:
        raise ValueError(f"{name} needs at least {least} row{'s' * (least > 1)} and one column, not {rows.shape}")
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if bad.size:
        raise ValueError(f"{name} holds NaN or infinity in {bad.size} of {len(rows)} rows, first in row {bad[0]}")
    return rows


def unit_rows(features: FloatArray, *, name: str) -> Rows:
    """Return ``features`` (n, d) with each row scaled to length 1. Raises ``ValueError`` also on a row of zeros."""
    rows = finite_rows(features, name=name)
    # Scaling by the largest entry first keeps the squares within the range of float64.
    largest = np.abs(rows).max(axis=1, keepdims=True)
    zero = np.flatnonzero(largest == 0)
    if zero.size:
        raise ValueError(f"{name} has no direction, all zeros, in {zero.size} of {len(rows)} rows, first {zero[0]}")
    scaled = rows / largest
    unit: Rows = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    return unit


def same_width(a: Rows, b: Rows) -> None:
    """Raise ``ValueError`` where the rows of ``a`` and ``b`` differ in length."""
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"features of different width: {a.shape} and {b.shape}")
