"""Two one-sided tests: is a change as good as none?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evalsuite.stats import equivalence

alone = np.arange(30)


def changes(*, mean: float = 0.02, spread: float = 0.1, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, spread, size=30)


def test_agrees_with_two_t_tests_of_scipy() -> None:
    values = changes()
    test = equivalence(values, sources=alone, margin=0.05)
    above = stats.ttest_1samp(values, -0.05, alternative="greater").pvalue
    below = stats.ttest_1samp(values, 0.05, alternative="less").pvalue
    assert test.p_value == pytest.approx(max(above, below), rel=1e-9)
    interval = stats.t.interval(0.9, 29, loc=values.mean(), scale=stats.sem(values))
    assert (test.change.low, test.change.high) == pytest.approx(interval, rel=1e-9)
    assert test.change.method == "t, clustered by recording (30), 90%"


@given(st.floats(-0.2, 0.2), st.floats(0.01, 0.3), st.integers(0, 50))
def test_the_verdict_is_that_of_the_interval(mean: float, margin: float, seed: int) -> None:
    test = equivalence(changes(mean=mean, seed=seed), sources=alone // 2, margin=margin)
    assert test.equivalent == (-margin < test.change.low and test.change.high < margin)
    assert test.equivalent == (test.p_value < 0.05)
    turned = equivalence(-changes(mean=mean, seed=seed), sources=alone // 2, margin=margin)
    assert turned.p_value == pytest.approx(test.p_value, rel=1e-9)


def test_copies_of_a_recording_add_nothing() -> None:
    values = changes()
    once, thrice = (equivalence(values.repeat(k), sources=alone.repeat(k), margin=0.05) for k in (1, 3))
    assert thrice.p_value == pytest.approx(once.p_value, rel=1e-9)


def test_what_never_changes_is_equivalent() -> None:
    test = equivalence(np.zeros(30), sources=alone, margin=0.05)
    assert (test.p_value, test.equivalent) == (0, True)
    assert test.change.method == "no interval: no variation between recordings"
    assert math.isnan(test.change.low)


@pytest.mark.parametrize("change", [0.05, -0.06])
def test_what_always_changes_by_the_margin_is_not(change: float) -> None:
    test = equivalence(np.full(30, change), sources=alone, margin=0.05)
    assert (test.p_value, test.equivalent) == (1, False)


def test_one_recording_shows_nothing() -> None:
    test = equivalence(np.zeros(5), sources=np.zeros(5, dtype=int), margin=0.05)
    assert (test.p_value, test.equivalent) == (1, False)
    assert "one recording" in test.change.method


@pytest.mark.parametrize("margin", [0.0, -1.0, math.nan])
def test_a_margin_is_above_zero(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        equivalence(changes(), sources=alone, margin=margin)
