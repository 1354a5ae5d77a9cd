"""The Fréchet kernel against closed forms, other implementations and fifty-digit arithmetic."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsuite.metrics import frechet_distance, frechet_distance_from_moments, frechet_without_blocks
from evalsuite.stats import blocks
from evalsuite.torchvision_ops import register_missing_operators

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
    from scipy.linalg import sqrtm

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
