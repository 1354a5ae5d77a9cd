"""The Fréchet kernel against closed forms, other implementations and fifty-digit arithmetic."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from evalsuite.metrics import (
    frechet_distance,
    frechet_distance_from_moments,
    frechet_without_blocks,
    kernel,
    rows,
    sample_rank,
)
from evalsuite.metrics.base import DISTANCE_IMAGE, DISTANCE_REFERENCE, Evidence
from evalsuite.metrics.frechet import clip_fid, fd_dinov2, fid
from evalsuite.stats import blocks
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

Rows = npt.NDArray[np.float64]
sizes = st.tuples(st.integers(2, 40), st.integers(2, 40), st.integers(1, 12), st.integers(0, 2**32 - 1))


def pair(size: tuple[int, int, int, int]) -> tuple[Rows, Rows]:
    """Two samples; dimensions often exceed rows, so that covariances are often singular."""
    n, m, d, seed = size
    draw = np.random.default_rng(seed)
    mix = draw.normal(size=(d, d))
    return draw.normal(size=(n, d)) @ mix, draw.normal(size=(m, d)) + draw.normal(size=d)


def grid(n: int, d: int, step: int) -> Rows:
    """Rows that any other program can rebuild exactly."""
    return np.array([[((i * 7 + j * 3 + 1) * step) % 11 / 8 + (i * j) % 5 / 4 for j in range(d)] for i in range(n)])


@pytest.mark.parametrize(
    ("n", "m", "d", "expected"),
    [(12, 9, 4, 0.3591319300564978), (4, 9, 6, 1.6456935200952847), (4, 3, 6, 1.8169704258538636)],
)
def test_golden_values_of_fifty_digit_arithmetic(n: int, m: int, d: int, expected: float) -> None:
    # From mpmath at 50 digits: the eigenvalues of S1 S2, full rank and singular.
    assert frechet_distance(grid(n, d, 5), grid(m, d, 3)) == pytest.approx(expected, abs=1e-9)


def test_agrees_with_scipy_square_root() -> None:
    x, y = pair((60, 80, 10, 5))
    s1, s2 = np.cov(x.T), np.cov(y.T)
    gap = x.mean(axis=0) - y.mean(axis=0)
    expected = gap @ gap + np.trace(s1 + s2 - 2 * np.real(sqrtm(s1 @ s2)))
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)


def test_agrees_with_torchmetrics() -> None:
    register_missing_operators()
    import torch
    from torchmetrics.image.fid import _compute_fid

    x, y = pair((60, 80, 10, 6))
    moments = [torch.from_numpy(m) for m in (x.mean(axis=0), np.cov(x.T), y.mean(axis=0), np.cov(y.T))]
    assert frechet_distance(x, y) == pytest.approx(float(_compute_fid(*moments)), rel=1e-9)


@pytest.mark.parametrize("size", [(60, 80, 10, 6), (300, 200, 50, 7)])
def test_agrees_with_torch_fidelity(size: tuple[int, int, int, int]) -> None:
    register_missing_operators()
    pytest.importorskip("torch_fidelity")
    import torch
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_features_to_statistics, fid_statistics_to_metric

    x, y = pair(size)
    statistics = [fid_features_to_statistics(torch.from_numpy(features)) for features in (x, y)]
    peer = fid_statistics_to_metric(*statistics, verbose=False)[KEY_METRIC_FID]
    assert frechet_distance(x, y) == pytest.approx(peer, rel=1e-9)


@given(sizes)
def test_is_symmetric_and_not_negative(size: tuple[int, int, int, int]) -> None:
    x, y = pair(size)
    assert frechet_distance(x, y) >= 0
    assert frechet_distance(x, y) == pytest.approx(frechet_distance(y, x), rel=1e-9, abs=1e-9)


@given(sizes)
def test_is_zero_on_itself(size: tuple[int, int, int, int]) -> None:
    x, _ = pair(size)
    assert 0 <= frechet_distance(x, x) <= 1e-12 * (x**2).sum()


@given(sizes)
def test_a_translation_costs_its_squared_length(size: tuple[int, int, int, int]) -> None:
    x, y = pair(size)
    shift = y[0]
    assert frechet_distance(x, x + shift) == pytest.approx(shift @ shift, rel=1e-9, abs=1e-9)


@given(sizes)
def test_does_not_change_under_rotation_and_order(size: tuple[int, int, int, int]) -> None:
    x, y = pair(size)
    rotation, _ = np.linalg.qr(np.random.default_rng(size[3]).normal(size=(x.shape[1], x.shape[1])))
    turned = frechet_distance(x[::-1] @ rotation, y @ rotation)
    assert turned == pytest.approx(frechet_distance(x, y), rel=1e-9, abs=1e-9)


@given(sizes, st.floats(1e-3, 1e3))
def test_scales_with_the_square(size: tuple[int, int, int, int], scale: float) -> None:
    x, y = pair(size)
    scaled = frechet_distance(scale * x, scale * y) / scale**2
    assert scaled == pytest.approx(frechet_distance(x, y), rel=1e-9, abs=1e-9)


@given(sizes)
def test_closed_form_of_diagonal_gaussians(size: tuple[int, int, int, int]) -> None:
    draw = np.random.default_rng(size[3])
    (mu1, mu2), (sd1, sd2) = draw.normal(size=(2, 9)), np.abs(draw.normal(size=(2, 9)))
    sd1[0] = 0  # a flat direction
    value = frechet_distance_from_moments(mu1, np.diag(sd1**2), mu2, np.diag(sd2**2))
    assert value == pytest.approx(((mu1 - mu2) ** 2).sum() + ((sd1 - sd2) ** 2).sum(), rel=1e-9)


@given(sizes)
def test_rows_and_moments_agree(size: tuple[int, int, int, int]) -> None:
    x, y = pair(size)
    moments = [m for rows in (x, y) for m in (rows.mean(axis=0), np.atleast_2d(np.cov(rows.T)))]
    # Eigenvalues that should be zero leave the square root of the rounding.
    tolerance = 1e-6 * float((x**2).sum() + (y**2).sum())
    assert frechet_distance_from_moments(*moments) == pytest.approx(frechet_distance(x, y), rel=1e-9, abs=tolerance)


@settings(max_examples=30)
@given(sizes)
def test_downdating_equals_recomputing(size: tuple[int, int, int, int]) -> None:
    x, y = pair((size[0] + 4, *size[1:]))
    block = blocks(np.arange(len(x)), k=4)
    if (len(x) - np.bincount(block)).min() < 2:
        return
    expected = [frechet_distance(x[block != left_out], y) for left_out in range(4)]
    np.testing.assert_allclose(frechet_without_blocks(x, y, block=block), expected, rtol=1e-6, atol=1e-5)


def test_downdating_stands_far_from_the_origin() -> None:
    x, y = pair((60, 80, 10, 7))
    block = blocks(np.arange(60))
    far = frechet_without_blocks(x + 1e4, y + 1e4, block=block)
    np.testing.assert_allclose(far, frechet_without_blocks(x, y, block=block), rtol=1e-7)


def test_single_precision_input_is_computed_in_double() -> None:
    x, y = (rows.astype(np.float32) for rows in pair((60, 80, 10, 8)))
    assert frechet_distance(x, y) == frechet_distance(x.astype(np.float64), y.astype(np.float64))


def decaying(n: int, d: int, *, power: float, seed: int) -> Rows:
    """Rows whose spreads fall off with a power, as those of a network's features do."""
    draw = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(d, d)))
    return draw.normal(size=(n, d)) * np.arange(1, d + 1) ** -power @ turn + 0.4


@pytest.mark.parametrize("power", [0.5, 1.0, 1.5])
@pytest.mark.parametrize(("n", "m"), [(40, 60), (60, 400), (400, 300)], ids=["both few", "one few", "both many"])
def test_keeps_its_digits_on_any_route(n: int, m: int, power: float) -> None:
    x, y = decaying(n, 100, power=power, seed=1), decaying(m, 100, power=power, seed=2)
    roots = [(z - z.mean(axis=0)) / np.sqrt(len(z) - 1) for z in (x, y)]
    gap = x.mean(axis=0) - y.mean(axis=0)
    overlap = np.linalg.svd(roots[0] @ roots[1].T, compute_uv=False).sum()
    expected = gap @ gap + sum((root**2).sum() for root in roots) - 2 * overlap
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(x, x) <= 1e-12 * (x**2).sum()


def test_dead_and_repeated_features_change_nothing() -> None:
    x, y = pair((60, 80, 10, 9))
    padded = [np.hstack([z, np.full((len(z), 2), 0.25)]) for z in (x, y)]
    assert frechet_distance(*padded) == pytest.approx(frechet_distance(x, y), rel=1e-9)
    doubled = [np.hstack([z, z]) for z in (x, y)]
    assert frechet_distance(*doubled) == pytest.approx(2 * frechet_distance(x, y), rel=1e-9)


def test_rank_is_that_of_the_centred_rows() -> None:
    x, _ = pair((30, 2, 10, 3))
    assert sample_rank(x) == 10
    assert sample_rank(x[:7]) == 6
    assert sample_rank(np.hstack([x, x, np.ones((30, 1))])) == 10
    assert sample_rank(np.repeat(x[:4], 9, axis=0)) == 3
    assert sample_rank(np.repeat(x[:4].astype(np.float32), 2, axis=0)) == 3
    assert sample_rank(np.ones((5, 3))) == sample_rank(x[:1]) == 0


@given(sizes)
def test_rank_agrees_with_numpy(size: tuple[int, int, int, int]) -> None:
    x, _ = pair(size)
    centred = x - x.mean(axis=0)
    # By itself numpy tolerates so little that the rounding of the mean may count as a direction, even of two rows.
    assert sample_rank(x) == np.linalg.matrix_rank(centred, tol=1e-10 * np.linalg.norm(centred))


def test_reads_from_disk_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = (features.astype(np.float32) for features in pair((70, 80, 10, 4)))
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    block = blocks(np.arange(70))
    distance, without = frechet_distance(x, y), frechet_without_blocks(x, y, block=block)
    monkeypatch.setattr(rows, "CHUNK", 7)
    assert frechet_distance(mapped, y) == pytest.approx(distance, rel=1e-9)
    np.testing.assert_allclose(frechet_without_blocks(mapped, y, block=block), without, rtol=1e-9)


def test_holds_no_copy_of_the_rows(tmp_path: Path) -> None:
    x = np.lib.format.open_memmap(tmp_path / "x.npy", mode="w+", dtype=np.float32, shape=(30_000, 64))
    x[:] = np.random.default_rng(0).normal(size=64)
    x[:, :32] += np.arange(30_000)[:, None] % 7
    block, limit = np.arange(30_000) % 20, x.nbytes // 2
    for call in (lambda: frechet_distance(x, x), lambda: frechet_without_blocks(x, x[:500], block=block)):
        tracemalloc.start()
        call()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < limit


def test_says_how_much_its_value_rests_on() -> None:
    x, y = pair((30, 40, 32, 1))
    sources = np.array([f"recording {i}" for i in range(30)])
    features = {DISTANCE_IMAGE: x, DISTANCE_REFERENCE: y}
    seen = Evidence(features=features, targets=np.zeros(30, dtype=int), classes=("any",), sources=sources)
    outcome = fid.measure(seen)
    assert outcome.estimate.value == pytest.approx(frechet_distance(x, y), rel=1e-12)
    assert outcome.adequacy is not None
    assert str(outcome.adequacy) == "n=30, m=40, d=32, rank 29 and 32"
    assert outcome.adequacy.hindrance is not None
    alone = fid.measure(seen.subset(np.arange(30) == 0))
    assert alone.adequacy is not None
    assert (alone.adequacy.n, alone.adequacy.rank) == (1, 0)


def test_every_distance_names_its_unbiased_sibling() -> None:
    for distance in (fid, clip_fid, fd_dinov2):
        sibling = getattr(kernel, distance.alternative)
        assert (sibling.name, sibling.needs) == (distance.alternative, distance.needs)


def test_says_what_is_wrong() -> None:
    good = grid(5, 3, 5)
    bad = good.copy()
    bad[2, 1] = np.nan
    with pytest.raises(ValueError, match=r"y holds NaN or infinity in 1 of 5 rows, first in row 2"):
        frechet_distance(good, bad)
    with pytest.raises(ValueError, match=r"x needs at least 2 rows"):
        frechet_distance(good[:1], good)
    with pytest.raises(ValueError, match=r"different width"):
        frechet_distance(good, good[:, :2])
    with pytest.raises(ValueError, match=r"shape \(n, d\)"):
        frechet_distance(good[0], good)
    with pytest.raises(ValueError, match=r"fewer than two rows"):
        frechet_without_blocks(good, good, block=np.array([0, 0, 0, 0, 1]))


def test_moments_must_be_moments() -> None:
    zero, one = np.zeros(2), np.eye(2)
    with pytest.raises(ValueError, match=r"do not match"):
        frechet_distance_from_moments(np.zeros(3), one, zero, one)
    with pytest.raises(ValueError, match=r"s2 is not a symmetric matrix"):
        frechet_distance_from_moments(zero, one, zero, np.array([[1.0, 0.5], [0.0, 1.0]]))
    with pytest.raises(ValueError, match=r"s1 is not a covariance"):
        frechet_distance_from_moments(zero, -one, zero, one)
