"""Precision, recall, density and coverage against brute force."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsuite.metrics import (
    coverage_score,
    coverage_without_blocks,
    density_score,
    manifold_scores,
    precision_score,
    recall_score,
    recall_without_blocks,
    rows,
)
from evalsuite.metrics.base import DISTANCE_IMAGE, DISTANCE_REFERENCE, Evidence
from evalsuite.metrics.manifold import ManifoldScores, coverage, density, precision, recall
from evalsuite.stats import blocks
from evalsuite.stats.jackknife import quarters
from evalsuite.torchvision_ops import register_missing_operators

Rows = npt.NDArray[np.float64]
sizes = st.tuples(
    st.integers(7, 40), st.integers(7, 40), st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1)
)
Size = tuple[int, int, int, int, int]


def pair(size: Size) -> tuple[Rows, Rows, int]:
    n, m, d, k, seed = size
    draw = np.random.default_rng(seed)
    return draw.normal(size=(m, d)), draw.normal(size=(n, d)) * 0.8 + 0.2, k


def definition(real: Rows, fake: Rows, k: int) -> ManifoldScores:
    """One ball and one point at a time."""

    def ball(x: Rows, i: int) -> float:
        return sorted(np.linalg.norm(x[i] - x[j]) for j in range(len(x)) if j != i)[k - 1]

    around_real, around_fake = [ball(real, i) for i in range(len(real))], [ball(fake, i) for i in range(len(fake))]
    gap = np.array([[np.linalg.norm(r - f) for f in fake] for r in real])
    held = gap < np.array(around_real)[:, None]
    return ManifoldScores(
        precision=held.any(axis=0).mean(),
        recall=(gap < np.array(around_fake)).any(axis=1).mean(),
        density=held.sum() / (k * len(fake)),
        coverage=held.any(axis=1).mean(),
    )


def approx(scores: ManifoldScores) -> object:
    return pytest.approx((scores.precision, scores.recall, scores.density, scores.coverage), rel=1e-12)


def told(real: Rows, fake: Rows, k: int) -> tuple[float, ...]:
    return (
        precision_score(real, fake, k=k),
        recall_score(real, fake, k=k),
        density_score(real, fake, k=k),
        coverage_score(real, fake, k=k),
    )


@settings(max_examples=25, deadline=None)
@given(sizes)
def test_agrees_with_the_definition(size: Size) -> None:
    real, fake, k = pair(size)
    assert told(real, fake, k) == approx(definition(real, fake, k))
    assert told(real, fake, k) == approx(manifold_scores(real, fake, k=k))


@settings(max_examples=25, deadline=None)
@given(sizes, st.floats(1e-3, 1e3))
def test_order_place_direction_and_scale_do_not_matter(size: Size, scale: float) -> None:
    real, fake, k = pair(size)
    turn, _ = np.linalg.qr(np.random.default_rng(size[-1]).normal(size=(real.shape[1], real.shape[1])))
    moved = [scale * (x[::-1] @ turn + 3) for x in (real, fake)]
    assert manifold_scores(*moved, k=k) == manifold_scores(real, fake, k=k)


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_copy_of_the_real_pictures_scores_one(k: int, seed: int) -> None:
    # Of the k + 1 points that a ball reaches, the last is on its rim and so outside.
    real, _, _ = pair((7, 30, 4, k, seed))
    assert manifold_scores(real, real[::-1].copy(), k=k) == ManifoldScores(
        precision=1.0, recall=1.0, density=pytest.approx(1.0), coverage=1.0
    )


def test_pictures_far_away_score_zero() -> None:
    real, fake, _ = pair((20, 20, 3, 5, 0))
    assert manifold_scores(real, fake + 100) == ManifoldScores(precision=0.0, recall=0.0, density=0.0, coverage=0.0)


def test_one_picture_again_and_again_is_precise_and_covers_little() -> None:
    real, _, _ = pair((20, 20, 3, 5, 0))
    collapsed = manifold_scores(real, np.repeat(real[:1], 30, axis=0))
    assert (collapsed.precision, collapsed.recall) == (1, 0)
    assert collapsed.coverage < 0.5


def test_doubling_the_made_pictures_leaves_what_looks_at_each_apart() -> None:
    real, fake, k = pair((20, 25, 3, 5, 1))
    once, twice = manifold_scores(real, fake, k=k), manifold_scores(real, np.concatenate([fake, fake]), k=k)
    assert (once.precision, once.density, once.coverage) == (twice.precision, twice.density, twice.coverage)
    assert twice.recall < once.recall  # balls shrink to every other neighbour


def test_tiles_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake, k = pair((50, 41, 4, 3, 2))
    whole, block = manifold_scores(real, fake, k=k), blocks(np.arange(50), k=5)
    without = [f(real, fake, block=block, k=k) for f in (recall_without_blocks, coverage_without_blocks)]
    monkeypatch.setattr(rows, "CHUNK", 7)
    assert manifold_scores(real, fake, k=k) == whole
    for function, expected in zip((recall_without_blocks, coverage_without_blocks), without, strict=True):
        np.testing.assert_array_equal(function(real, fake, block=block, k=k), expected)


@settings(max_examples=20, deadline=None)
@given(sizes)
def test_leaving_blocks_out_equals_recomputing(size: Size) -> None:
    real, fake, k = pair((size[0] + 5, *size[1:3], min(size[3], 5), size[4]))
    block = blocks(np.arange(len(fake)) // 2, k=4)
    kept = [fake[block != left_out] for left_out in range(4)] + [fake]
    for without, score in ((recall_without_blocks, recall_score), (coverage_without_blocks, coverage_score)):
        np.testing.assert_array_equal(without(real, fake, block=block, k=k), [score(real, x, k=k) for x in kept])


def test_leaving_several_blocks_out_equals_recomputing() -> None:
    real, fake, k = pair((50, 41, 4, 3, 2))
    block = blocks(np.arange(len(fake)), k=6)
    out = np.vstack([quarters(6), np.zeros(6, dtype=np.bool_)])
    kept = [fake[~gone[block]] for gone in out]
    for without, score in ((recall_without_blocks, recall_score), (coverage_without_blocks, coverage_score)):
        expected = [score(real, x, k=k) for x in kept]
        np.testing.assert_array_equal(without(real, fake, block=block, out=out, k=k), expected)


def test_agrees_with_torch_fidelity() -> None:
    register_missing_operators()
    pytest.importorskip("torch_fidelity")
    import torch
    from torch_fidelity.metric_prc import KEY_METRIC_PRECISION, KEY_METRIC_RECALL, prc_features_to_metric

    real, fake, _ = pair((80, 90, 5, 3, 3))
    tensors = torch.from_numpy(fake), torch.from_numpy(real)
    peer = prc_features_to_metric(*tensors, prc_neighborhood=3, prc_batch_size=100, save_cpu_ram=False, verbose=False)
    ours = precision_score(real, fake, k=3), recall_score(real, fake, k=3)
    assert ours == pytest.approx((peer[KEY_METRIC_PRECISION], peer[KEY_METRIC_RECALL]), rel=1e-6)


def evidence(n: int) -> Evidence:
    real, fake, _ = pair((n, 60, 8, 5, 4))
    return Evidence(
        features={DISTANCE_IMAGE: 1.5 * fake, DISTANCE_REFERENCE: real},
        targets=np.zeros(n, dtype=np.int_),
        classes=("any",),
        sources=np.array([f"recording {i // 2}" for i in range(n)]),
    )


@pytest.mark.parametrize("n", [6, 7, 8, 12])
def test_recall_of_few_pictures_leaves_out_no_more_than_it_may(n: int) -> None:
    method = recall.measure(evidence(n)).estimate.method
    assert ("quarters left out" in method) == (n >= 8)  # of 8 in four recordings a quarter leaves 6, of 7 too few


def test_the_metrics_are_the_kernels_with_intervals() -> None:
    scores = manifold_scores(evidence(80).features[DISTANCE_REFERENCE], evidence(80).features[DISTANCE_IMAGE])
    for metric in (precision, recall, density, coverage):
        outcome = metric.measure(evidence(80))
        assert outcome.estimate.value == pytest.approx(getattr(scores, metric.name), rel=1e-12)
        assert outcome.estimate.low < outcome.estimate.value < outcome.estimate.high
        assert (outcome.per_clip is not None) == (metric in (precision, density))
        if outcome.per_clip is not None:
            assert outcome.per_clip.mean() == pytest.approx(outcome.estimate.value, rel=1e-12)


def test_too_few_pictures_have_no_neighbours() -> None:
    for metric in (precision, recall, density, coverage):
        assert metric.measure(evidence(5)).estimate.method == "not defined: 5 neighbours need 6 pictures"
    with pytest.raises(ValueError, match=r"y needs at least 6 rows"):
        manifold_scores(np.ones((9, 2)), np.ones((5, 2)))
