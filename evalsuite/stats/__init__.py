"""Uncertainty: intervals that respect the recordings the clips were cut from."""

from __future__ import annotations

from evalsuite.stats.intervals import (
    clustered_standard_error,
    mean_estimate,
    proportion_estimate,
    t_estimate,
    undefined_estimate,
)
from evalsuite.stats.jackknife import blocks, jackknife_estimate, leave_out

__all__ = [
    "blocks",
    "clustered_standard_error",
    "jackknife_estimate",
    "leave_out",
    "mean_estimate",
    "proportion_estimate",
    "t_estimate",
    "undefined_estimate",
]
