"""Responses in words, and the curves of a record."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pytest
from control_evidence import seen, steps

from evalsuite.control.curves import curves_of
from evalsuite.control.responses import metrics_of, stamps_of
from evalsuite.control.sweep import Expectation, Measure, ResponseSpec, Sweep
from evalsuite.stats import equivalence, mean_estimate

if TYPE_CHECKING:
    import numpy.typing as npt

    from evalsuite.control_record import Curve
    from evalsuite.metrics.base import Steps

SUBJECTS, DOSES = 12, 5


def sweep(*, expects: Expectation = "rising", margin: float | None = None, pairs: Any = None) -> Sweep:
    response = ResponseSpec(name="light", measure="brightness", expects=expects, margin=margin)
    return Sweep(transform="volume", doses=tuple(range(DOSES)), pairs=pairs, responses=(response,))


def curve(
    values: npt.NDArray[Any], *, plan: Sweep | None = None, found: Steps | None = None, sources: Any = None
) -> Curve:
    """The only curve of ``values`` (subjects, doses)."""
    found = found or steps(SUBJECTS, doses=DOSES)
    sources = found.subjects if sources is None else sources
    (only,) = curves_of("a", plan or sweep(), values={"light": values.ravel()}, steps=found, sources=sources)
    return only


def noise(*, rise: float = 0.0, spread: float = 0.1, seed: int = 0) -> npt.NDArray[Any]:
    return rise * np.arange(DOSES) + np.random.default_rng(seed).normal(scale=spread, size=(SUBJECTS, DOSES))


def every_response() -> Sweep:
    measures = [measure for measure in get_args(Measure) if measure != "contrast"]
    specs = [ResponseSpec(name=f"a_{measure}", measure=measure, margin=0.1) for measure in measures]
    contrast = ResponseSpec(name="nearness", measure="contrast", phrases=("near {label}", "far {label}"))
    return Sweep(transform="mixing", doses=(0.0, 1.0, 2.0), pairs="grid", responses=(*specs, contrast))


def test_every_measure_has_a_metric_and_words() -> None:
    plan = every_response()
    names = [metric.name for metric in metrics_of(plan, dose_unit="dB")]
    assert len(names) == len(set(names)) == 4 * len(get_args(Measure)) + 1
    assert names[:4] == ["a_size_spearman", "a_size_slope", "a_size_monotone_share", "a_size"]
    stamps = stamps_of(plan)
    assert [stamp.name for stamp in stamps] == [spec.name for spec in plan.responses]
    assert len({stamp.meaning for stamp in stamps}) == len(stamps)
    assert all(stamp.meaning[0].isupper() and stamp.meaning.endswith(".") and stamp.unit for stamp in stamps)
    assert (stamps[0].expects, stamps[0].margin, stamps[-1].margin) == ("rising", 0.1, None)


def test_every_response_has_a_curve() -> None:
    evidence, plan = seen(doses=3), every_response().model_copy(update={"pairs": None})
    columns = {}
    for metric in metrics_of(plan, dose_unit="dB"):
        if all(need in evidence.features for need in metric.needs):
            columns[metric.name] = metric.measure(evidence).per_clip
    curves = curves_of("a", plan, values=columns, steps=evidence.steps, sources=evidence.sources)
    # What needs the phrases was not measured; what needs a second sound has no values.
    assert [found.response for found in curves] == [spec.name for spec in plan.responses[:-1]]
    lacking = {found.response for found in curves if math.isnan(found.points[0].estimate.value)}
    assert lacking == {"a_presence", "a_second_presence", "a_both_present", "a_balance", "a_area_balance"}
    for found in curves:
        assert len(found.points) == 3
        assert json.loads(found.model_dump_json())["model"] == "a"


def test_points_are_clustered_means_at_the_measured_doses() -> None:
    values, found = noise(rise=0.3), steps(SUBJECTS, doses=DOSES)
    sources = found.subjects // 2
    measured = found.doses / 2 + found.subjects
    shifted = type(found)(**{**vars(found), "doses": measured})
    points = curve(values, found=shifted, sources=sources).points
    assert [point.dose for point in points] == list(range(DOSES))
    assert [point.measured for point in points] == pytest.approx(np.arange(DOSES) / 2 + 5.5)
    for number, point in enumerate(points):
        assert point.estimate == mean_estimate(values[:, number], sources=np.arange(SUBJECTS) // 2)
    assert [point.isotonic for point in points] == pytest.approx(values.mean(axis=0))


@pytest.mark.parametrize(
    ("expects", "heights"),
    [("rising", [1, 1, 1, 2, 2]), ("falling", [1.5, 1.5, 1.5, 1.5, 1]), ("unknown", [1, 1, 1, 2, 2])],
)
def test_the_monotone_curve_goes_where_it_should(expects: Expectation, heights: list[float]) -> None:
    means = np.array([1.0, 1.0, 1.0, 3.0, 1.0])
    points = curve(np.tile(means, (SUBJECTS, 1)), plan=sweep(expects=expects)).points
    assert [point.isotonic for point in points] == pytest.approx(heights)


def test_a_step_without_values_leaves_a_gap() -> None:
    values = noise()
    values[:, 2], values[:3, 1] = np.nan, np.nan
    points = curve(values).points
    assert points[2].estimate.method == "not defined: no picture has a value"
    assert math.isnan(points[2].isotonic)
    assert points[2].measured == 2
    assert points[1].estimate.method.endswith("9 of 12 pictures")
    assert all(math.isfinite(point.isotonic) for point in points if point.dose != 2)


def test_a_placebo_is_equivalent_and_a_trend_is_not() -> None:
    placebo = curve(noise(), plan=sweep(expects="none", margin=0.2)).equivalence
    trend = curve(noise(rise=0.1), plan=sweep(expects="none", margin=0.2)).equivalence
    assert placebo is not None
    assert placebo.equivalent
    assert trend is not None
    assert not trend.equivalent
    assert trend.change.value == pytest.approx(0.4, abs=0.1)
    assert curve(noise()).equivalence is None


def test_the_dose_whose_interval_reaches_farthest_decides() -> None:
    values = noise(spread=0.01)
    values[:, 2] += np.linspace(0.2, 0.4, SUBJECTS)
    test = curve(values, plan=sweep(margin=0.1)).equivalence
    expected = equivalence(values[:, 2] - values[:, 0], sources=np.arange(SUBJECTS), margin=0.1)
    assert test is not None
    assert (test.change, test.p_value, test.equivalent) == (expected.change, expected.p_value, False)


@pytest.mark.parametrize("lost", [[5, 6], [0, 1, 5, 6]])
def test_what_is_lost_at_some_doses_is_not_called_unchanged(lost: list[int]) -> None:
    # The median slope of such hits is 0, of the second the mean slope as well: neither sees that the class is gone.
    hits = np.ones((SUBJECTS, 7))
    hits[1:, lost] = 0
    test = curve(hits, plan=sweep(expects="none", margin=0.1), found=steps(SUBJECTS, doses=7)).equivalence
    assert test is not None
    assert not test.equivalent
    assert abs(test.change.value) > 0.9


def test_without_two_doses_nothing_is_shown_equivalent() -> None:
    values = noise()
    values[:, 1:] = np.nan
    test = curve(values, plan=sweep(margin=0.2)).equivalence
    assert test is not None
    assert (test.p_value, test.equivalent) == (1, False)
    assert test.change.method == "not defined: no subject has a response to the lowest dose and another"


def test_sounds_alone_are_on_no_curve_of_a_mixture() -> None:
    values, found = noise(), steps(SUBJECTS, doses=DOSES)
    alone = np.where(found.subjects < 4, -1, 1)
    mixed = type(found)(**{**vars(found), "second": alone})
    points = curve(values, plan=sweep(pairs="grid"), found=mixed).points
    assert [point.estimate.value for point in points] == pytest.approx(values[4:].mean(axis=0))
