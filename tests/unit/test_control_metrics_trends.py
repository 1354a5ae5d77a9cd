"""Trends of a response over the measured dose."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from control_evidence import shuffled, steps, swept
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evalsuite.control.responses import metrics_of
from evalsuite.control.sweep import Expectation, ResponseSpec, Sweep
from evalsuite.metrics.base import Evidence, Metric
from evalsuite.metrics.control.readings import PIXELS_IMAGE

if TYPE_CHECKING:
    import numpy.typing as npt

SUBJECTS, DOSES = 6, 5
tables = arrays(np.float64, (SUBJECTS, DOSES), elements=st.integers(-6, 6).map(float))


@cache
def trends(expects: Expectation = "rising", *, unit: str = "dB") -> dict[str, Metric]:
    response = ResponseSpec(name="light", measure="brightness", expects=expects)
    sweep = Sweep(transform="volume", doses=(0.0, 1.0, 2.0, 3.0, 4.0), responses=(response,))
    return {metric.name.removeprefix("light_"): metric for metric in metrics_of(sweep, dose_unit=unit)}


def lit(table: npt.NDArray[Any], *, takes: int = 1) -> Evidence:
    """Evidence of pictures as bright as ``table`` (subjects, doses, takes) says."""
    found = steps(table.shape[0], doses=table.shape[1], takes=takes)
    return swept(found, **{PIXELS_IMAGE: table.reshape(-1, 1)})


def values(metric: Metric, evidence: Evidence) -> npt.NDArray[Any]:
    return metric.measure(evidence).per_clip[:: len(evidence.targets) // SUBJECTS]


def test_names_units_and_directions() -> None:
    rising, falling, free = trends(), trends("falling"), trends("unknown", unit="")
    assert list(rising) == ["spearman", "slope", "monotone_share", "light"]
    assert [metric.unit for metric in rising.values()] == ["correlation", "luma per dB", "proportion", "luma"]
    assert free["slope"].unit == "luma per step"
    assert [metric.higher_is_better for metric in rising.values()] == [True] * 4
    assert [metric.higher_is_better for metric in falling.values()] == [False, False, True, True]
    assert [metric.higher_is_better for metric in free.values()] == [True] * 4
    assert ["No direction is claimed" in trend.meaning for trend in (free["slope"], rising["slope"])] == [True, False]
    for metric in (*rising.values(), *falling.values(), *free.values()):
        assert isinstance(metric, Metric)
        assert metric.meaning.endswith(".")


def test_two_doses_make_no_trend() -> None:
    two = Sweep(transform="volume", doses=(0.0, 1.0), responses=(ResponseSpec(name="light", measure="brightness"),))
    assert [metric.name for metric in metrics_of(two, dose_unit="dB")] == ["light"]


def test_each_subject_counts_once() -> None:
    table = np.array([[0, 1, 2, 3, 4]] * 4 + [[4, 3, 2, 1, 0], [0, 2, 1, 3, 4]], dtype=float)
    outcome = trends()["spearman"].measure(lit(table))
    firsts = np.arange(0, 30, DOSES)
    np.testing.assert_allclose(outcome.per_clip[firsts], [1, 1, 1, 1, -1, 0.9])
    assert np.isnan(np.delete(outcome.per_clip, firsts)).all()
    assert outcome.estimate.value == 1
    assert "bootstrap over recordings (6)" in outcome.estimate.method
    share = trends()["monotone_share"].measure(lit(table)).estimate
    assert share.value == pytest.approx(4 / 6)
    assert "Wilson, clustered by recording (6)" in share.method
    assert trends()["slope"].measure(lit(table)).estimate.value == 1


@pytest.mark.parametrize(("expects", "share"), [("rising", 2 / 6), ("falling", 1 / 6), ("none", 3 / 6)])
def test_what_is_monotone_depends_on_what_is_expected(expects: Expectation, share: float) -> None:
    up, down, still, astray = [0, 1, 1, 3, 4], [4, 3, 2, 1, 0], [2] * 5, [0, 1, 2, 3, 0]
    found = trends(expects)["monotone_share"].measure(lit(np.array([up, up, down, still, astray, astray], dtype=float)))
    assert found.estimate.value == pytest.approx(share)


def test_the_measured_dose_counts_not_the_one_asked_for() -> None:
    evidence = lit(np.array([[0.0, 1, 2, 3, 4]] * SUBJECTS))
    # The last two steps reached the same limit, and every other lies half as far off as was asked.
    measured = np.minimum(evidence.steps.doses, 3) / 2
    evidence = replace(evidence, steps=replace(evidence.steps, doses=measured))
    assert trends()["slope"].measure(evidence).estimate.value == pytest.approx(2)
    assert trends()["spearman"].measure(evidence).estimate.value == pytest.approx(np.sqrt(0.95))
    assert trends()["monotone_share"].measure(evidence).estimate.value == 1


@pytest.mark.parametrize("name", ["spearman", "slope", "monotone_share"])
def test_a_subject_of_two_doses_has_no_trend(name: str) -> None:
    evidence = lit(np.random.default_rng(0).normal(size=(SUBJECTS, DOSES)))
    doses = evidence.steps.doses.copy()
    doses[:DOSES] = [0, 0, 0, 1, 1]
    doses[DOSES + 1 : 2 * DOSES - 1] = np.nan
    evidence = replace(evidence, steps=replace(evidence.steps, doses=doses))
    outcome = trends()[name].measure(evidence)
    assert np.isnan(outcome.per_clip[: 2 * DOSES]).all()
    assert np.isfinite(outcome.per_clip).sum() == SUBJECTS - 2
    assert outcome.estimate.method.endswith(", 4 of 6 subjects")
    alone = outcome.estimate.value, trends()[name].measure(evidence.subset(evidence.steps.subjects > 1)).estimate.value
    assert alone[0] == alone[1]


def test_no_subject_with_a_trend_is_said() -> None:
    evidence = lit(np.ones((SUBJECTS, DOSES)))
    evidence = replace(evidence, steps=replace(evidence.steps, doses=np.zeros(SUBJECTS * DOSES)))
    assert trends()["slope"].measure(evidence).estimate.method == "not defined: no subject has a value"


def test_takes_are_averaged_first() -> None:
    table = np.random.default_rng(0).normal(size=(SUBJECTS, DOSES, 3))
    for metric in trends().values():
        several, mean = metric.measure(lit(table, takes=3)).estimate, metric.measure(lit(table.mean(axis=2))).estimate
        assert several.value == pytest.approx(mean.value, rel=1e-12)
        assert (several.low, several.high) == pytest.approx((mean.low, mean.high), rel=1e-9)


@pytest.mark.parametrize("name", ["spearman", "slope", "monotone_share"])
@settings(deadline=None, max_examples=25)
@given(table=tables, seed=st.integers(0, 100))
def test_order_of_rows_does_not_matter(name: str, table: npt.NDArray[Any], seed: int) -> None:
    evidence = lit(table)
    moved, order = shuffled(evidence, seed=seed)
    a, b = trends()[name].measure(evidence), trends()[name].measure(moved)
    assert str(b.estimate) == str(a.estimate)  # as text, where «nan» equals «nan»
    subject = evidence.steps.subjects[order]
    own = {number: value for number, value in zip(subject, b.per_clip, strict=True) if np.isfinite(value)}
    assert own == dict(enumerate(values(trends()[name], evidence)))


@settings(deadline=None, max_examples=25)
@given(tables)
def test_a_stretched_response_has_the_same_ranks(table: npt.NDArray[Any]) -> None:
    spearman = trends()["spearman"]
    np.testing.assert_array_equal(values(spearman, lit(table)), values(spearman, lit(np.exp(table))))
    np.testing.assert_array_equal(values(spearman, lit(-table)), -values(spearman, lit(table)))


@settings(deadline=None, max_examples=25)
@given(tables, st.integers(-9, 9), st.sampled_from([-4.0, 0.5, 2.0]))
def test_slopes_scale_with_the_response(table: npt.NDArray[Any], constant: int, factor: float) -> None:
    slope = trends()["slope"]
    np.testing.assert_allclose(values(slope, lit(table + constant)), values(slope, lit(table)), atol=1e-12)
    np.testing.assert_allclose(values(slope, lit(factor * table)), factor * values(slope, lit(table)), atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(tables)
def test_what_rises_falls_in_the_mirror(table: npt.NDArray[Any]) -> None:
    rising, falling = trends()["monotone_share"], trends("falling")["monotone_share"]
    assert rising.measure(lit(table)).estimate == falling.measure(lit(-table)).estimate


def test_a_trend_needs_a_sweep() -> None:
    with pytest.raises(ValueError, match="nothing was swept"):
        trends()["slope"].measure(replace(lit(np.ones((2, 3))), steps=None))
