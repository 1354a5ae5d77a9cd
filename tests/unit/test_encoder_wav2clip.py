"""Wav2CLIP: the published layout, the published numbers, and the small one that ships.

Expected numbers are those of the authors' code (github.com/descriptinc/lyrebird-wav2clip, commit 1864b39, one sound at
a time) with the weights of :func:`official_weights.random_weights`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from official_weights import chirp, layout, random_weights

from evalsuite.audio.loading import load_clip_file
from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.encoders.wav2clip import CLIP, wav2clip_towers
from evalsuite.encoders.wav2clip_config import FFT_SIZE, Wav2ClipConfig
from evalsuite.encoders.wav2clip_net import Perceptron, Wav2ClipNet, standardised_log
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip
    from evalsuite.encoders.tower import Tower

PUBLISHED_LAYOUT = (125, "6452b0ce1103477de1e6dd8e092897928287b11f9bbf683c3c52695856793052")
EXPECTED = [-0.59635735, -0.8712448, -0.34436715, -0.31072152]
"""The first four features of a sound."""
EXPECTED_LENGTH = 22.43159676
SECONDS_AND_LEVELS = [(5.0, 1.0), (5.0, 0.0), (2.5, 1.0), (5.0, 0.5), (0.001, 1.0)]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the published layout and size, with what was trained along."""
    import torch

    along = {f"image_transform.{name}": value for name, value in Perceptron(512, 512).state_dict().items()}
    scales = {f"loss_fn_{of}.logit_scale": torch.zeros([]) for of in "ia"}
    file = tmp_path_factory.mktemp("wav2clip") / "Wav2CLIP.pt"
    torch.save({**random_weights(Wav2ClipNet(Wav2ClipConfig()).state_dict()), **along, **scales}, file)
    return file


@pytest.fixture(scope="module")
def audio(weights: Path) -> Tower:
    return wav2clip_towers(weights=weights, device="cpu")["audio"]


def sounds() -> list[Clip]:
    """Return five sounds: two of them of other lengths, one of them silence, one shorter than a window."""
    clips = [chirp(number, seconds=seconds, rate=16_000) for number, (seconds, _) in enumerate(SECONDS_AND_LEVELS)]
    levels = [np.float32(level) for _, level in SECONDS_AND_LEVELS]
    return [replace(clip, waveform=clip.waveform * level) for clip, level in zip(clips, levels, strict=True)]


def test_layout_is_the_published_one() -> None:
    assert layout(Wav2ClipNet(Wav2ClipConfig()).state_dict()) == PUBLISHED_LAYOUT


def test_features_are_those_of_the_published_code(audio: Tower) -> None:
    (features,) = audio.embed([chirp(1, seconds=4.0, rate=16_000)])
    assert (features.shape, features.dtype) == ((512,), np.float32)
    assert np.abs(features[:4] - EXPECTED).max() < 1e-5 * EXPECTED_LENGTH
    assert abs(np.linalg.norm(features) - EXPECTED_LENGTH) < 1e-5 * EXPECTED_LENGTH


@pytest.mark.parametrize("rows", [(0, 1, 3), (0, 1, 2, 3, 4)], ids=["one length", "several lengths"])
def test_features_do_not_depend_on_the_batch(audio: Tower, rows: tuple[int, ...]) -> None:
    clips = [sounds()[row] for row in rows]
    together = audio.embed(clips)
    alone = np.concatenate([audio.embed([clip]) for clip in clips])
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(together - audio.embed(clips[::-1])[::-1]).max() < 1e-5
    assert np.abs(together[1:] - together[0]).max(axis=1).min() > 1e-2, "each sound has features of its own"


def test_silence_standardises_to_nothing() -> None:
    import torch

    quiet, loud = torch.zeros(1, 1, 257, 227), torch.rand(1, 1, 257, 227, generator=torch.Generator().manual_seed(0))
    both = standardised_log(torch.cat([quiet, loud]))
    assert both[0].abs().max() < 1e-3
    assert abs(both[1].mean().item()) < 1e-6
    assert abs(both[1].std().item() - 1) < 1e-6


def test_real_recordings_go_through(audio: Tower, esc10: Path) -> None:
    read = [load_clip_file(file) for file in sorted(esc10.rglob("*.ogg"))[::50]]
    clips = [replace(chirp(0), waveform=waveform, sample_rate=rate) for waveform, rate in read]
    features = audio.embed(clips)
    assert features.shape == (len(clips), 512)
    assert np.isfinite(features).all()


def test_pictures_and_words_are_seen_by_the_clip_itself(checkpoints: Path) -> None:
    towers = wav2clip_towers(weights=checkpoints / "wav2clip", device="cpu", clip="mini:judge_clip")
    own = open_clip_towers(weights=checkpoints / "judge_clip", device="cpu")
    for modality in ("image", "text"):
        assert towers[modality].fingerprint == own[modality].fingerprint, "so the store keeps their features once"
    pictures = [np.full((64, 64, 3), grey, np.uint8) for grey in (50, 200)]
    np.testing.assert_array_equal(towers["image"].embed(pictures), own["image"].embed(pictures))
    np.testing.assert_array_equal(towers["text"].embed(["dog"]), own["text"].embed(["dog"]))


def test_small_one_knows_what_sounds(checkpoints: Path) -> None:
    from evalsuite.metrics import cosine_matrix
    from evalsuite.miniworld.dataset import played, recordings_of
    from evalsuite.miniworld.scenes import render_all

    towers = wav2clip_towers(weights=checkpoints / "wav2clip", device="cpu", clip="mini:judge_clip")
    recordings = recordings_of("a test of wav2clip", per_concept=1)
    heard = towers["audio"].embed([played(recording, label="") for recording in recordings])
    drawn = towers["image"].embed(list(render_all([recording.scene for recording in recordings])))
    found = cosine_matrix(heard, drawn).argmax(axis=1) == np.arange(len(recordings))
    assert found.mean() > 0.7, "one of sixty is chance"


def test_network_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    import torch

    config = Wav2ClipConfig(name="narrow", width=4, embed_dim=128)
    net = Wav2ClipNet(config).eval()
    net.save_pretrained(tmp_path)
    tower = wav2clip_towers(weights=tmp_path, device="cpu", clip="mini:judge_clip")["audio"]
    assert (tower.name, tower.dim) == ("narrow", 128)
    with torch.inference_mode():
        expected = net(torch.from_numpy(chirp(0, rate=16_000).waveform[None])).numpy()
    np.testing.assert_array_equal(tower.embed([chirp(0, rate=16_000)]), expected)


def test_clip_of_other_dimensions_is_refused(weights: Path) -> None:
    with pytest.raises(UserError, match="sounds get 512 dimensions and those of the CLIP 'mini:judge_clip' 128"):
        wav2clip_towers(weights=weights, device="cpu", clip="mini:judge_clip")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"audio_encoder.conv1.weight": None}, "'audio_encoder.conv1.weight' is missing"),
        ({"audio_encoder.fc.weight": 1}, "'audio_encoder.fc.weight' is unexpected"),
        ({"audio_encoder.bn1.bias": 3}, r"'audio_encoder.bn1.bias' has the shape \(3,\) in place of \(64,\)"),
    ],
)
def test_what_does_not_fit_is_told_by_its_first_name(weights: Path, tmp_path: Path, change: Any, told: str) -> None:
    import torch

    state = torch.load(weights, weights_only=True)
    for name, length in change.items():
        state[name] = torch.zeros(length or 0)
        if length is None:
            del state[name]
    torch.save(state, tmp_path / "Wav2CLIP.pt")
    tower = wav2clip_towers(weights=tmp_path, device="cpu")["audio"]
    with pytest.raises(UserError, match=f"not the weights of Wav2CLIP: {told}") as caught:
        tower.embed([chirp(0)])
    assert "\n" not in str(caught.value)


def test_truncated_file_is_told_in_one_line(weights: Path, tmp_path: Path) -> None:
    file = tmp_path / weights.name
    shutil.copy(weights, file)
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)
    with pytest.raises(UserError, match="damaged") as caught:
        wav2clip_towers(weights=file, device="cpu")["audio"].embed([chirp(0)])
    assert "\n" not in str(caught.value)


def test_foreign_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    (tmp_path / "config.json").write_text('{"hidden_size": 768}')
    with pytest.raises(UserError, match=r"config\.json: not the configuration of a Wav2CLIP"):
        wav2clip_towers(weights=tmp_path, device="cpu")


def test_shortest_sound_is_one_window(audio: Tower) -> None:
    preparation = audio.preparation
    assert preparation is not None
    assert preparation()(replace(chirp(0), waveform=np.ones(1, np.float32))).shape == (FFT_SIZE,)


def test_facts_are_read_without_torch(weights: Path) -> None:
    code = f"""
import sys
from evalsuite.encoders.wav2clip import CLIP, wav2clip_towers
towers = wav2clip_towers(weights={str(weights)!r}, device="cpu")
sys.stdout.write(" ".join(f"{{t.name}} {{t.dim}}" for t in towers.values()))
sys.exit("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{CLIP} 512 {CLIP} 512 wav2clip 512"), done.stderr
