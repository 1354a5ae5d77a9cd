"""The AST as an encoder, against the library's own network."""

from __future__ import annotations

import json
from shutil import copytree
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.audio.clip import Clip
from evalsuite.encoders.ast import ast_towers
from evalsuite.errors import NotFetchedError, UserError
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("checkpoints")


def clips(rate: int, *seconds: float) -> list[Clip]:
    rng = np.random.default_rng(0)
    waveforms = [rng.normal(0, 0.1, round(rate * length)).clip(-1, 1).astype(np.float32) for length in seconds]
    return [Clip(id=str(row), waveform=wave, sample_rate=rate, sha256="") for row, wave in enumerate(waveforms)]


def test_features_and_logits_are_those_of_the_library(checkpoints: Path):
    register_missing_operators()
    import torch
    from transformers import ASTFeatureExtractor, ASTForAudioClassification

    folder = checkpoints / "ast"
    heard = clips(16_000, 0.3, 5.0, 12.0)
    net = ASTForAudioClassification.from_pretrained(folder).eval()
    sounds = [clip.waveform for clip in heard]
    spectrograms = ASTFeatureExtractor.from_pretrained(folder)(sounds, sampling_rate=16_000, return_tensors="pt")
    with torch.inference_mode():
        pooled = net.audio_spectrogram_transformer(spectrograms["input_values"]).pooler_output
        logits = net(spectrograms["input_values"]).logits
    towers = ast_towers(weights=folder, device="cpu")
    assert set(towers) == {"audio", "head"}
    features = towers["audio"].embed(heard)
    np.testing.assert_allclose(features, pooled.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(towers["head"].embed(list(features)), logits.numpy(), rtol=1e-5, atol=1e-5)
    assert (towers["audio"].dim, towers["head"].dim) == (pooled.shape[1], logits.shape[1])


def test_other_rates_are_resampled(checkpoints: Path):
    features = ast_towers(weights=checkpoints / "ast", device="cpu")["audio"].embed(clips(44_100, 1.0))
    assert np.isfinite(features).all()


def test_a_network_saved_without_its_classifier_has_no_head(checkpoints: Path, tmp_path: Path):
    register_missing_operators()
    from transformers import ASTModel

    copytree(checkpoints / "ast", tmp_path, dirs_exist_ok=True)
    ASTModel.from_pretrained(checkpoints / "ast").save_pretrained(tmp_path)
    towers = ast_towers(weights=tmp_path, device="cpu")
    assert set(towers) == {"audio"}
    heard = clips(16_000, 2.0)
    whole = ast_towers(weights=checkpoints / "ast", device="cpu")["audio"]
    np.testing.assert_array_equal(towers["audio"].embed(heard), whole.embed(heard))


def test_a_classifier_that_is_promised_but_not_there_is_told(checkpoints: Path, tmp_path: Path):
    register_missing_operators()
    from transformers import ASTModel

    copytree(checkpoints / "ast", tmp_path, dirs_exist_ok=True)
    ASTModel.from_pretrained(checkpoints / "ast").save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text()) | {"architectures": ["ASTForAudioClassification"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match=r"lack 'classifier\."):
        ast_towers(weights=tmp_path, device="cpu")["audio"].embed(clips(16_000, 1.0))


def test_another_network_is_refused(checkpoints: Path):
    with pytest.raises(UserError, match=r"config\.json: not an AST of transformers"):
        ast_towers(weights=checkpoints / "clap", device="cpu")


def test_a_name_that_the_hub_s_cache_lacks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(NotFetchedError, match="hf download nobody/nothing"):
        ast_towers(weights="nobody/nothing", device="cpu")


def test_a_copy_in_the_hub_s_cache_is_opened_by_its_name(
    checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    cached = tmp_path / "models--some--ast"
    copytree(checkpoints / "ast", cached / "snapshots" / ("0" * 40))
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0" * 40)
    audio = ast_towers(weights="some/ast", device="cpu")["audio"]
    assert audio.name == "some/ast"
    assert audio.embed(clips(16_000, 1.0)).shape == (1, audio.dim)
