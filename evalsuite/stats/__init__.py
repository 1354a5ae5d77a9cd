"""Uncertainty: intervals and tests that respect the recordings the clips were cut from."""

from __future__ import annotations

from evalsuite.stats.agreement import kendall_tau
from evalsuite.stats.effects import standardised_difference, won_and_lost
from evalsuite.stats.intervals import (
    clustered_standard_error,
    mean_estimate,
    proportion_estimate,
    t_estimate,
    undefined_estimate,
)
from evalsuite.stats.jackknife import blocks, jackknife_estimate, leave_out
from evalsuite.stats.paired import block_difference, holm, paired_difference, permutation_p_value, t_p_value

__all__ = [
    "block_difference",
    "blocks",
    "clustered_standard_error",
    "holm",
    "jackknife_estimate",
    "kendall_tau",
    "leave_out",
    "mean_estimate",
    "paired_difference",
    "permutation_p_value",
    "proportion_estimate",
    "standardised_difference",
    "t_estimate",
    "t_p_value",
    "undefined_estimate",
    "won_and_lost",
]
