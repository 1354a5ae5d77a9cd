"""How large a difference is: d_z with its interval, and clips won and lost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.stats import standardised_difference, won_and_lost

DRAW = np.random.default_rng(0)


def test_one_clip_per_recording_is_plain_d_z() -> None:
    a, b = DRAW.normal(size=50) + 0.4, DRAW.normal(size=50)
    estimate = standardised_difference(a, b, sources=np.arange(50))
    assert estimate.value == pytest.approx((a - b).mean() / (a - b).std(ddof=1), rel=1e-12)
    assert estimate.low < estimate.value < estimate.high


def test_likeness_within_a_recording_does_not_make_it_larger() -> None:
    """Ten recordings of fifty clips, nearly all of the variance between recordings: σ = 1, so that d_z is the mean."""
    draw = np.random.default_rng(3)
    found, plain = [], []
    for _ in range(400):
        d = 0.5 + np.repeat(math.sqrt(0.9) * draw.normal(size=10), 50) + math.sqrt(0.1) * draw.normal(size=500)
        found.append(d.mean() / standardised_difference(d, np.zeros(500), sources=np.arange(500) // 50).value)
        plain.append(d.std(ddof=1))
    assert np.mean(np.square(found)) == pytest.approx(1, abs=0.06)
    assert np.mean(np.square(plain)) < 0.94


def test_models_that_never_differ_and_models_that_always_do() -> None:
    ones = np.ones(8)
    never = standardised_difference(ones, ones, sources=np.arange(8))
    assert (never.value, math.isnan(never.low)) == (0, True)
    always = standardised_difference(2 * ones, ones, sources=np.arange(8))
    assert math.isnan(always.value)
    alone = standardised_difference(DRAW.normal(size=8), ones, sources=np.zeros(8, dtype=int))
    assert alone.method == "not defined: all clips come from one recording"


def test_two_recordings_leave_no_spread_to_measure() -> None:
    estimate = standardised_difference(np.array([1.0, 2, 3, 4]), np.zeros(4), sources=np.arange(4) // 2)
    assert estimate.method == "no interval: too little varies"


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_clips_won_less_clips_lost_are_the_difference_of_hits(rows: list[tuple[bool, bool]]) -> None:
    a, b = np.array(rows, dtype=float).T
    won, lost = won_and_lost(a, b, higher_is_better=True)
    assert won - lost == pytest.approx((a - b).mean())
    assert won_and_lost(a, b, higher_is_better=False) == (lost, won) == won_and_lost(b, a, higher_is_better=True)


def test_a_difference_by_rounding_is_a_tie() -> None:
    a = np.array([0.1 + 0.2, 0.5, 0.7])
    assert won_and_lost(a, np.array([0.3, 0.5, 0.6]), higher_is_better=True) == (pytest.approx(1 / 3), 0)


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"one shape \(n,\)"):
        won_and_lost(np.ones(3), np.ones(2), higher_is_better=True)
