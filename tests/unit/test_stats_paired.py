"""Paired differences, their permutation test and Holm's adjustment."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from evalsuite.measurement import Estimate
from evalsuite.stats import (
    block_difference,
    holm,
    jackknife_estimate,
    leave_out,
    paired_difference,
    permutation_p_value,
    t_p_value,
)
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
    assert permutation_p_value(np.full(60, 0.1), np.zeros(60), sources=np.arange(60)) == 1 / (DRAWS + 1)


def test_patterns_of_whole_numbers_are_counted_to_the_last() -> None:
    assert permutation_p_value(np.ones(60), np.zeros(60), sources=np.arange(60)) == 2 / 2**60
    # 14 of 20 tosses or more, or 6 or fewer: 2 * (38760 + 15504 + 4845 + 1140 + 190 + 20 + 1) of 2^20.
    hits = np.arange(20) < 14
    assert permutation_p_value(hits.astype(float), (~hits).astype(float), sources=np.arange(20)) == 120920 / 2**20
    assert 0 < permutation_p_value(np.ones(3000), np.zeros(3000), sources=np.arange(3000)) < 1e-300


def test_counted_and_drawn_patterns_agree() -> None:
    draw = np.random.default_rng(5)
    a, b, sources = draw.integers(2, size=400).astype(float), draw.random(400) < 0.45, np.arange(400) // 3
    counted = permutation_p_value(a, b.astype(float), sources=sources)
    drawn = permutation_p_value(a / 10, b / 10, sources=sources)
    assert drawn != counted
    assert drawn == pytest.approx(counted, abs=4 * math.sqrt(counted * (1 - counted) / DRAWS) + 1 / DRAWS)


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


def test_a_difference_of_jackknifed_means_is_that_of_the_clips() -> None:
    draw, sources = np.random.default_rng(1), np.arange(40) // 2
    a, b = draw.normal(size=40), draw.normal(size=40)

    def jackknifed(values: np.ndarray) -> Estimate:
        return jackknife_estimate(
            float(values.mean()),
            without=lambda block: leave_out(lambda keep: float(values[keep].mean()), block=block),
            sources=sources,
        )

    by_block = block_difference(jackknifed(a), jackknifed(b), sources=sources)
    by_clip = paired_difference(a, b, sources=sources)
    assert (by_block.value, by_block.low, by_block.high) == pytest.approx((by_clip.value, by_clip.low, by_clip.high))
    assert by_block.method == "20-block jackknife, clustered by recording, paired, 95%"
    expected = stats.ttest_1samp((a - b).reshape(20, 2).mean(axis=1), 0).pvalue
    assert t_p_value(by_block) == pytest.approx(expected)


def test_a_p_value_from_blocks_is_below_5_per_cent_where_the_interval_leaves_zero_out() -> None:
    sources = np.arange(20)
    spread = np.linspace(-1, 1, 20)
    for shift in np.linspace(0, 12, 25):
        one = Estimate(value=shift, low=0, high=0, standard_error=1, method="", replicates=tuple(spread))
        none = one.model_copy(update={"value": 0.0, "replicates": (0.0,) * 20})
        difference = block_difference(one, none, sources=sources)
        assert (t_p_value(difference) < 0.05) == (difference.low > 0)
    same = block_difference(one, one, sources=sources)
    assert (same.value, t_p_value(same)) == (0, 1)


def test_replicates_must_belong_to_the_blocks() -> None:
    few = Estimate(value=1, low=0, high=2, standard_error=1, method="", replicates=(1.0, 2.0))
    with pytest.raises(ValueError, match="2 replicates for 20 blocks"):
        block_difference(few, few, sources=np.arange(40))


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
