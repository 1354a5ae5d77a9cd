"""Uncertainty: intervals and tests that respect the recordings the clips were cut from."""

from __future__ import annotations

from evalsuite.stats.agreement import kendall_tau
from evalsuite.stats.effects import standardised_difference, won_and_lost
from evalsuite.stats.equivalence import EquivalenceTest, equivalence
from evalsuite.stats.intervals import (
    clustered_standard_error,
    mean_estimate,
    proportion_estimate,
    t_estimate,
    undefined_estimate,
)
from evalsuite.stats.jackknife import blocks, jackknife_estimate, leave_out
from evalsuite.stats.paired import block_difference, holm, paired_difference, permutation_p_value, t_p_value
from evalsuite.stats.trend import is_monotone, isotonic, median_estimate, spearman, theil_sen

__all__ = [
    "EquivalenceTest",
    "block_difference",
    "blocks",
    "clustered_standard_error",
    "equivalence",
    "holm",
    "is_monotone",
    "isotonic",
    "jackknife_estimate",
    "kendall_tau",
    "leave_out",
    "mean_estimate",
    "median_estimate",
    "paired_difference",
    "permutation_p_value",
    "proportion_estimate",
    "spearman",
    "standardised_difference",
    "t_estimate",
    "t_p_value",
    "theil_sen",
    "undefined_estimate",
    "won_and_lost",
]
