"""The delete-a-group jackknife."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.stats import blocks, clustered_standard_error, jackknife_estimate, leave_out
from evalsuite.stats.jackknife import quarters, quarters_standard_error


@given(st.lists(st.integers(0, 15), min_size=1, max_size=80), st.integers(1, 25))
def test_blocks_keep_recordings_whole_and_are_nearly_equal(rows: list[int], k: int) -> None:
    sources = np.array(rows)
    block = blocks(sources, k=k)
    sizes = np.bincount(block)
    largest = np.unique(sources, return_counts=True)[1].max()
    assert len(sizes) == min(k, len(set(rows)))
    assert all(len(set(block[sources == source])) == 1 for source in rows)
    assert sizes.min() >= 1
    assert sizes.max() - sizes.min() <= largest


@given(st.permutations(range(60)))
def test_blocks_depend_on_names_alone(order: list[int]) -> None:
    sources = np.array([f"recording {i // 2}" for i in range(60)])
    np.testing.assert_array_equal(blocks(sources[order]), blocks(sources)[order])


def test_blocks_are_shuffled() -> None:
    block = blocks(np.array([f"recording {i:03}" for i in range(200)]))
    assert len(set(block[:20])) < 20  # neighbours are not dealt round the table


@pytest.mark.parametrize("sources", [np.arange(20), np.array([0] * 9 + [1] * 5 + [2] * 3 + [3] * 2 + [4])])
def test_of_a_mean_is_the_clustered_standard_error(sources: np.ndarray[tuple[int], np.dtype[np.int_]]) -> None:
    values = np.random.default_rng(0).normal(size=20)
    estimate = jackknife_estimate(
        float(values.mean()),
        without=lambda block: leave_out(lambda keep: float(values[keep].mean()), block=block),
        sources=sources,
    )
    # Exact for blocks of equal size; for unequal ones the two estimators differ in the weights of second order.
    tolerance = 1e-9 if len(set(sources)) == 20 else 0.35
    assert estimate.standard_error == pytest.approx(clustered_standard_error(values, sources=sources), rel=tolerance)


def test_equal_blocks_give_the_textbook_formula() -> None:
    replicates = np.random.default_rng(0).normal(size=20)
    estimate = jackknife_estimate(0.3, without=lambda _: replicates, sources=np.arange(40) // 2, note=", a note")
    expected = math.sqrt(19 / 20 * ((replicates - replicates.mean()) ** 2).sum())
    assert estimate.standard_error == pytest.approx(expected, rel=1e-9)
    assert estimate.high - estimate.value == pytest.approx(2.093024054408263 * expected, rel=1e-9)
    assert estimate.method == "20-block jackknife, clustered by recording, a note, 95%"


@given(st.integers(2, 25))
def test_quarters_leave_every_block_out_once_in_each_deal(k: int) -> None:
    out = quarters(k)
    assert (out.sum(axis=0) == 8).all()
    assert (out.any(axis=1) & ~out.all(axis=1)).all()
    assert np.ptp(out.sum(axis=1)) <= 1


def test_quarters_of_a_mean_give_its_standard_error_and_those_of_a_median_one_that_is_not_too_large() -> None:
    draw, block = np.random.default_rng(0), np.arange(400) // 20
    errors = []
    for _ in range(200):
        values = draw.normal(size=400)
        for statistic in (np.mean, np.median):
            without = np.array([statistic(values[~gone[block]]) for gone in quarters(20)])
            errors.append(quarters_standard_error(float(statistic(values)), without, block=block))
    of_means, of_medians = np.sqrt(np.mean(np.square(np.reshape(errors, (200, 2))), axis=0))
    assert of_means == pytest.approx(1 / math.sqrt(400), rel=0.05)
    assert of_medians == pytest.approx(math.sqrt(math.pi / 2 / 400), rel=0.1)  # of large samples


def test_too_little_to_leave_out_gives_no_interval_and_says_why() -> None:
    for sources, least, why in (
        (np.zeros(9, dtype=int), 1, "all clips come from one recording"),
        (np.arange(2), 2, "too few clips to leave any out"),
    ):
        estimate = jackknife_estimate(1.5, without=lambda _: np.empty(0), sources=sources, least=least)
        assert estimate.value == 1.5
        assert math.isnan(estimate.low)
        assert estimate.method == f"no interval: {why}"
