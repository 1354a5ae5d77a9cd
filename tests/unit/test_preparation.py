"""What becomes of a picture before a network sees it, in threads: the same as by the libraries' own transforms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from encoder_folders import save_open_clip
from PIL import Image

from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.encoders.pixels import Fit
from evalsuite.encoders.tower import Tower
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path


def noise(height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("size", [(33, 57), (57, 33), (49, 98), (147, 49), (301, 450), (64, 64), (1, 5)])
def test_a_fitted_picture_is_torchvisions_to_the_bit(size: tuple[int, int]):
    register_missing_operators()
    from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

    theirs = Compose([Resize(64, InterpolationMode.BICUBIC), CenterCrop(64)])(Image.fromarray(noise(*size)))
    np.testing.assert_array_equal(Fit(64)(noise(*size)), np.asarray(theirs))


def test_fits_to_one_side_are_one_preparation(tmp_path: Path):
    save_open_clip(tmp_path, seed=0)
    first, second = (open_clip_towers(weights=tmp_path, device="cpu")["image"] for _ in range(2))
    assert first.open_preparation() == second.open_preparation()
    assert len({first.open_preparation(), second.open_preparation()}) == 1
    assert Fit(64) != Fit(65)


@pytest.mark.parametrize("settings", [{}, {"interpolation": "bilinear"}, {"resize_mode": "squash"}])
def test_other_transforms_of_open_clip_are_kept_to(tmp_path: Path, settings: dict[str, str]):
    register_missing_operators()
    import open_clip
    import torch

    save_open_clip(tmp_path, seed=0)
    config = json.loads((tmp_path / "open_clip_config.json").read_text())
    config["preprocess_cfg"] |= settings
    (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    model, _, transform = open_clip.create_model_and_transforms(f"local-dir:{tmp_path}")
    pictures = [noise(80, 110), noise(97, 66)]
    with torch.inference_mode():
        pixels = torch.stack([transform(Image.fromarray(picture)) for picture in pictures])
        theirs = model.eval().encode_image(pixels).numpy()
    ours = open_clip_towers(weights=tmp_path, device="cpu")["image"].embed(pictures)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_what_is_no_picture_is_refused_in_threads_too():
    tower = Tower(name="a", fingerprint="a", modality="image", dim=1, encode=lambda _: np.zeros((1, 1), np.float32))
    prepare = tower.open_preparation()
    with pytest.raises(ValueError, match=r"expected a uint8 picture \(H, W, 3\), got float64"):
        prepare(np.zeros((8, 8, 3)))
    with pytest.raises(TypeError, match="expected a picture"):
        prepare("a dog")
