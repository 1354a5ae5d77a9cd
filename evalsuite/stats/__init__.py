"""Uncertainty: intervals and tests that respect the recordings the clips were cut from."""

from __future__ import annotations

from evalsuite.stats.intervals import (
    clustered_standard_error,
    mean_estimate,
    proportion_estimate,
    t_estimate,
    undefined_estimate,
)
from evalsuite.stats.jackknife import blocks, jackknife_estimate, leave_out
from evalsuite.stats.paired import holm, paired_difference, permutation_p_value

__all__ = [
    "blocks",
    "clustered_standard_error",
    "holm",
    "jackknife_estimate",
    "leave_out",
    "mean_estimate",
    "paired_difference",
    "permutation_p_value",
    "proportion_estimate",
    "t_estimate",
    "undefined_estimate",
]
