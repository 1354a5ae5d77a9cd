"""AudioCLIP: the published layout, the published numbers, and features that depend on nothing but their medium.

Expected numbers are those of the authors' code (github.com/AndreyGuzhov/AudioCLIP, commit 45327aa, in eval mode) with
the weights of :func:`official_weights.random_weights`.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from official_weights import chirp, layout, random_weights

from evalsuite.audio.loading import load_clip_file
from evalsuite.encoders.audioclip import FULL_SCALE, IMAGE_SIZE, SAMPLES, audioclip_towers, heard
from evalsuite.encoders.audioclip_net import new_audioclip
from evalsuite.encoders.weights_file import fill
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from evalsuite.encoders.base import Modality
    from evalsuite.encoders.tower import Tower

PUBLISHED_LAYOUT = (861, "3081b9de4a6bbec62ccba7402d8f2d8c2d8b3d3b2683626654297f9e65bfd64e")
PUBLISHED_BYTES = 537_302_068
EXPECTED = {
    "audio": ([1.1331187, -5.440159, -2.5805264, 2.2463033], 73.44542694),
    "image": ([-1.1521322, -0.36293525, 0.21101902, -1.1249838], 18.88302422),
    "text": ([-0.28465757, -0.0521493, 1.2550676, 0.28112596], 22.46630287),
}
"""The first four features of one medium, and the length of the vector."""
ROUNDING = {"audio": 1e-3, "image": 1e-5, "text": 1e-5}
"""How far they may be off, of that length. The empty bins of a chirp's spectrogram are rounding, and their logarithms
are not small: between an Intel and an AMD processor the features of a sound differ by 1e-4, in float64 by 1e-2."""


def picture(number: int, *, height: int = 40, width: int = 48) -> np.ndarray:
    noise = np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)
    return noise.repeat(8, axis=0).repeat(8, axis=1)


MEDIA: dict[Modality, Any] = {
    "audio": chirp(1, seconds=4.0),
    "image": picture(0),
    "text": "This is a photo of a dog.",
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the published layout and size."""
    import torch

    file = tmp_path_factory.mktemp("audioclip") / "AudioCLIP-Full-Training.pt"
    torch.save(random_weights(new_audioclip(embed_dim=1024, image_size=224).state_dict()), file)
    return file


@pytest.fixture(scope="module")
def towers(weights: Path) -> dict[Modality, Tower]:
    return audioclip_towers(weights=weights, device="cpu")


def test_layout_is_the_published_one(weights: Path) -> None:
    import torch

    with torch.device("meta"):
        assert layout(new_audioclip(embed_dim=1024, image_size=224).state_dict()) == PUBLISHED_LAYOUT
    assert abs(weights.stat().st_size - PUBLISHED_BYTES) < PUBLISHED_BYTES / 1000


@pytest.mark.parametrize("modality", list(EXPECTED))
def test_features_are_those_of_the_published_code(towers: dict[Modality, Tower], modality: Modality) -> None:
    (features,) = towers[modality].embed([MEDIA[modality]])
    first, length = EXPECTED[modality]
    assert features.shape == (1024,)
    assert np.abs(features[:4] - first).max() < ROUNDING[modality] * length
    assert abs(np.linalg.norm(features) - length) < ROUNDING[modality] * length


def prepared(modality: Modality) -> list[Any]:
    """Return five media as the network takes them; sounds of half a second, for the sake of time."""
    if modality == "audio":
        return [heard(chirp(number, seconds=0.5))[SAMPLES // 2 - 11_025 : SAMPLES // 2 + 11_025] for number in range(5)]
    if modality == "image":
        return [picture(number, height=28, width=28) for number in range(5)]
    return ["dog", "This is a photo of rain.", "crackling fire", "", "a crying baby " * 40]


@pytest.mark.parametrize("modality", list(EXPECTED))
def test_features_do_not_depend_on_the_batch(towers: dict[Modality, Tower], modality: Modality) -> None:
    batch, tower = prepared(modality), towers[modality]
    together = tower.encode(batch)
    alone = np.concatenate([tower.encode([medium]) for medium in batch])
    order = [3, 0, 4, 2, 1]
    scale = np.abs(together).max()
    assert np.abs(together - alone).max() < 1e-5 * scale
    assert np.abs(together[order] - tower.encode([batch[row] for row in order])).max() < 1e-5 * scale
    assert np.abs(together[1:] - together[0]).max(axis=1).min() > 1e-3 * scale, "each medium has features of its own"


def test_digital_silence_does_not_depend_on_the_batch(towers: dict[Modality, Tower]) -> None:
    loud = prepared("audio")[0]
    half = np.where(np.arange(len(loud)) < len(loud) // 2, 0, loud)
    (together, *_), (alone,) = towers["audio"].encode([half, loud, loud]), towers["audio"].encode([half])
    assert np.abs(together - alone).max() < 1e-5 * np.abs(alone).max()


def test_real_recordings_go_through(towers: dict[Modality, Tower], esc10: Path) -> None:
    files = sorted(esc10.rglob("*.ogg"))[::200]
    clips = [replace(chirp(0), waveform=waveform, sample_rate=rate) for waveform, rate in map(load_clip_file, files)]
    features = towers["audio"].embed(clips)
    assert features.shape == (len(files), 1024)
    assert np.isfinite(features).all()


def test_short_clip_lies_in_the_middle_of_its_held_ends() -> None:
    clip = replace(chirp(0), waveform=np.array([0.25, 0.5, -0.5], np.float32))
    sound = heard(clip)
    left = (SAMPLES - 3) // 2  # 110248.5, rounded to even
    assert sound.shape == (SAMPLES,)
    assert sound.dtype == np.float32
    np.testing.assert_array_equal(sound[: left + 1], np.float32(0.25 * FULL_SCALE))
    assert sound[left + 1] == 0.5 * FULL_SCALE
    np.testing.assert_array_equal(sound[left + 2 :], np.float32(-0.5 * FULL_SCALE))


@pytest.mark.parametrize(
    ("levels", "chosen"),
    [
        ((0.1, 0.1, 0.1, 0.1), "middle"),
        ((0.8, 0.01, 0.01, 0.1), "start"),
        ((0.05, 0.01, 0.01, 0.9), "end"),
        ((0.01, 0.02, 0.02, 0.9), "start"),
    ],
)
def test_of_a_long_clip_five_seconds_are_chosen(levels: tuple[float, ...], chosen: str) -> None:
    quarter = SAMPLES // 2
    noise = np.random.default_rng(0).uniform(-1, 1, 4 * quarter) * np.repeat(levels, quarter)
    clip = replace(chirp(0), waveform=noise.astype(np.float32))
    begin = {"start": 0, "middle": quarter, "end": 2 * quarter}[chosen]
    np.testing.assert_array_equal(heard(clip), FULL_SCALE * clip.waveform[begin : begin + SAMPLES])


def test_wavelets_follow_their_formula() -> None:
    import torch

    from evalsuite.encoders.fbsp import BINS, WAVELET, Fbsp

    fbsp, rng = Fbsp(), np.random.default_rng(0)
    order, width, centre = rng.uniform(0.5, 3, BINS), rng.uniform(0.5, 2, BINS), rng.uniform(0, 100, BINS)
    with torch.no_grad():
        for weight, value in ((fbsp.m, order), (fbsp.fb, width), (fbsp.fc, centre)):
            weight.copy_(torch.from_numpy(value))
        real, imaginary = fbsp.wavelets().double().numpy().reshape(2, BINS, WAVELET)
    t = np.linspace(-np.pi, np.pi, WAVELET)
    window = np.sinc((width / order)[:, None] * t / np.pi).astype(complex) ** order[:, None]
    expected = np.sqrt(width)[:, None] * window * np.exp(-1j * centre[:, None] * t) / np.sqrt(WAVELET)
    assert np.abs(real + 1j * imaginary - expected).max() < 1e-4 * np.abs(expected).max()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda state: state.pop("audio.fbsp.m"), "'audio.fbsp.m' is missing"),
        (lambda state: state.update(extra=state["logit_scale"]), "'extra' is unexpected"),
        (lambda state: state.update({"audio.fc.bias": state["logit_scale"]}), r"'audio.fc.bias' has the shape \(\) in"),
    ],
)
def test_what_does_not_fit_is_told_by_its_first_name(tmp_path: Path, change: Any, told: str) -> None:
    import torch

    with torch.device("meta"):
        net = new_audioclip(embed_dim=1024, image_size=224)
    state = net.state_dict()
    change(state)
    with pytest.raises(UserError, match=told) as caught:
        fill(net, state, file=tmp_path / "weights.pt", kind="AudioCLIP")
    assert str(caught.value).startswith(f"{tmp_path / 'weights.pt'}: not the weights of AudioCLIP: ")
    assert "\n" not in str(caught.value)


class Program:
    """A pickled call, run by whoever unpickles it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_program_in_a_weight_file_is_refused_and_not_run(tmp_path: Path) -> None:
    import torch

    torch.save({"audio.window": Program(tmp_path / "mark")}, tmp_path / "weights.pt")
    tower = audioclip_towers(weights=tmp_path, device="cpu")["audio"]
    with pytest.raises(UserError, match="run their code"):
        tower.embed([chirp(0)])
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("content", [b"", b"no weights at all", b"PK\x03\x04 half an archive"])
def test_damaged_file_is_told_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.pt").write_bytes(content)
    with pytest.raises(UserError, match=r"weights\.pt: ") as caught:
        audioclip_towers(weights=tmp_path / "weights.pt", device="cpu")["image"].embed([picture(0)])
    assert "\n" not in str(caught.value)


def test_folder_holds_one_file_of_weights(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file or folder"):
        audioclip_towers(weights=tmp_path / "none", device="cpu")
    with pytest.raises(UserError, match="found none"):
        audioclip_towers(weights=tmp_path, device="cpu")
    for name in ("a.pt", "b.pt"):
        (tmp_path / name).touch()
    with pytest.raises(UserError, match=r"found a\.pt, b\.pt: name the file itself"):
        audioclip_towers(weights=tmp_path, device="cpu")


def test_facts_are_read_without_torch_and_follow_the_file(tmp_path: Path) -> None:
    code = f"""
import sys
from evalsuite.encoders.audioclip import audioclip_towers
towers = audioclip_towers(weights={str(tmp_path)!r}, device="cpu")
sys.stdout.write(" ".join(f"{{t.dim}} {{t.fingerprint}}" for t in towers.values()))
sys.exit("torch" in sys.modules)
"""
    prints = []
    for content in (b"one", b"other"):
        (tmp_path / "weights.pt").write_bytes(content)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        prints.append(done.stdout)
    assert [line.split()[::2] for line in prints] == [["1024"] * 3] * 2
    assert prints[0] != prints[1]


def test_pictures_are_fitted_to_the_side_of_clip(towers: dict[Modality, Tower]) -> None:
    preparation = towers["image"].preparation
    assert preparation is not None
    assert preparation()(picture(0)).shape == (IMAGE_SIZE, IMAGE_SIZE, 3)
