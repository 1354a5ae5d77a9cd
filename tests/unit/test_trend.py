"""Theil-Sen slopes, rank correlations, monotone curves and medians."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from evalsuite.stats import is_monotone, isotonic, median_estimate, spearman, theil_sen
from evalsuite.stats.trend import distinct_doses

DOSES = np.arange(7.0)[None]
small = arrays(np.float64, 7, elements=st.integers(-4, 4).map(float))
"""Whole numbers, so that steps often tie and nothing is rounded."""


def one(values: np.ndarray) -> np.ndarray:
    return values[None]


@given(small, small)
def test_agrees_with_scipy_ties_and_all(doses: np.ndarray, responses: np.ndarray) -> None:
    slope, correlation = theil_sen(one(doses), one(responses))[0], spearman(one(doses), one(responses))[0]
    if np.ptp(doses) == 0:
        assert math.isnan(slope)
        assert math.isnan(correlation)
        return
    with np.errstate(invalid="ignore"):  # scipy's interval, which is not asked for, is undefined where many tie
        assert slope == pytest.approx(stats.theilslopes(responses, doses).slope, abs=1e-12)
    if np.ptp(responses) > 0:
        assert correlation == pytest.approx(stats.spearmanr(doses, responses).statistic, abs=1e-12)


def test_a_response_that_never_changes_is_in_no_order() -> None:
    flat = np.full((1, 7), 0.3)
    assert spearman(DOSES, flat)[0] == theil_sen(DOSES, flat)[0] == 0
    assert not is_monotone(DOSES, flat, rising=True)[0]
    assert not is_monotone(DOSES, flat, rising=False)[0]


def test_the_last_digit_is_no_change() -> None:
    rounded = 0.3 + np.spacing(0.3) * np.array([[0, 1, 0, 2, 1, 3, 2]])
    assert spearman(DOSES, rounded)[0] == 0
    assert not is_monotone(DOSES, rounded, rising=True)[0]
    rising = np.linspace(0, 1, 7)[None].copy()
    rising[0, 4] = rising[0, 3] - 1e-15
    assert is_monotone(DOSES, rising, rising=True)[0]


@given(small)
def test_monotone_means_nowhere_against_the_direction(responses: np.ndarray) -> None:
    changes = np.diff(responses)
    assert is_monotone(DOSES, one(responses), rising=True)[0] == ((changes >= 0).all() and (changes > 0).any())
    assert is_monotone(DOSES, one(responses), rising=False)[0] == ((changes <= 0).all() and (changes < 0).any())


def test_steps_of_one_dose_are_in_no_order() -> None:
    doses, responses = np.array([[0.0, 1.0, 1.0, 2.0]]), np.array([[0.0, 3.0, 2.0, 4.0]])
    assert is_monotone(doses, responses, rising=True)[0]
    assert theil_sen(doses, responses)[0] == 2  # 3, 2, 2, 1 and 2


@given(small, small)
def test_order_alone_counts_for_spearman(doses: np.ndarray, responses: np.ndarray) -> None:
    plain = spearman(one(doses), one(responses))
    for stretched in (one(np.exp(responses)), one(responses**3 + 7)):
        np.testing.assert_allclose(spearman(one(doses), stretched), plain, atol=1e-12)
    np.testing.assert_allclose(spearman(one(doses), one(-responses)), -plain, atol=1e-12)
    np.testing.assert_allclose(spearman(one(-doses), one(responses)), -plain, atol=1e-12)


@given(small, small, st.integers(-50, 50), st.sampled_from([-2.0, 0.25, 8.0]))
def test_slopes_scale_and_do_not_see_a_constant(
    doses: np.ndarray, responses: np.ndarray, constant: int, factor: float
) -> None:
    slope = theil_sen(one(doses), one(responses))
    np.testing.assert_allclose(theil_sen(one(doses), one(responses + constant)), slope, atol=1e-12)
    np.testing.assert_allclose(theil_sen(one(doses), one(factor * responses)), factor * slope, atol=1e-12)
    np.testing.assert_allclose(theil_sen(one(factor * doses), one(responses)), slope / factor, atol=1e-12)


@given(small, small, arrays(np.bool_, 7))
def test_a_step_without_a_value_is_as_good_as_none(
    doses: np.ndarray, responses: np.ndarray, lacking: np.ndarray
) -> None:
    gaps = one(np.where(lacking, np.nan, responses))
    left = one(doses[~lacking]), one(responses[~lacking])
    if lacking.all():
        assert math.isnan(spearman(one(doses), gaps)[0])
        assert math.isnan(theil_sen(one(doses), gaps)[0])
        assert distinct_doses(one(doses), gaps)[0] == 0
        return
    for coefficient in (theil_sen, spearman, distinct_doses):
        np.testing.assert_array_equal(coefficient(one(doses), gaps), coefficient(*left))
    assert is_monotone(one(doses), gaps, rising=True) == is_monotone(*left, rising=True)
    assert distinct_doses(*left)[0] == len(set(doses[~lacking]))


@given(arrays(np.float64, (5, 7), elements=st.integers(-4, 4).map(float)))
def test_subjects_do_not_see_each_other(responses: np.ndarray) -> None:
    doses = np.repeat(DOSES, 5, axis=0)
    for coefficient in (theil_sen, spearman):
        alone = [coefficient(DOSES, one(row))[0] for row in responses]
        np.testing.assert_array_equal(coefficient(doses, responses), alone)


def test_one_step_gone_astray_does_not_move_the_slope() -> None:
    line = 3 * DOSES + 1
    astray = line.copy()
    astray[0, 6] = -1000
    assert theil_sen(DOSES, line)[0] == theil_sen(DOSES, astray)[0] == 3


def test_thousands_of_subjects_take_milliseconds() -> None:
    draw = np.random.default_rng(0)
    doses, responses = np.repeat(DOSES, 2000, axis=0), draw.normal(size=(2000, 7))
    started = time.process_time()
    theil_sen(doses, responses), spearman(doses, responses), is_monotone(doses, responses, rising=True)
    assert time.process_time() - started < 0.5  # 20 ms where nothing else runs


def test_tables_of_two_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(subjects, steps\)"):
        theil_sen(DOSES, np.zeros((2, 7)))
    with pytest.raises(ValueError, match=r"\(subjects, steps\)"):
        spearman(DOSES[0], DOSES[0])


def test_the_nearest_monotone_curve_by_hand() -> None:
    values, weights = np.array([0.0, 3.0, 1.0, 4.0]), np.array([1.0, 1.0, 3.0, 1.0])
    np.testing.assert_allclose(isotonic(values, weights=weights, rising=True), [0, 1.5, 1.5, 4])
    np.testing.assert_allclose(isotonic(values, weights=weights, rising=False), np.full(4, 10 / 6))
    np.testing.assert_allclose(isotonic(values, weights=weights, rising=None), [0, 1.5, 1.5, 4])
    np.testing.assert_allclose(isotonic(-values, weights=weights, rising=None), [0, -1.5, -1.5, -4])


@given(small)
def test_the_nearest_monotone_curve_is_monotone_and_keeps_the_mean(values: np.ndarray) -> None:
    for rising in (True, False):
        curve = isotonic(values, weights=np.ones(7), rising=rising)
        assert (np.diff(curve) >= 0).all() if rising else (np.diff(curve) <= 0).all()
        assert curve.mean() == pytest.approx(values.mean(), abs=1e-12)


def test_the_bootstrap_finds_the_known_distribution_of_a_resampled_median() -> None:
    # Efron, 1979: of n = 51 values, that of rank k or a lower one is the median of a resample where at least 26 draws
    # fall among the k lowest.
    reached = stats.binom.sf(25, 51, np.arange(1, 52) / 51)
    low, high = (np.searchsorted(reached, tail) for tail in (0.025, 0.975))
    values = np.random.default_rng(0).permutation(51).astype(float)
    estimate = median_estimate(values, sources=np.arange(51))
    assert estimate.value == 25
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=1)
    assert estimate.method == "median, bootstrap over recordings (51), percentile, 95%"


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(20)))
def test_order_of_rows_does_not_move_the_median(order: list[int]) -> None:
    values, sources = np.linspace(0, 1, 20) ** 2, np.array([f"recording {row // 3}" for row in range(20)])
    assert median_estimate(values[order], sources=sources[order]) == median_estimate(values, sources=sources)


def test_copies_of_a_value_add_nothing_to_the_median() -> None:
    values, alone = np.random.default_rng(0).normal(size=21), np.arange(21)
    once, thrice = median_estimate(values, sources=alone), median_estimate(values.repeat(3), sources=alone.repeat(3))
    assert (thrice.low, thrice.value, thrice.high) == (once.low, once.value, once.high)


def test_a_median_without_an_interval_says_why() -> None:
    one_recording = median_estimate(np.arange(5.0), sources=np.zeros(5, dtype=int))
    alike = median_estimate(np.ones(5), sources=np.arange(5))
    assert (one_recording.value, alike.value) == (2, 1)
    assert one_recording.method == "no interval: all clips come from one recording"
    assert alike.method == "no interval: no variation between recordings"
    assert math.isnan(one_recording.low)
    assert math.isnan(alike.high)
    with pytest.raises(ValueError, match="not finite"):
        median_estimate(np.array([1.0, np.nan]), sources=np.arange(2))
