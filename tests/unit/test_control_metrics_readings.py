"""What is read off the pictures of a sweep, and its mean."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from control_evidence import CLASSES, grid, seen, shuffled

from evalsuite.control.responses import metrics_of, response_of
from evalsuite.control.sweep import Measure, ResponseSpec, Sweep
from evalsuite.metrics.base import JUDGE_CLASSES, JUDGE_IMAGE, Evidence, Metric
from evalsuite.metrics.control.readings import PIXELS_IMAGE, SEGMENTER_EXTENT, SEGMENTER_SECOND_EXTENT

MORE, LESS = "near {label}", "distant {label}"
SPECS = (
    *(ResponseSpec(name=f"the_{measure}", measure=measure) for measure in get_args(Measure) if measure != "contrast"),
    ResponseSpec(name="the_contrast", measure="contrast", phrases=(MORE, LESS)),
)
OF_PAIRS = ("the_presence", "the_second_presence", "the_both_present", "the_balance", "the_area_balance")


def of(measure: str) -> Metric:
    return response_of(ResponseSpec(name=measure, measure=measure))


def paired(*, alone: int = 20) -> Evidence:
    """Pairs of a class with the next one, but for the first rows, which are alone."""
    evidence = seen()
    draw = np.random.default_rng(1)
    phrases = {f"judge.phrase:{words}": draw.normal(size=(len(CLASSES), 8)) for words in (MORE, LESS)}
    second = np.where(np.arange(60) < alone, -1, (evidence.targets + 1) % len(CLASSES))
    return replace(
        evidence,
        features={**evidence.features, **phrases},
        steps=evidence.steps and replace(evidence.steps, second=second),
    )


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_keeps_the_promises_of_the_interface(spec: ResponseSpec) -> None:
    metric, full = response_of(spec), paired()
    assert isinstance(metric, Metric)
    assert metric.meaning.endswith(".")
    outcome = metric.measure(replace(full, features={key: full.features[key] for key in metric.needs}))
    assert outcome.estimate == metric.measure(full).estimate
    assert outcome.estimate.low < outcome.estimate.value < outcome.estimate.high
    assert outcome.per_clip is not None
    assert outcome.per_clip.shape == (60,)
    assert np.nanmean(outcome.per_clip) == pytest.approx(outcome.estimate.value, rel=1e-12)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_rows_of_one_sound_have_no_value_where_two_are_asked_for(spec: ResponseSpec) -> None:
    outcome = response_of(spec).measure(paired())
    lacking = np.isnan(outcome.per_clip)
    np.testing.assert_array_equal(lacking, (np.arange(60) < 20) & (spec.name in OF_PAIRS))
    assert outcome.estimate.method.endswith(", 40 of 60 pictures") == lacking.any()
    nothing = response_of(spec).measure(paired(alone=60)).estimate
    assert (nothing.method == "not defined: no picture has a value") == (spec.name in OF_PAIRS)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_order_of_rows_does_not_matter(spec: ResponseSpec) -> None:
    metric, full = response_of(spec), paired()
    moved, order = shuffled(full)
    a, b = metric.measure(full), metric.measure(moved)
    np.testing.assert_allclose(b.per_clip, a.per_clip[order], rtol=1e-12)
    assert (b.estimate.low, b.estimate.high) == pytest.approx((a.estimate.low, a.estimate.high), rel=1e-9)


def test_size_and_pieces_are_the_segmenters() -> None:
    full = paired()
    np.testing.assert_array_equal(of("size").measure(full).per_clip, full.features[SEGMENTER_EXTENT][:, 0])
    np.testing.assert_array_equal(of("count").measure(full).per_clip, full.features[SEGMENTER_EXTENT][:, 1])
    less = full.features[SEGMENTER_EXTENT][:, 0] - full.features[SEGMENTER_SECOND_EXTENT][:, 0]
    np.testing.assert_array_equal(of("area_balance").measure(full).per_clip[20:], less[20:])


def test_pixels_are_read_by_column() -> None:
    full = paired()
    for index, name in enumerate(("brightness", "saturation", "warmth")):
        np.testing.assert_array_equal(of(name).measure(full).per_clip, full.features[PIXELS_IMAGE][:, index])


def test_a_judge_that_names_both_sounds_names_them_in_either_order() -> None:
    evidence = grid({("dog", "rain"): [2, 1, 0, 0], ("rain", "dog"): [2, 1, 0, 0], ("dog", "train"): [2, 1, 0, 0]})
    assert list(of("presence").measure(evidence).per_clip) == [1, 1, 1]
    assert list(of("second_presence").measure(evidence).per_clip) == [1, 1, 0]
    assert list(of("both_present").measure(evidence).per_clip) == [1, 1, 0]
    np.testing.assert_allclose(of("balance").measure(evidence).per_clip, np.array([1, -1, 2]) / np.sqrt(5))


def test_one_sound_must_come_first_and_ties_count_against() -> None:
    evidence = grid({("dog",): [1, 2, 0, 0], ("rain",): [1, 2, 0, 0], ("train",): [0, 0, 1, 1]})
    assert list(of("recognition").measure(evidence).per_clip) == [0, 1, 0]


def test_a_picture_of_one_is_not_taken_for_a_picture_of_both() -> None:
    evidence = grid(
        {("dog", "rain"): [1, 0.2, 0, 0], ("rain", "dog"): [1, 0.2, 0, 0], ("train", "siren"): [1, 1, 0, 0]}
    )
    assert list(of("presence").measure(evidence).per_clip) == [1, 0, 0]
    assert list(of("second_presence").measure(evidence).per_clip) == [0, 1, 0]
    assert list(of("both_present").measure(evidence).per_clip) == [0, 0, 0]


def test_a_picture_that_says_nothing_names_nothing() -> None:
    evidence = grid({("dog", "rain"): [1, 1, 1, 1], ("rain",): [1, 1, 1, 1]})
    np.testing.assert_array_equal(of("presence").measure(evidence).per_clip, [0, np.nan])
    assert list(of("recognition").measure(evidence).per_clip) == [0, 0]


def test_a_contrast_is_between_the_sentences_of_the_own_class() -> None:
    evidence = grid({("dog",): [1, 0, 0, 0], ("rain",): [0, 1, 0, 0]})
    fitting = {f"judge.phrase:{MORE}": np.eye(4), f"judge.phrase:{LESS}": np.roll(np.eye(4), 1, axis=0)}
    evidence = replace(evidence, features={**evidence.features, **fitting})
    contrast = ResponseSpec(name="nearness", measure="contrast", phrases=(MORE, LESS))
    turned = ResponseSpec(name="nearness", measure="contrast", phrases=(LESS, MORE))
    assert list(response_of(contrast).measure(evidence).per_clip) == [1, 1]
    assert list(response_of(turned).measure(evidence).per_clip) == [-1, -1]
    assert response_of(contrast).details != response_of(turned).details


def test_the_floor_of_a_mixture_are_pictures_of_one_sound() -> None:
    sweep = Sweep(
        transform="mixing",
        doses=(0.0,),
        pairs="grid",
        responses=(ResponseSpec(name="mixture", measure="both_present"),),
    )
    response, alone = metrics_of(sweep, dose_unit="dB")
    assert (response.name, alone.name) == ("mixture", "mixture_alone")
    # The dog's picture passes for that of dog and rain, of its two pairs; the rain's for that of rain and dog, its only
    # one; the train's, which shows a siren besides, for none; the siren is joined with nothing.
    evidence = grid(
        {
            ("dog", "rain"): [1, 1, 0, 0],
            ("dog", "train"): [1, 0, 0, 1],
            ("dog",): [3, 2, 0, 0],
            ("rain",): [1, 2, 0, 0],
            ("train",): [0, 0, 3, 2],
            ("siren",): [1, 0, 0, 1],
        }
    )
    outcome = alone.measure(evidence)
    np.testing.assert_array_equal(outcome.per_clip, [np.nan, np.nan, 1 / 2, 1, 0, np.nan])
    assert outcome.estimate.value == 0.5
    assert response.measure(evidence).estimate.value == 0.5


def test_without_steps_there_is_no_second_sound() -> None:
    evidence = replace(paired(), steps=None)
    with pytest.raises(ValueError, match="nothing was swept"):
        of("both_present").measure(evidence)
    assert of("size").measure(evidence).estimate.value == of("size").measure(paired()).estimate.value


def test_hits_have_wilsons_interval() -> None:
    evidence = seen()
    blind = {**evidence.features, JUDGE_IMAGE: np.eye(8)[np.full(60, 7)], JUDGE_CLASSES: np.eye(4, 8)}
    estimate = of("recognition").measure(replace(evidence, features=blind)).estimate
    assert estimate.value == estimate.low == 0
    assert 0 < estimate.high < 0.5
    assert "Wilson" in estimate.method
