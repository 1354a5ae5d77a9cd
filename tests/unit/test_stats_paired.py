"""Paired differences, their permutation test and Holm's adjustment."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evalsuite.stats import holm, paired_difference, permutation_p_value
from evalsuite.stats.paired import DRAWS, ENUMERATED

CLIPS = 30
values = arrays(np.float64, CLIPS, elements=st.integers(-8, 8).map(float))
recordings = arrays(np.int64, CLIPS, elements=st.integers(0, 20))
alone = np.arange(CLIPS)


def _two(draws: int, *, shift: float = 0.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return draw.normal(size=draws) + shift, draw.normal(size=draws)


def test_every_sign_pattern_of_three_recordings_by_hand() -> None:
    # Sums of recordings 3, 1 and -2: seen |2|; the eight patterns give |±3±1±2| = 6, 2, 4, 0 twice each.
    a, b, sources = np.array([1.0, 2.0, 1.0, -2.0]), np.zeros(4), np.array(["x", "x", "y", "z"])
    assert permutation_p_value(a, b, sources=sources) == 6 / 8


def test_the_smallest_p_value_is_told_by_the_number_of_recordings() -> None:
    for n in (1, 5, ENUMERATED):
        assert permutation_p_value(np.ones(n), np.zeros(n), sources=np.arange(n)) == 2 / 2**n
    assert permutation_p_value(np.ones(60), np.zeros(60), sources=np.arange(60)) == 1 / (DRAWS + 1)


def test_drawn_patterns_agree_with_the_normal_limit() -> None:
    a, b = _two(1500, shift=0.05)
    z = (a - b).sum() / math.sqrt(((a - b) ** 2).sum())
    expected = math.erfc(abs(z) / math.sqrt(2))
    assert permutation_p_value(a, b, sources=np.arange(1500)) == pytest.approx(expected, abs=0.02)


def test_drawn_patterns_agree_with_all_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = _two(ENUMERATED, shift=0.5, seed=3)
    exact = permutation_p_value(a, b, sources=np.arange(ENUMERATED))
    monkeypatch.setattr("evalsuite.stats.paired.ENUMERATED", 5)
    drawn = permutation_p_value(a, b, sources=np.arange(ENUMERATED))
    assert drawn != exact
    assert drawn == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / DRAWS) + 1 / DRAWS)


def test_clips_of_one_recording_flip_together() -> None:
    a, b = np.ones(40), np.zeros(40)
    assert permutation_p_value(a, b, sources=np.arange(40) // 10) == 2 / 2**4
    assert permutation_p_value(a, b, sources=np.arange(40)) < 0.001


@settings(deadline=None)
@given(values, values, recordings)
def test_swapping_the_models_turns_the_difference_and_keeps_the_p_value(
    a: np.ndarray, b: np.ndarray, sources: np.ndarray
) -> None:
    forth, back = (paired_difference(*pair, sources=sources) for pair in ((a, b), (b, a)))
    turned = (-back.value, -back.high, -back.low)
    assert (forth.value, forth.low, forth.high) == pytest.approx(turned, abs=1e-12, nan_ok=True)
    assert permutation_p_value(a, b, sources=sources) == permutation_p_value(b, a, sources=sources)


@settings(deadline=None)
@given(values, values, recordings, st.integers(-5, 5))
def test_what_both_gain_changes_nothing_and_what_one_gains_moves_the_difference(
    a: np.ndarray, b: np.ndarray, sources: np.ndarray, gain: int
) -> None:
    before = paired_difference(a, b, sources=sources)
    assert paired_difference(a + gain, b + gain, sources=sources) == before
    assert permutation_p_value(a + gain, b + gain, sources=sources) == permutation_p_value(a, b, sources=sources)
    assert paired_difference(a + gain, b, sources=sources).value == pytest.approx(before.value + gain, abs=1e-12)


@settings(deadline=None)
@given(values, values, recordings, st.permutations(range(CLIPS)))
def test_neither_the_order_of_clips_nor_the_names_of_recordings_matter(
    a: np.ndarray, b: np.ndarray, sources: np.ndarray, order: list[int]
) -> None:
    renamed = np.array([f"recording {97 * source % 101}" for source in sources])
    assert permutation_p_value(a[order], b[order], sources=renamed[order]) == permutation_p_value(a, b, sources=sources)


@settings(deadline=None)
@given(values, recordings)
def test_a_model_does_not_differ_from_itself(a: np.ndarray, sources: np.ndarray) -> None:
    estimate = paired_difference(a, a, sources=sources)
    assert (estimate.value, math.isnan(estimate.low), math.isnan(estimate.high)) == (0, True, True)
    assert permutation_p_value(a, a, sources=sources) == 1


def test_p_values_are_uniform_where_models_do_not_differ() -> None:
    """Twenty recordings of two clips each, alike within a recording; 400 runs."""
    draw, sources = np.random.default_rng(7), np.arange(40) // 2
    p_values = np.array(
        [
            permutation_p_value(draw.normal(size=20).repeat(2) + draw.normal(size=40), draw.normal(size=40), sources=s)
            for s in [sources] * 400
        ]
    )
    for level in (0.05, 0.2, 0.5, 0.8):
        assert np.mean(p_values <= level) == pytest.approx(level, abs=3.5 * math.sqrt(level * (1 - level) / 400))


def test_the_draws_are_told_by_the_seed() -> None:
    a, b = _two(200, shift=0.1)
    first, again, other = (permutation_p_value(a, b, sources=np.arange(200), seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_the_difference_is_surer_than_either_score() -> None:
    from evalsuite.stats import mean_estimate

    draw = np.random.default_rng(0)
    hardness = draw.normal(size=200)
    a, b = hardness + 0.1 * draw.normal(size=200), hardness + 0.1 * draw.normal(size=200)
    paired = paired_difference(a, b, sources=np.arange(200))
    assert paired.standard_error < 0.2 * mean_estimate(a, sources=np.arange(200)).standard_error


def test_holm_by_hand() -> None:
    # Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1 is 0.02, 0.03, 0.06, 0.04; the last may not fall below 0.06.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.5, 0.6])) == pytest.approx([1, 1])
    assert holm(np.array([])).shape == (0,)


@given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=12))
def test_holm_follows_its_definition(p_values: list[float]) -> None:
    m, rising = len(p_values), sorted(p_values)
    expected = {p: min(1, max((m - j) * rising[j] for j in range(i + 1))) for i, p in enumerate(rising)}
    assert holm(np.array(p_values)) == pytest.approx([expected[p] for p in p_values])


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"one shape \(n,\)"):
        paired_difference(np.ones(3), np.ones(2), sources=alone[:3])
    with pytest.raises(ValueError, match=r"must both have shape"):
        permutation_p_value(np.ones(3), np.ones(3), sources=alone[:2])
    with pytest.raises(ValueError, match=r"value 1 is not finite"):
        permutation_p_value(np.array([1.0, np.nan]), np.ones(2), sources=alone[:2])
