"""The kernel distances against brute force, other implementations and what must be so."""

from __future__ import annotations

import math
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsuite.metrics import (
    GaussianKernel,
    PolynomialKernel,
    cmmd_distance,
    kernel_distance,
    kernel_distance_blocked,
    kernel_without_blocks,
    rows,
)
from evalsuite.metrics.base import DISTANCE_IMAGE, DISTANCE_REFERENCE, Evidence
from evalsuite.metrics.kernel import cmmd, kid
from evalsuite.stats import blocks
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evalsuite.metrics.pair_sums import Kernel

Rows = npt.NDArray[np.float64]
sizes = st.tuples(st.integers(2, 30), st.integers(2, 30), st.integers(1, 9), st.integers(0, 2**32 - 1))
KERNELS = [PolynomialKernel(), PolynomialKernel(degree=2, gamma=0.5, coef0=0.0), GaussianKernel(sigma=0.7)]


def pair(size: tuple[int, int, int, int]) -> tuple[Rows, Rows]:
    n, m, d, seed = size
    draw = np.random.default_rng(seed)
    return draw.normal(size=(n, d)) + 0.3, draw.normal(size=(m, d))


def unit(x: Rows) -> Rows:
    return np.array([row / math.sqrt(sum(row**2)) for row in x])


def cubic(a: Rows, b: Rows) -> float:
    return float((sum(a * b) / len(a) + 1) ** 3)


def gaussian(a: Rows, b: Rows) -> float:
    return math.exp(-sum((a - b) ** 2) / (2 * 10.0**2))


def likeness(kernel: Kernel) -> Callable[[Rows, Rows], float]:
    return lambda a, b: float(kernel(a[None], b[None])[0, 0])


def brute_force(x: Rows, y: Rows, kernel: Callable[[Rows, Rows], float]) -> float:
    """Gretton et al., equation 3, term by term."""
    within = [sum(kernel(a, b) for a, b in permutations(z, 2)) / (len(z) * (len(z) - 1)) for z in (x, y)]
    return sum(within) - 2 * sum(kernel(a, b) for a in x for b in y) / (len(x) * len(y))


@settings(max_examples=20, deadline=None)
@given(sizes)
def test_agrees_with_the_definition_term_by_term(size: tuple[int, int, int, int]) -> None:
    x, y = pair(size)
    assert kernel_distance(x, y) == pytest.approx(brute_force(x, y, cubic), rel=1e-9, abs=1e-9)
    expected = 1000 * brute_force(unit(x), unit(y), gaussian)
    assert cmmd_distance(x, y) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_tiles_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = pair((50, 41, 6, 0))
    whole = kernel_distance(x, y), cmmd_distance(x, y)
    block = blocks(np.arange(50))
    without = kernel_without_blocks(x, y, block=block, kernel=KERNELS[0])
    monkeypatch.setattr(rows, "CHUNK", 7)
    assert (kernel_distance(x, y), cmmd_distance(x, y)) == pytest.approx(whole, rel=1e-12)
    np.testing.assert_allclose(kernel_without_blocks(x, y, block=block, kernel=KERNELS[0]), without, rtol=1e-12)


@settings(deadline=None)
@given(sizes)
def test_order_and_roles_do_not_matter(size: tuple[int, int, int, int]) -> None:
    x, y = pair(size)
    for distance in (kernel_distance, cmmd_distance):
        assert distance(x[::-1], np.roll(y, 1, axis=0)) == pytest.approx(distance(x, y), rel=1e-9, abs=1e-10)
        assert distance(y, x) == pytest.approx(distance(x, y), rel=1e-9, abs=1e-10)


@settings(deadline=None)
@given(sizes, st.floats(1e-3, 1e3))
def test_rotation_changes_neither_and_length_no_cmmd(size: tuple[int, int, int, int], length: float) -> None:
    x, y = pair(size)
    turn, _ = np.linalg.qr(np.random.default_rng(size[3]).normal(size=(x.shape[1], x.shape[1])))
    for distance in (kernel_distance, cmmd_distance):
        assert distance(x @ turn, y @ turn) == pytest.approx(distance(x, y), rel=1e-9, abs=1e-9)
    assert cmmd_distance(length * x, y) == pytest.approx(cmmd_distance(x, y), rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(sizes, st.floats(0.1, 10))
def test_scaling_the_rows_is_scaling_gamma(size: tuple[int, int, int, int], scale: float) -> None:
    x, y = pair(size)
    scaled = kernel_distance(scale * x, scale * y, gamma=0.2)
    assert scaled == pytest.approx(kernel_distance(x, y, gamma=0.2 * scale**2), rel=1e-9, abs=1e-9)


def test_of_a_linear_kernel_is_the_gap_of_the_means_less_its_bias() -> None:
    x, y = pair((20, 30, 4, 1))
    gap = x.mean(axis=0) - y.mean(axis=0)
    bias = x.var(axis=0, ddof=1).sum() / 20 + y.var(axis=0, ddof=1).sum() / 30
    assert kernel_distance(x, y, degree=1, gamma=1.0) == pytest.approx(gap @ gap - bias, rel=1e-9)


def test_a_set_against_itself_lies_below_zero_by_the_diagonal() -> None:
    x, _ = pair((12, 2, 5, 3))
    values = PolynomialKernel()(x, x)
    off = (values.sum() - np.trace(values)) / (12 * 11)
    assert kernel_distance(x, x) == pytest.approx(2 * off - 2 * values.mean(), rel=1e-9)
    assert kernel_distance(x, x) < 0


def test_is_unbiased_over_every_sample_of_a_small_world() -> None:
    """Over all samples without replacement the mean is the distance of the worlds with their pairs counted as here."""
    x, y = pair((5, 4, 2, 8))
    for distance in (kernel_distance, cmmd_distance):
        samples = [
            distance(x[list(i)], y[list(j)]) for i in combinations(range(5), 3) for j in combinations(range(4), 2)
        ]
        assert np.mean(samples) == pytest.approx(distance(x, y), rel=1e-9)


def test_is_unbiased_where_both_are_drawn_alike() -> None:
    draw = np.random.default_rng(11)
    for distance in (kernel_distance, cmmd_distance):
        values = [distance(*draw.normal(size=(2, 15, 4))) for _ in range(600)]
        assert abs(np.mean(values)) < 3.5 * np.std(values) / math.sqrt(600)


def test_cmmd_differs_from_its_biased_estimate_by_a_known_amount() -> None:
    """The published code takes the V-statistic: it counts the n pairs of a row with itself, of likeness one."""
    x, y = pair((20, 30, 6, 4))

    def mean_likeness(a: Rows, b: Rows) -> float:
        squares = (unit(a)[:, None] - unit(b)[None]) ** 2
        return float(np.exp(-squares.sum(axis=2) / (2 * 10**2)).mean())

    xx, yy, xy = mean_likeness(x, x), mean_likeness(y, y), mean_likeness(x, y)
    biased = 1000 * (xx + yy - 2 * xy)
    excess = 1000 * ((1 - xx) / (20 - 1) + (1 - yy) / (30 - 1))
    assert cmmd_distance(x, y) == pytest.approx(biased - excess, rel=1e-9)


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_leaving_blocks_out_equals_recomputing(kernel: Kernel) -> None:
    x, y = pair((23, 9, 5, 2))
    block = blocks(np.arange(23) // 2, k=6)
    values = kernel_without_blocks(x, y, block=block, kernel=kernel)
    expected = [brute_force(x[block != left_out], y, likeness(kernel)) for left_out in range(6)]
    np.testing.assert_allclose(values, expected, rtol=1e-9)


def test_agrees_with_clean_fid() -> None:
    register_missing_operators()
    from cleanfid.fid import kernel_distance as peer

    x, y = pair((120, 90, 16, 5))
    np.random.seed(7)  # noqa: NPY002 (the generator that clean-fid draws from)
    expected = peer(y, x, num_subsets=20, max_subset_size=40)
    assert kernel_distance_blocked(x, y, subsets=20, subset_size=40, seed=7).mean == pytest.approx(expected, rel=1e-9)
    assert kernel_distance(x[:90], y) == pytest.approx(peer(y, x[:90], num_subsets=1), rel=1e-9)


def test_agrees_with_torch_fidelity() -> None:
    register_missing_operators()
    pytest.importorskip("torch_fidelity")
    import torch
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD, kid_features_to_metric

    x, y = pair((120, 90, 16, 6))
    tensors = torch.from_numpy(x), torch.from_numpy(y)
    peer = kid_features_to_metric(*tensors, kid_subsets=20, kid_subset_size=40, rng_seed=2020, verbose=False)
    ours = kernel_distance_blocked(x, y, subsets=20, subset_size=40)
    assert tuple(ours) == pytest.approx((peer[KEY_METRIC_KID_MEAN], peer[KEY_METRIC_KID_STD]), rel=1e-9)


def test_agrees_with_torchmetrics() -> None:
    register_missing_operators()
    import torch
    from torchmetrics.image.kid import KernelInceptionDistance, poly_mmd

    x, y = (torch.from_numpy(features) for features in pair((60, 60, 16, 7)))
    assert kernel_distance(x.numpy(), y.numpy()) == pytest.approx(float(poly_mmd(x, y)), rel=1e-9)
    peer = KernelInceptionDistance(feature=torch.nn.Identity(), subsets=1, subset_size=60).set_dtype(torch.float64)
    peer.update(x, real=True)
    peer.update(y, real=False)
    assert kernel_distance(x.numpy(), y.numpy()) == pytest.approx(float(peer.compute()[0]), rel=1e-6)


def test_single_precision_input_is_computed_in_double(tmp_path: Path) -> None:
    x, y = (features.astype(np.float32) for features in pair((40, 30, 8, 8)))
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    for distance in (kernel_distance, cmmd_distance):
        assert distance(mapped, y) == distance(x.astype(np.float64), y.astype(np.float64))


def test_says_what_is_wrong() -> None:
    good, zero = np.ones((4, 3)), np.ones((4, 3))
    zero[2] = 0
    with pytest.raises(ValueError, match=r"x needs at least 2 rows"):
        kernel_distance(good[:1], good)
    with pytest.raises(ValueError, match=r"different width"):
        kernel_distance(good, good[:, :2])
    with pytest.raises(ValueError, match=r"y holds NaN or infinity in 1 of 4 rows, first in row 2"):
        kernel_distance(good, np.where(zero == 0, np.nan, zero))
    with pytest.raises(ValueError, match=r"no direction"):
        cmmd_distance(good, zero)
    with pytest.raises(ValueError, match=r"fewer than two rows"):
        kernel_without_blocks(good, good, block=np.array([0, 0, 0, 1]), kernel=PolynomialKernel())


def evidence(n: int) -> Evidence:
    x, y = pair((n, 40, 6, 9))
    return Evidence(
        features={DISTANCE_IMAGE: x, DISTANCE_REFERENCE: y},
        targets=np.zeros(n, dtype=np.int_),
        classes=("any",),
        sources=np.array([f"recording {i // 2}" for i in range(n)]),
    )


def test_the_metric_is_the_kernel_with_a_jackknife_interval() -> None:
    outcome = kid.measure(evidence(60))
    x, y = pair((60, 40, 6, 9))
    assert outcome.estimate.value == pytest.approx(kernel_distance(x, y), rel=1e-12)
    assert outcome.estimate.low < outcome.estimate.value < outcome.estimate.high
    assert outcome.adequacy is not None
    assert str(outcome.adequacy) == "n=60, m=40, d=6, rank 6 and 6"
    assert outcome.adequacy.hindrance is None


def test_passports_tell_kernels_apart() -> None:
    assert kid.details == "poly·degree=3·gamma=1/d·coef0=1·unbiased·all pairs·f64"
    assert cmmd.details == "rbf·sigma=10·unit rows·unbiased·all pairs·f64·×1000"


def test_one_picture_has_no_distance() -> None:
    assert kid.measure(evidence(1)).estimate.method == "not defined: pairs need two pictures"
