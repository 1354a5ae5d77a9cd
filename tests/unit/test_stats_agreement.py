"""Whether scorers rank models alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalsuite.stats import kendall_tau


def test_tau_by_hand() -> None:
    # Of the six pairs of four models five are in one order and one in the other: (5 - 1) / 6.
    assert kendall_tau(np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 4, 3])) == pytest.approx(4 / 6)
    assert kendall_tau(np.array([1.0, 2, 3]), np.array([30.0, 20, 10])) == pytest.approx(-1)
    # One pair ties for one scorer: tau-b divides 2 by the root of 3 * 2.
    assert kendall_tau(np.array([1.0, 2, 3]), np.array([1.0, 1, 2])) == pytest.approx(2 / math.sqrt(6))
    assert math.isnan(kendall_tau(np.ones(3), np.arange(3.0)))


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="two models or more"):
        kendall_tau(np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="not finite"):
        kendall_tau(np.array([1.0, np.nan]), np.ones(2))
