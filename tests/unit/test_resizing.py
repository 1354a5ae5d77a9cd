from __future__ import annotations

import numpy as np
import pytest
import torch

from evalsuite.encoders.resizing import WAYS, Resize
from evalsuite.errors import UserError
from evalsuite.torchvision_ops import register_missing_operators

SIDE = 299
SHAPES = [(299, 299), (64, 64), (256, 256), (32, 500), (517, 301), (1, 1), (2, 700), (299, 150), (1031, 768)]


@pytest.fixture(params=SHAPES, ids=str)
def picture(request: pytest.FixtureRequest) -> np.ndarray:
    # noise over black and white: the hardest case for overshoot and for the order of sums
    rng = np.random.default_rng(sum(request.param))
    values = rng.integers(0, 256, (*request.param, 3), dtype=np.uint8)
    return np.where(rng.random((*request.param, 1)) < 0.4, 255 * (values > 127), values).astype(np.uint8)


def as_batch(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None].float()


def test_bicubic_is_clean_fids(picture: np.ndarray):
    register_missing_operators()
    from cleanfid.resize import build_resizer

    np.testing.assert_array_equal(Resize("pil-bicubic", SIDE)(picture), build_resizer("clean")(picture))


def test_tf1_is_torch_fidelitys(picture: np.ndarray):
    register_missing_operators()
    from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x

    theirs = interpolate_bilinear_2d_like_tensorflow1x(as_batch(picture), size=(SIDE, SIDE), align_corners=False)
    np.testing.assert_array_equal(Resize("tf1", SIDE)(picture), theirs[0].permute(1, 2, 0).numpy())


def test_antialias_is_torchmetrics_even_of_a_batch(picture: np.ndarray):
    batch = torch.cat([as_batch(picture[::-1].copy()), as_batch(picture)])
    theirs = torch.nn.functional.interpolate(batch, size=(SIDE, SIDE), mode="bilinear", antialias=True)
    np.testing.assert_array_equal(Resize("torch-antialias", SIDE)(picture), theirs[1].permute(1, 2, 0).numpy())


@pytest.mark.parametrize("how", WAYS)
def test_every_way_gives_unrounded_pixels_in_range(how: str):
    picture = np.random.default_rng(0).integers(0, 256, (40, 61, 3), dtype=np.uint8)
    resized = Resize(how, 77)(picture)
    assert resized.shape == (77, 77, 3)
    assert resized.dtype == np.float32
    assert 0 <= resized.min() < resized.max() <= 255
    assert not np.array_equal(resized, np.round(resized))


def test_ways_differ():
    picture = np.random.default_rng(1).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    one, other, third = (Resize(how, SIDE)(picture) for how in WAYS)
    assert min(np.abs(one - other).mean(), np.abs(one - third).mean(), np.abs(other - third).mean()) > 1


@pytest.mark.parametrize("how", WAYS)
def test_views_and_the_right_size(how: str):
    picture = np.random.default_rng(2).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    np.testing.assert_array_equal(Resize(how, SIDE)(picture), picture)
    turned = np.rot90(picture[:90, ::2])
    np.testing.assert_array_equal(Resize(how, 50)(turned), Resize(how, 50)(turned.copy()))


def test_equal_ways_are_the_same_preparation():
    assert {Resize("tf1", SIDE), Resize("tf1", SIDE)} == {Resize("tf1", SIDE)}
    assert Resize("tf1", SIDE) != Resize("tf1", 224)


def test_an_unknown_way_names_the_nearest():
    with pytest.raises(UserError, match="'pil-bicubic'"):
        Resize("bicubic", SIDE)
