"""Clustered intervals for means and proportions."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.stats import clustered_standard_error, mean_estimate, proportion_estimate, t_estimate
from evalsuite.stats.intervals import bounded_estimate

alone = np.arange(20)


def wilson(hits: int, n: int) -> tuple[float, float]:
    from scipy import stats

    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    return expected.low, expected.high


def test_one_clip_per_recording_is_plain_wilson() -> None:
    # From mpmath at 50 digits: Wilson's formula for 7 of 20.
    estimate = proportion_estimate(np.arange(20) < 7, sources=alone)
    assert estimate.low == pytest.approx(0.18119182410108205, abs=1e-9)
    assert estimate.high == pytest.approx(0.56714572331476377, abs=1e-9)
    assert estimate.method == "Wilson, clustered by recording (20), 95%"


def test_one_clip_per_recording_is_plain_t() -> None:
    from scipy import stats

    values = np.random.default_rng(0).normal(size=20)
    estimate = mean_estimate(values, sources=alone)
    expected = stats.t.interval(0.95, 19, loc=values.mean(), scale=stats.sem(values))
    assert (estimate.low, estimate.high) == pytest.approx(expected, rel=1e-9)
    assert estimate.standard_error == pytest.approx(stats.sem(values), rel=1e-12)


def test_copies_of_a_clip_add_nothing() -> None:
    values = np.random.default_rng(0).normal(size=20)
    once, thrice = mean_estimate(values, sources=alone), mean_estimate(values.repeat(3), sources=alone.repeat(3))
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high), rel=1e-9)
    # A share is a little less sure still: t has 19 degrees of freedom where 59 would be due to independent clips.
    hits = values > 0.5
    one, three = (proportion_estimate(h, sources=s) for h, s in ((hits, alone), (hits.repeat(3), alone.repeat(3))))
    assert one.high - one.low < three.high - three.low < 1.1 * (one.high - one.low)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2, max_size=80))
def test_a_proportion_stays_within_its_interval_and_the_interval_within_bounds(rows: list[tuple[bool, int]]) -> None:
    hits, sources = (np.array(column) for column in zip(*rows, strict=True))
    estimate = proportion_estimate(hits, sources=sources)
    if len(set(sources)) == 1:
        assert math.isnan(estimate.low)
    else:
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
        assert estimate.low < estimate.high


@given(st.permutations(range(20)))
def test_order_and_names_of_recordings_do_not_matter(order: list[int]) -> None:
    values, sources = np.linspace(0, 1, 20) ** 2, alone // 3
    renamed = np.array([f"recording {i}" for i in sources])
    assert clustered_standard_error(values[order], sources=renamed[order]) == pytest.approx(
        clustered_standard_error(values, sources=sources), rel=1e-12
    )


def test_all_hits_are_as_sure_as_there_are_recordings() -> None:
    few, many = (proportion_estimate(np.ones(40), sources=np.arange(40) % recordings) for recordings in (4, 40))
    assert few.low < many.low < few.high == many.high == 1
    assert few.standard_error == 0


def test_one_recording_gives_no_interval_and_says_why() -> None:
    one = np.zeros(5, dtype=int)
    for estimate in (proportion_estimate(np.ones(5), sources=one), mean_estimate(np.ones(5), sources=one)):
        assert estimate.value == 1
        assert math.isnan(estimate.low)
        assert math.isnan(estimate.high)
        assert estimate.method == "no interval: all clips come from one recording"
    assert math.isnan(clustered_standard_error(np.ones(5), sources=one))


def test_no_variation_gives_no_interval_and_says_why() -> None:
    estimate = mean_estimate(np.full(20, 0.5), sources=alone)
    assert math.isnan(estimate.low)
    assert estimate.method == "no interval: no variation between recordings"


def test_bounds_cut_the_interval() -> None:
    estimate = t_estimate(0.9, standard_error=0.1, freedom=19, method="t", bounds=(0.0, 1.0))
    assert estimate.high == 1
    assert estimate.low == pytest.approx(0.9 - 2.093024054408263 * 0.1, abs=1e-9)


def test_between_two_bounds_the_interval_is_wilsons() -> None:
    # A standard error of sqrt(0.07 * 0.93 / 100) is that of 7 hits of 100; with many degrees of freedom t is normal.
    asked = {"standard_error": math.sqrt(0.0651) / 10, "clusters": 9, "freedom": 10**9, "method": "m"}
    estimate = bounded_estimate(0.07, **asked, bounds=(0.0, 1.0))
    low, high = wilson(7, 100)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), rel=1e-6)
    assert estimate.method == "m, Wilson, 95%"
    wider = bounded_estimate(
        1 + 9 * 0.07, **asked | {"standard_error": 9 * asked["standard_error"]}, bounds=(1.0, 10.0)
    )
    assert (wider.low, wider.high) == pytest.approx((1 + 9 * low, 1 + 9 * high), rel=1e-6)


def test_at_a_bound_each_recording_counts_once() -> None:
    asked = {"standard_error": 0.0, "clusters": 40, "freedom": 10**9, "method": "m", "bounds": (0.0, 1.0)}
    at_the_top, hits = bounded_estimate(1.0, **asked), proportion_estimate(np.ones(40), sources=np.arange(40))
    assert (at_the_top.low, at_the_top.high) == pytest.approx((hits.low, 1), rel=1e-6)
    inside = bounded_estimate(0.25, **asked)
    assert (math.isnan(inside.low), inside.method) == (True, "no interval: no variation between recordings")


def test_an_undefined_standard_error_gives_no_interval() -> None:
    for estimate in (
        t_estimate(0.5, standard_error=math.nan, freedom=3, method="t"),
        bounded_estimate(0.5, standard_error=math.nan, clusters=4, freedom=3, method="t", bounds=(0.0, 1.0)),
    ):
        assert (math.isnan(estimate.low), estimate.method) == (True, "no interval: too little varies")


def clips_of_classes(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, recordings and classes (n,): six classes of two to five recordings, of one to four clips each."""
    draw = np.random.default_rng(seed)
    classes = np.repeat(np.arange(6), draw.integers(2, 6, size=6))
    sources = np.repeat(np.arange(len(classes)), draw.integers(1, 5, size=len(classes)))
    return draw.normal(size=len(sources)) + classes[sources], sources, classes[sources]


@given(st.integers(0, 99))
def test_within_classes_it_is_the_combined_ratio_estimate(seed: int) -> None:
    values, sources, classes = clips_of_classes(seed)
    variance = 0.0
    for name in range(6):
        totals = [(values[sources == s] - values.mean()).sum() for s in set(sources[classes == name])]
        variance += len(totals) * float(np.var(totals, ddof=1))
    error = clustered_standard_error(values, sources=sources, strata=classes)
    assert error == pytest.approx(math.sqrt(variance) / len(values), rel=1e-10)
    words = np.array([f"class {name}" for name in classes])
    assert clustered_standard_error(values, sources=sources, strata=words) == pytest.approx(error, rel=1e-10)


def test_how_classes_differ_is_no_part_of_the_error_where_recordings_are_of_one_size() -> None:
    values, sources, classes = np.random.default_rng(0).normal(size=60), np.arange(60) // 2, np.arange(60) // 12
    asked = {"sources": sources, "strata": classes}
    assert clustered_standard_error(values + 9 * classes, **asked) == pytest.approx(
        clustered_standard_error(values, **asked), rel=1e-10
    )


@given(st.lists(st.booleans(), min_size=30, max_size=30))
def test_one_class_and_one_recording_of_each_class_are_as_if_no_classes_were_told(hits: list[bool]) -> None:
    values, sources = np.array(hits), np.arange(30)
    plain = proportion_estimate(values, sources=sources)
    assert proportion_estimate(values, sources=sources, strata=np.zeros(30, dtype=int)) == plain
    assert proportion_estimate(values, sources=sources, strata=sources) == plain
    pairs = alone // 2  # two clips of each recording, whose design effect may be below one
    assert proportion_estimate(values[:20], sources=pairs, strata=pairs) == proportion_estimate(
        values[:20], sources=pairs
    )


def test_recordings_that_hold_every_class_alike_are_as_if_no_classes_were_told() -> None:
    values, sources, classes = np.random.default_rng(0).normal(size=40), np.arange(40) // 5, np.arange(40) % 5
    plain, within = (mean_estimate(values, sources=sources, strata=strata) for strata in (None, classes))
    assert (within.low, within.high) == pytest.approx((plain.low, plain.high), rel=1e-10)


@given(st.integers(0, 99))
def test_what_a_recording_has_in_several_classes_adds_up(seed: int) -> None:
    values, sources, classes = (
        np.random.default_rng(seed).normal(size=4),
        np.array([0, 0, 1, 2]),
        np.array([0, 1, 2, 2]),
    )
    # Classes 0 and 1 have one recording, the same: together they are one stratum of one part, whose total counts whole.
    residuals = values - values.mean()
    expected = math.hypot(residuals[0] + residuals[1], residuals[2] - residuals[3])
    error = clustered_standard_error(values, sources=sources, strata=classes)
    assert error == pytest.approx(expected / 4, rel=1e-10)


def test_few_voices_that_all_say_every_class_are_as_sure_as_without_classes() -> None:
    """As the actors of RAVDESS: one clip more or less of a system that always sees the same class."""
    voices, classes = np.arange(48) // 8, np.arange(48) % 8
    hits = (classes == 0) | (np.arange(48) == 9)
    plain, within = (proportion_estimate(hits, sources=voices, strata=strata) for strata in (None, classes))
    assert (within.low, within.high) == pytest.approx((plain.low, plain.high), rel=1e-9)


def test_classes_that_are_all_right_or_all_wrong_are_as_sure_as_there_are_recordings() -> None:
    classes, z = np.arange(40) // 10, NormalDist().inv_cdf(0.975)
    hits, twice = (
        proportion_estimate(classes.repeat(m) % 2 == 0, sources=np.arange(40).repeat(m), strata=classes.repeat(m))
        for m in (1, 2)
    )
    assert hits.standard_error == 0
    # What is left of Wilson's interval: nothing varies, and 40 recordings might still have missed one that does.
    assert (hits.high - hits.low) / 2 == pytest.approx(z**2 / (2 * 40) / (1 + z**2 / 40), rel=1e-9)
    assert (twice.low, twice.high) == (hits.low, hits.high)
    cosines = mean_estimate(classes / 4, sources=np.arange(40), strata=classes)
    assert cosines.method == "no interval: no variation between recordings"


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"strata must have shape \(3,\)"):
        mean_estimate(np.ones(3), sources=np.arange(3), strata=np.arange(2))
    with pytest.raises(ValueError, match=r"must both have shape"):
        mean_estimate(np.ones(3), sources=np.arange(2))
    with pytest.raises(ValueError, match=r"no clips"):
        mean_estimate(np.ones(0), sources=np.arange(0))
    with pytest.raises(ValueError, match=r"value 1 is not finite"):
        mean_estimate(np.array([1.0, np.nan]), sources=np.arange(2))
    with pytest.raises(ValueError, match=r"true or false"):
        proportion_estimate(np.array([0.5, 1.0]), sources=np.arange(2))
