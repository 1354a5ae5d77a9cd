"""Our front end of AST against the library's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.audio.loading import load_clip_file
from evalsuite.audio.resampling import resample
from evalsuite.encoders.fbank import FRAME, FilterBank
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import ASTFeatureExtractor

    from evalsuite.audio.clip import Waveform


@pytest.fixture(scope="module", params=["mini", "published"])
def extractor(request: pytest.FixtureRequest) -> ASTFeatureExtractor:
    register_missing_operators()
    from transformers import ASTFeatureExtractor

    from evalsuite.resources import checkpoint

    return ASTFeatureExtractor.from_pretrained(checkpoint("ast")) if request.param == "mini" else ASTFeatureExtractor()


def assert_equal(extractor: ASTFeatureExtractor, sounds: list[Waveform]) -> None:
    wanted = extractor(sounds, sampling_rate=extractor.sampling_rate, return_tensors="np")["input_values"]
    np.testing.assert_array_equal(FilterBank(extractor)(sounds), wanted)


def test_made_up_sounds(extractor: ASTFeatureExtractor):
    noise = np.random.default_rng(0).normal(0, 0.1, 200_000).astype(np.float32)
    click = np.zeros(16_000, np.float32)
    click[700] = 1
    assert_equal(extractor, [noise, click, np.zeros(48_000, np.float32), noise[:FRAME], noise[: FRAME + 1]])


def test_real_recordings(extractor: ASTFeatureExtractor, esc10: Path):
    files = sorted((esc10 / "audio").iterdir())[::80]
    assert_equal(extractor, [resample(*load_clip_file(file), extractor.sampling_rate) for file in files])


def test_a_single_sample_is_heard_as_a_short_silence_with_a_click(extractor: ASTFeatureExtractor):
    padded = np.zeros(FRAME, np.float32)
    padded[0] = 0.5
    np.testing.assert_array_equal(FilterBank(extractor)([padded[:1]]), FilterBank(extractor)([padded]))
