"""What every encoder promises, each opened by its factory from a folder of its published layout."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from shutil import copytree
from typing import TYPE_CHECKING, Any

import encoder_folders as folders
import numpy as np
import pytest

from evalsuite.audio.clip import Clip
from evalsuite.encoders.base import FeatureExtractor
from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.errors import UserError
from evalsuite.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from evalsuite.encoders.base import Features

TEXTS = ["a photo of a dog", "a photo of rain .", "crackling fire", "a crying baby of a dog of a baby", "dog"]
ALIKE = 1e-5
"""How far a feature may be from itself in another batch, by the largest of its row."""


@dataclass(frozen=True)
class Encoder:
    """A factory and what writes a folder that it opens."""

    factory: str
    save: Callable[[Path], object]

    def towers(self, folder: Path) -> Mapping[str, FeatureExtractor]:
        opened: Mapping[str, FeatureExtractor] = resolve("encoders", f"evalsuite.encoders.{self.factory}")(
            weights=folder, device="cpu"
        )
        return opened


def clip_of(name: str, **cut: Any) -> Callable[[Path], object]:
    return lambda folder: folders.save_open_clip(folder, model=folders.published_clip(name, **cut))


ENCODERS = {
    "open_clip": Encoder("open_clip:open_clip_towers", folders.save_open_clip),
    "ViT-B-32": Encoder("open_clip:open_clip_towers", clip_of("ViT-B-32-quickgelu")),
    "ViT-L-14": Encoder("open_clip:open_clip_towers", clip_of("ViT-L-14-quickgelu", layers=2)),
    "SigLIP": Encoder("open_clip:open_clip_towers", clip_of("ViT-B-16-SigLIP", layers=1)),
    "trimodal": Encoder("trimodal:trimodal_towers", folders.save_trimodal),
    "image_classifier": Encoder("image_classifier:image_classifier_towers", folders.save_image_classifier),
    "clap": Encoder("clap:clap_towers", folders.save_clap),
    "ast": Encoder("ast:ast_towers", folders.save_ast),
    "efficientat": Encoder("efficientat:efficientat_towers", folders.save_efficientat),
    "dinov2": Encoder("dinov2:dinov2_towers", folders.save_dinov2),
    "clipseg": Encoder("clipseg:clipseg_towers", folders.save_clipseg),
    "audioclip": Encoder("audioclip:audioclip_towers", folders.save_audioclip),
    "inception": Encoder("inception:inception_towers", folders.save_inception),
}
HEAVY = {"ViT-B-32", "ViT-L-14", "SigLIP", "audioclip", "inception"}


@dataclass(frozen=True, eq=False)
class Opened:
    encoder: Encoder
    folder: Path
    towers: Mapping[str, FeatureExtractor]

    @cache  # noqa: B019 - they end with the module's tests
    def features(self, modality: str) -> Features:
        """What the tower makes of all media at once."""
        return self.towers[modality].embed(self.media(modality))

    def media(self, modality: str) -> list[Any]:
        """Five media of a modality, unlike in size and length; for a head the features of the other tower."""
        if modality == "head":
            return list(self.features("image" if "image" in self.towers else "audio"))
        asked = list(zip(pictures(), TEXTS, strict=True))
        return {"image": pictures(), "text": TEXTS, "audio": clips(), "segment": asked}[modality]


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow if name in HEAVY else ()) for name in ENCODERS],
)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    encoder = ENCODERS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    encoder.save(folder)
    return Opened(encoder, folder, encoder.towers(folder))


def pictures() -> list[Any]:
    rng = np.random.default_rng(0)
    sizes = [(64, 64), (64, 64), (96, 128), (300, 200), (224, 224)]
    return [picture(rng, *size) for size in sizes]


def picture(rng: np.random.Generator, height: int, width: int) -> Any:
    """Two colours and some grain: networks with random weights hardly tell mere grain apart."""
    halves = rng.integers(30, 226, (2, 3)).repeat([width // 2, width - width // 2], axis=0)
    return (halves + rng.integers(-30, 30, (height, width, 3))).astype(np.uint8)


def clips() -> list[Clip]:
    rng = np.random.default_rng(0)
    heard = [(16_000, 5.0, 200), (44_100, 0.3, 400), (44_100, 5.0, 900), (16_000, 12.0, 2_000), (48_000, 1.0, 5_000)]
    return [clip(rng, rate=rate, seconds=seconds, pitch_hz=pitch_hz) for rate, seconds, pitch_hz in heard]


def clip(rng: np.random.Generator, *, rate: int, seconds: float, pitch_hz: float) -> Clip:
    t = np.arange(round(rate * seconds)) / rate
    waveform = 0.3 * np.sin(2 * np.pi * pitch_hz * t) + rng.normal(0, 0.02, len(t))
    return Clip(id=str(pitch_hz), waveform=waveform.astype(np.float32), sample_rate=rate, sha256="")


def test_features_are_float32_of_the_told_length_and_tell_media_apart(opened: Opened):
    for modality, tower in opened.towers.items():
        assert isinstance(tower, FeatureExtractor)
        assert tower.modality == modality
        features = opened.features(modality)
        assert (features.dtype, features.shape) == (np.float32, (5, tower.dim))
        assert np.isfinite(features).all()
        nearest = min(np.abs(one - other).max() for one, other in combinations(features, 2))
        assert nearest > 10 * ALIKE * np.abs(features).max(), "or the next test could not fail"
        np.testing.assert_array_equal(features, tower.embed(opened.media(modality)), "nothing is drawn by chance")
        assert tower.embed([]).shape == (0, tower.dim)


@pytest.mark.parametrize(
    "batches",
    [[[0], [1], [2], [3], [4]], [[4, 3, 2, 1, 0]], [[1, 3], [4, 0, 2]], [[2] * 4, [0, 1]]],
    ids=["alone", "backwards", "in two", "with copies"],
)
def test_a_row_depends_on_no_other(opened: Opened, batches: Sequence[Sequence[int]]):
    for modality, tower in opened.towers.items():
        media, together = opened.media(modality), opened.features(modality)
        for batch in batches:
            for row, features in zip(batch, tower.embed([media[row] for row in batch]), strict=True):
                assert np.abs(features - together[row]).max() <= ALIKE * np.abs(together[row]).max(), (modality, batch)


def test_other_media_are_refused(opened: Opened):
    for modality, tower in opened.towers.items():
        for other in {"image", "text", "audio"} - {modality} - ({"image"} if modality == "head" else set()):
            with pytest.raises(TypeError, match="item 0: expected"):
                tower.embed(opened.media(other)[:1])
        if modality == "image":
            with pytest.raises(ValueError, match=r"item 1: expected a uint8 picture \(H, W, 3\)"):
                tower.embed([pictures()[0], pictures()[0].astype(np.float32)])


def weights_of(folder: Path) -> Path:
    """The largest file."""
    return max((file for file in folder.rglob("*") if file.is_file()), key=lambda file: file.stat().st_size)


def test_a_changed_byte_of_the_weights_is_another_encoder(opened: Opened, tmp_path: Path):
    copy = copytree(opened.folder, tmp_path / "copy")
    same, told = opened.encoder.towers(copy), {tower.fingerprint for tower in opened.towers.values()}
    assert {tower.fingerprint for tower in same.values()} == told
    changed = copytree(opened.folder, tmp_path / "changed")
    with weights_of(changed).open("r+b") as weights:
        weights.seek(-5, 2)
        last = weights.read(1)
        weights.seek(-5, 2)
        weights.write(bytes([last[0] ^ 1]))
    assert told.isdisjoint(tower.fingerprint for tower in opened.encoder.towers(changed).values())


@pytest.mark.parametrize("left", [0.0, 0.5], ids=["empty", "half"])
def test_damaged_weights_are_told_in_a_line(opened: Opened, tmp_path: Path, left: float):
    damaged = copytree(opened.folder, tmp_path / "damaged")
    weights = weights_of(damaged)
    with weights.open("r+b") as stream:
        stream.truncate(round(left * weights.stat().st_size))
    for modality, tower in opened.encoder.towers(damaged).items():
        with pytest.raises(UserError, match=str(damaged)):
            tower.embed(opened.media(modality))


OPENING = """
import sys
from pathlib import Path
from evalsuite.registry import resolve
towers = resolve("encoders", sys.argv[1])(weights=Path(sys.argv[2]), device="cpu")
sys.stdout.write(" ".join(f"{modality} {tower.dim} {tower.fingerprint}" for modality, tower in towers.items()))
sys.exit("torch" in sys.modules)
"""


def test_opening_takes_no_torch(opened: Opened):
    arguments = [sys.executable, "-c", OPENING, f"evalsuite.encoders.{opened.encoder.factory}", str(opened.folder)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or "torch was imported"
    told = " ".join(f"{modality} {tower.dim} {tower.fingerprint}" for modality, tower in opened.towers.items())
    assert done.stdout == told


@pytest.mark.slow
def test_openais_clip_computes_with_the_activation_it_was_trained_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whether or not the architecture's name says so: open_clip itself goes by the name."""
    folder = tmp_path / "models--timm--vit_base_patch32_clip_224.openai" / "snapshots" / ("0" * 40)
    folder.mkdir(parents=True)
    ENCODERS["ViT-B-32"].save(folder)
    (tmp_path / "models--timm--vit_base_patch32_clip_224.openai" / "refs").mkdir()
    (tmp_path / "models--timm--vit_base_patch32_clip_224.openai" / "refs" / "main").write_text("0" * 40)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    texts = [
        open_clip_towers(weights=weights, device="cpu")["text"].embed(TEXTS[:2])
        for weights in (folder, "ViT-B-32-quickgelu:openai", "ViT-B-32:openai")
    ]
    np.testing.assert_array_equal(texts[0], texts[1])
    np.testing.assert_array_equal(texts[0], texts[2])


def test_a_folder_of_something_else_is_told(opened: Opened, tmp_path: Path):
    with pytest.raises(UserError, match="none"):
        opened.encoder.towers(tmp_path / "none")
    with pytest.raises(UserError, match=str(tmp_path)):
        opened.encoder.towers(tmp_path)
