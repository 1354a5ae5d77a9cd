from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from backbones import tone

from evalsuite.encoders.base import FeatureExtractor
from evalsuite.encoders.clap import clap_towers
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MEDIA: dict[str, list[Any]] = {
    "audio": [tone(440, seconds=7), tone(220, seconds=2), tone(880, rate=44_100), tone(440, gain=0.1)],
    "text": ["the sound of dog", "rain far away at night in a hall", "crying baby", "a passing train"],
}


@pytest.fixture(scope="module")
def towers(checkpoints: Path) -> Mapping[Any, Any]:
    return clap_towers(weights=checkpoints / "clap", device="cpu")


@pytest.mark.parametrize("modality", ["audio", "text"])
def test_features_do_not_depend_on_the_batch(towers: Mapping[Any, Any], modality: str):
    tower, batch = towers[modality], MEDIA[modality]
    assert isinstance(tower, FeatureExtractor)
    together = tower.embed(batch)
    assert (together.dtype, together.shape) == (np.float32, (4, 128))
    assert np.abs(together - np.concatenate([tower.embed([item]) for item in batch])).max() < 1e-5
    assert len(np.unique(together.round(4), axis=0)) == 4, "different media have different features"


def test_a_long_clip_is_heard_from_its_start_and_not_at_random(towers: Mapping[Any, Any]):
    long, start = tone(440, seconds=12), tone(440, seconds=5)
    long.waveform[len(start.waveform) :] = 0
    np.testing.assert_allclose(towers["audio"].embed([long]), towers["audio"].embed([start]), atol=1e-5)


def test_features_are_those_of_transformers_own_processing(checkpoints: Path, towers: Mapping[Any, Any]):
    import torch
    from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

    folder = checkpoints / "clap"
    model = ClapModel.from_pretrained(folder).eval()
    clip = tone(440, seconds=2)
    inputs = ClapFeatureExtractor.from_pretrained(folder)(clip.waveform, sampling_rate=16_000, return_tensors="pt")
    tokens = AutoTokenizer.from_pretrained(folder)(["a dog"], return_tensors="pt")
    with torch.inference_mode():
        audio = model.get_audio_features(input_features=inputs.input_features.float()).pooler_output
        text = model.get_text_features(tokens.input_ids, attention_mask=tokens.attention_mask).pooler_output
    np.testing.assert_allclose(towers["audio"].embed([clip]), audio, atol=1e-5)
    np.testing.assert_allclose(towers["text"].embed(["a dog"]), text, atol=1e-5)


def test_another_network_is_told(checkpoints: Path):
    with pytest.raises(UserError, match="not a CLAP of transformers"):
        clap_towers(weights=checkpoints / "ast", device="cpu")
