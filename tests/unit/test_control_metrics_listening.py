"""Whether the sound decides what is drawn, or the draw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from control_evidence import seen, shuffled, steps, swept

from evalsuite.metrics.base import JUDGE_IMAGE, SEMANTIC_IMAGE, Evidence, Metric
from evalsuite.metrics.control.listening import (
    METRICS,
    audio_swap_retrieval,
    audio_variance_share,
    variance_share,
)

if TYPE_CHECKING:
    import numpy.typing as npt


def drawn(pictures: npt.NDArray[Any]) -> Evidence:
    """Evidence of ``pictures`` (sounds, takes, d)."""
    rows = pictures.reshape(-1, pictures.shape[2])
    found = steps(len(pictures), doses=1, takes=pictures.shape[1])
    return swept(found, **{JUDGE_IMAGE: rows, SEMANTIC_IMAGE: rows})


def noisy(sounds: int, *, takes: int, between: float, dimensions: int = 12, seed: int = 0) -> npt.NDArray[Any]:
    """Pictures (sounds, takes, d) of which the sounds decide a share ``between`` of the variance."""
    draw = np.random.default_rng(seed)
    sound, take = draw.normal(size=(sounds, 1, dimensions)), draw.normal(size=(sounds, takes, dimensions))
    return np.sqrt(between) * sound + np.sqrt(1 - between) * take


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_keeps_the_promises_of_the_interface(metric: Metric) -> None:
    assert isinstance(metric, Metric)
    assert metric.meaning.endswith(".")
    full = seen(takes=3)
    outcome = metric.measure(replace(full, features={key: full.features[key] for key in metric.needs}))
    assert outcome.estimate == metric.measure(full).estimate
    assert outcome.estimate.low < outcome.estimate.value < outcome.estimate.high
    assert "clustered by recording" in outcome.estimate.method
    assert metric.measure(shuffled(full)[0]).estimate.value == pytest.approx(outcome.estimate.value, rel=1e-9)


def test_the_intraclass_correlation_by_hand() -> None:
    # Three sounds of two takes: their means 2, 6 and 7 lie around 5, so MSB = 2 (9 + 1 + 4) / 2 = 14; the squares
    # within are 2, 2 and 0.5 with a degree of freedom each, so MSW = 1.5.
    pictures = np.array([[1.0, 3.0], [5.0, 7.0], [6.5, 7.5]])[..., None]
    assert variance_share(pictures) == pytest.approx((14 - 1.5) / (14 + 1.5))


def test_the_published_example() -> None:
    # Shrout & Fleiss, 1979, Table 2: six targets, four judges; ICC(1,1) = .17.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert variance_share(np.array(ratings, dtype=float)[..., None]) == pytest.approx(0.166, abs=0.0005)


@pytest.mark.parametrize("between", [0.0, 0.3, 0.8])
def test_the_share_is_found_however_few_the_takes(between: float) -> None:
    for takes in (2, 5):
        found = [variance_share(noisy(40, takes=takes, between=between, seed=seed)) for seed in range(60)]
        assert np.mean(found) == pytest.approx(between, abs=0.02)


def test_dimensions_count_by_their_variance() -> None:
    heard, unheard = noisy(200, takes=3, between=1), noisy(200, takes=3, between=0, seed=1)
    both = np.concatenate([3 * heard, unheard], axis=2)
    assert variance_share(both) == pytest.approx(0.9, abs=0.02)
    assert variance_share(7 * both + 1) == pytest.approx(variance_share(both), rel=1e-9)


def test_pictures_that_the_sound_decides_whole() -> None:
    evidence = drawn(np.random.default_rng(0).normal(size=(20, 1, 8)).repeat(3, axis=1))
    share, swap = audio_variance_share.measure(evidence), audio_swap_retrieval.measure(evidence)
    assert share.estimate.value == pytest.approx(1)
    assert share.estimate.low > 0.5
    assert (swap.estimate.value, swap.chance) == (1, 1 / 20)
    assert (swap.per_clip == 1).all()


def test_pictures_that_pay_no_heed_to_the_sound() -> None:
    evidence = drawn(noisy(100, takes=3, between=0))
    share, swap = audio_variance_share.measure(evidence), audio_swap_retrieval.measure(evidence)
    assert share.chance == 0
    assert share.estimate.low < 0 < share.estimate.high
    assert swap.estimate.low < swap.chance < swap.estimate.high


def test_pictures_that_are_all_alike() -> None:
    evidence = drawn(np.ones((5, 2, 8)))
    assert audio_variance_share.measure(evidence).estimate.method.startswith("not defined: all pictures are alike")
    # They find their own sound no sooner than any other: ties count against.
    assert audio_swap_retrieval.measure(evidence).estimate.value == 0


def test_a_picture_is_looked_for_in_the_next_take() -> None:
    east, north, west = np.eye(3)
    takes = np.array([[east, north, east], [north, east, north], [west, west, west]])
    # East's first finds north's second; its second finds north's third; its third finds its own first.
    hits = audio_swap_retrieval.measure(drawn(takes)).per_clip.reshape(3, 3)
    np.testing.assert_array_equal(hits, [[0, 0, 1], [0, 0, 1], [1, 1, 1]])


def test_each_dose_of_a_subject_is_a_sound() -> None:
    rows = np.random.default_rng(0).normal(size=(4, 3, 1, 8)).repeat(2, axis=2)
    evidence = swept(steps(4, doses=3, takes=2), **{JUDGE_IMAGE: rows.reshape(-1, 8)})
    outcome = audio_swap_retrieval.measure(evidence)
    assert (outcome.estimate.value, outcome.chance) == (1, 1 / 12)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_one_take_tells_nothing(metric: Metric) -> None:
    assert metric.needs_takes
    with pytest.raises(ValueError, match="at least two takes"):
        metric.measure(seen(takes=1))
    with pytest.raises(ValueError, match="nothing was swept"):
        metric.measure(replace(seen(takes=2), steps=None))
    full = seen(takes=2)
    with pytest.raises(ValueError, match="not every sound has the same 2 takes"):
        metric.measure(full.subset(np.arange(len(full.targets)) != 3))


def test_two_models_are_compared_by_the_same_blocks() -> None:
    evidence = drawn(noisy(30, takes=2, between=0.5))
    sources = np.array([f"recording {subject // 3}" for subject in evidence.steps.subjects])
    replicates = audio_variance_share.measure(replace(evidence, sources=sources)).estimate.replicates
    assert len(replicates) == 10
