from __future__ import annotations

import math

import pytest
import torch

from baselines.sound2scene.loss import distance_contrastive_loss


def loss(sounds: object, pictures: object, *, normalise: bool) -> float:
    return distance_contrastive_loss(torch.as_tensor(sounds), torch.as_tensor(pictures), normalise=normalise).item()


def some(seed: int, *, rows: int = 6) -> torch.Tensor:
    return torch.randn(rows, 5, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_by_hand_without_normalising():
    """Distances [[0, 5], [4, 3]]: rows give log(1 + e⁻⁵) and log(1 + e⁻¹), columns log(1 + e⁻⁴) and log(1 + e⁻²)."""
    rows = (math.log1p(math.exp(-5)) + math.log1p(math.exp(-1))) / 2
    columns = (math.log1p(math.exp(-4)) + math.log1p(math.exp(-2))) / 2
    sounds, pictures = [[0.0, 0.0], [0.0, 4.0]], [[0.0, 0.0], [3.0, 4.0]]
    assert loss(sounds, pictures, normalise=False) == pytest.approx((rows + columns) / 2)


def test_by_hand_normalised():
    """Directions at right angles lie √2 apart, whatever their lengths."""
    wanted = math.log1p(math.exp(-math.sqrt(2)))
    assert loss([[3.0, 0.0], [0.0, 0.1]], [[9.0, 0.0], [0.0, 2.0]], normalise=True) == pytest.approx(wanted)


@pytest.mark.parametrize("normalise", [True, False])
def test_equal_rows_cost_the_logarithm_of_their_number(*, normalise: bool):
    assert loss(torch.ones(8, 3), torch.ones(8, 3), normalise=normalise) == pytest.approx(math.log(8))


@pytest.mark.parametrize("normalise", [True, False])
def test_neither_order_nor_roles_nor_rotation_matter(*, normalise: bool):
    sounds, pictures, turned = some(0), some(1), torch.randperm(6, generator=torch.Generator().manual_seed(2))
    first = loss(sounds, pictures, normalise=normalise)
    assert loss(sounds[turned], pictures[turned], normalise=normalise) == pytest.approx(first)
    assert loss(pictures, sounds, normalise=normalise) == pytest.approx(first)
    rotation = torch.linalg.qr(some(3, rows=5))[0]
    assert loss(sounds @ rotation, pictures @ rotation, normalise=normalise) == pytest.approx(first)


@pytest.mark.parametrize("normalise", [True, False])
def test_right_pairs_cost_less_than_wrong_ones(*, normalise: bool):
    pictures = some(1)
    right = loss(pictures + 0.1 * some(0), pictures, normalise=normalise)
    assert right < loss(pictures.roll(1, dims=0), pictures, normalise=normalise)


def test_lengths_count_only_where_not_normalised():
    sounds, pictures = some(0), some(1)
    lengths = torch.arange(1.0, 7.0, dtype=torch.float64)[:, None]
    same = loss(sounds, pictures, normalise=True)
    assert loss(sounds * lengths, pictures, normalise=True) == pytest.approx(same)
    assert loss(sounds * lengths, pictures, normalise=False) != pytest.approx(loss(sounds, pictures, normalise=False))


def test_place_counts_only_where_distances_change():
    sounds, pictures = some(0), some(1)
    same = loss(sounds, pictures, normalise=False)
    assert loss(sounds + 7, pictures + 7, normalise=False) == pytest.approx(same)
    assert loss(sounds + 7, pictures + 7, normalise=True) != pytest.approx(loss(sounds, pictures, normalise=True))


@pytest.mark.parametrize("normalise", [True, False])
def test_gradients_stay_finite_at_no_distance(*, normalise: bool):
    sounds = some(0).requires_grad_()
    distance_contrastive_loss(sounds, sounds.detach().clone(), normalise=normalise).backward()
    assert torch.isfinite(sounds.grad).all()


@pytest.mark.parametrize("normalise", [True, False])
def test_gradient_is_that_of_small_differences(*, normalise: bool):
    sounds, pictures = some(0).requires_grad_(), some(1)
    assert torch.autograd.gradcheck(
        lambda heard: distance_contrastive_loss(heard, pictures, normalise=normalise), (sounds,)
    )
