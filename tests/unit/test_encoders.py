"""The scoring encoders, opened from folders of the real classes with random weights."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from encoder_folders import save_image_classifier, save_open_clip, save_trimodal

from evalsuite.audio.clip import Clip
from evalsuite.encoders.image_classifier import image_classifier_towers
from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.encoders.pixels import fitted, normalised
from evalsuite.encoders.trimodal import heard, trimodal_towers
from evalsuite.encoders.trimodal_config import AudioConfig, TrimodalConfig
from evalsuite.errors import UserError
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

OPENERS: dict[str, Any] = {
    "open_clip": open_clip_towers,
    "trimodal": trimodal_towers,
    "image_classifier": image_classifier_towers,
}
SAVERS = {"open_clip": save_open_clip, "trimodal": save_trimodal, "image_classifier": save_image_classifier}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One folder of weights for each encoder."""
    root = tmp_path_factory.mktemp("encoders")
    for name, save in SAVERS.items():
        (root / name).mkdir()
        save(root / name)
    return {name: root / name for name in SAVERS}


def clip(number: int, *, rate: int = 16_000, seconds: float = 5.0, level: float = 0.1) -> Clip:
    noise = np.random.default_rng(number).standard_normal(round(rate * seconds)) * level
    return Clip(id=str(number), waveform=noise.clip(-1, 1).astype(np.float32), sample_rate=rate, sha256="")


def pictures() -> list[Any]:
    return list(np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), np.uint8))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((64, 64, 3), np.float32),
        np.zeros((64, 64), np.uint8),
        np.zeros((3, 64, 64), np.uint8),
        np.zeros((64, 64, 4), np.uint8),
    ],
)
def test_what_is_no_uint8_picture_is_refused(folders: dict[str, Path], picture: Any) -> None:
    tower = open_clip_towers(weights=folders["open_clip"], device="cpu")["image"]
    with pytest.raises(ValueError, match=r"item 1: expected a uint8 picture \(H, W, 3\)"):
        tower.embed([pictures()[0], picture])


def test_the_name_of_published_weights_is_described_without_torch() -> None:
    code = """
import sys
from evalsuite.encoders.open_clip import open_clip_towers
for tower in open_clip_towers(weights="ViT-B-32:openai", device="cpu").values():
    sys.stdout.write(f"{tower.dim} {len(tower.fingerprint)} ")
sys.exit("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "512 12 512 12 "), done.stderr


def test_batched_pixels_are_those_of_open_clips_own_transform(folders: dict[str, Path]) -> None:
    import torch

    register_missing_operators()
    import open_clip
    from PIL import Image

    model, _, transform = open_clip.create_model_and_transforms(f"local-dir:{folders['open_clip']}")
    seen = pictures()
    theirs = torch.stack([transform(Image.fromarray(picture)) for picture in seen])
    settings = model.visual.preprocess_cfg
    ours = normalised(np.stack(seen), mean=settings["mean"], std=settings["std"])
    assert torch.equal(ours, theirs)
    with torch.inference_mode():
        expected = model.eval().encode_image(theirs).numpy()
    towers = open_clip_towers(weights=folders["open_clip"], device="cpu")
    assert np.abs(towers["image"].embed(seen) - expected).max() < 1e-6


def test_resizing_is_that_of_open_clips_own_transform() -> None:
    register_missing_operators()
    from open_clip.transform import image_transform
    from PIL import Image

    picture = np.random.default_rng(0).integers(0, 256, (97, 130, 3), np.uint8)
    for view in (picture, picture.transpose(1, 0, 2), picture[:50, :60]):
        shown = np.ascontiguousarray(view)
        pixels = image_transform(64, is_train=False, mean=(0, 0, 0), std=(1, 1, 1))(Image.fromarray(shown))
        np.testing.assert_array_equal(fitted(shown, 64), (pixels.numpy() * 255).round().transpose(1, 2, 0))


@pytest.mark.parametrize("encoder", ["open_clip", "trimodal", "image_classifier"])
def test_pictures_of_another_size_are_resized(folders: dict[str, Path], encoder: str) -> None:
    tower = OPENERS[encoder](weights=folders[encoder], device="cpu")["image"]
    larger = np.random.default_rng(1).integers(0, 256, (2, 96, 128, 3), np.uint8)
    assert tower.embed(list(larger)).shape == (2, tower.dim)


def test_classifier_keeps_to_its_preprocessor_config(folders: dict[str, Path], tmp_path: Path) -> None:
    plain = image_classifier_towers(weights=folders["image_classifier"], device="cpu")["image"]
    mixed = [pictures()[0], np.zeros((32, 48, 3), np.uint8)]
    np.testing.assert_array_equal(plain.embed(mixed), np.concatenate([plain.embed([one]) for one in mixed]))
    for file in folders["image_classifier"].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    settings = {"image_mean": [0.5] * 3, "image_std": [0.25] * 3, "size": {"shortest_edge": 32}}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(settings))
    tower = image_classifier_towers(weights=tmp_path, device="cpu")["image"]
    assert tower.fingerprint != plain.fingerprint
    small = [fitted(picture, 32) for picture in pictures()]
    np.testing.assert_array_equal(tower.embed(pictures()), tower.embed(small))
    assert np.abs(tower.embed(small) - plain.embed(small)).max() > 1e-3


def test_classifier_features_are_those_before_the_classifier(folders: dict[str, Path]) -> None:
    import torch
    from transformers import ResNetForImageClassification

    tower = image_classifier_towers(weights=folders["image_classifier"], device="cpu")["image"]
    net = ResNetForImageClassification.from_pretrained(folders["image_classifier"]).eval()
    pixels = torch.from_numpy(np.stack(pictures())).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode():
        logits = net.classifier(torch.from_numpy(tower.embed(pictures()))[:, :, None, None])
        torch.testing.assert_close(logits, net(pixels).logits, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("seconds", "rate"), [(2.0, 16_000), (9.0, 16_000), (5.0, 44_100)])
def test_clip_is_heard_at_the_towers_rate_and_length(seconds: float, rate: int) -> None:
    config = AudioConfig()
    waveform = heard(clip(0, rate=rate, seconds=seconds), config)
    assert (waveform.dtype, waveform.shape) == (np.float32, (80_000,))
    assert np.any(waveform[round(min(seconds, 5) * 16_000) - 200 :])
    assert not np.any(waveform[round(seconds * 16_000) :])


def test_spectrogram_knows_pitch_and_absolute_loudness() -> None:
    import torch

    from evalsuite.encoders.spectrogram import LogMel

    log_mel = LogMel(sample_rate=16_000, fft_size=1024, hop=320, bands=64, lowest_hz=50)
    assert (log_mel.filters.sum(dim=1) > 0).all()
    seconds = torch.arange(80_000) / 16_000
    sines = torch.stack([torch.sin(2 * torch.pi * hz * seconds) for hz in (200, 1_000, 4_000)])
    maps = log_mel(torch.cat([sines, sines / 2, torch.zeros(1, 80_000)]))
    assert maps.shape == (7, 1, 64, 251)
    bands = maps[:3, 0].mean(dim=2).argmax(dim=1)
    assert bands[0] < bands[1] < bands[2]
    peaks = maps.amax(dim=(1, 2, 3))
    torch.testing.assert_close(peaks[:3], torch.ones(3), atol=0.05, rtol=0)
    torch.testing.assert_close(peaks[:3] - peaks[3:6], torch.full((3,), 6.02 / 50), atol=1e-3, rtol=0)
    assert (maps[6] == -1).all()


def test_trimodal_network_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    import torch

    from evalsuite.encoders.trimodal_net import TrimodalNet

    saved = TrimodalNet(TrimodalConfig.mini(vocab_size=20, eos_id=3, pad_id=0))
    assert saved.training
    saved.to(torch.bfloat16).save_pretrained(tmp_path)
    opened = TrimodalNet.from_pretrained(tmp_path)
    assert opened.config == saved.config
    assert not opened.training
    assert sum(parameter.numel() for parameter in opened.parameters()) < 2_000_000
    assert opened.logit_scale.dtype == torch.float32
    for name, value in saved.state_dict().items():
        torch.testing.assert_close(opened.state_dict()[name], value.to(opened.state_dict()[name].dtype))


def test_faulty_folder_is_told_by_file(tmp_path: Path) -> None:
    for opener in OPENERS.values():
        with pytest.raises(UserError, match="no such folder"):
            opener(weights=tmp_path / "none", device="cpu")
        with pytest.raises(UserError, match=r"has no .*config\.json"):
            opener(weights=tmp_path, device="cpu")
    (tmp_path / "config.json").write_text("{\n!")
    with pytest.raises(UserError, match="not JSON") as caught:
        trimodal_towers(weights=tmp_path, device="cpu")
    assert caught.value.line == 2
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(UserError, match="not the configuration of a tri-modal network"):
        trimodal_towers(weights=tmp_path, device="cpu")
    with pytest.raises(UserError, match="not a ResNet"):
        image_classifier_towers(weights=tmp_path, device="cpu")
    with pytest.raises(UserError, match="did you mean 'ViT-B-32'"):
        open_clip_towers(weights="ViT-B32:openai", device="cpu")


def test_what_goes_into_convolutions_is_not_rounded() -> None:
    import torch

    from evalsuite.encoders.tower import inferred

    def rounding(inputs: torch.Tensor) -> torch.Tensor:
        return torch.full_like(inputs, float(torch.backends.cudnn.allow_tf32))

    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = True
    assert inferred(rounding, torch.ones(1)) == 0
    assert torch.backends.cudnn.allow_tf32, "it is left as it was"
    torch.backends.cudnn.allow_tf32 = before


def test_weights_that_do_not_fit_are_told_by_file(tmp_path: Path) -> None:
    from evalsuite.encoders.trimodal_net import TrimodalNet

    TrimodalNet(TrimodalConfig.mini(vocab_size=20, eos_id=3, pad_id=0)).save_pretrained(tmp_path)
    TrimodalConfig.mini(vocab_size=21, eos_id=3, pad_id=0).save(tmp_path)
    with pytest.raises(UserError, match="do not fit") as caught:
        TrimodalNet.from_pretrained(tmp_path)
    assert caught.value.file == tmp_path / "model.safetensors"
    (tmp_path / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(UserError, match="do not fit"):
        TrimodalNet.from_pretrained(tmp_path)
