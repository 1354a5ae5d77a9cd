"""The phase vocoder: what it does to tones, to clicks, to a level, and to nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transform_sounds import chord, clicks, hiss, tone

from evalsuite.audio.transforms.vocoder import analysis_of

if TYPE_CHECKING:
    from evalsuite.audio.clip import Clip

RATIOS = st.floats(0.5, 2.0)


def shifted(sound: Clip, ratio: float) -> np.ndarray:
    return analysis_of(sound.waveform, sound.sample_rate).shifted(ratio)


@pytest.mark.parametrize("sound", [hiss(), chord(220), tone(1000, rate=44_100)], ids=lambda sound: sound.id)
def test_a_ratio_of_one_is_the_sound_times_what_the_windows_add_up_to(sound: Clip) -> None:
    found = shifted(sound, 1.0)
    np.testing.assert_allclose(found, 1.5 * sound.waveform, atol=1e-5)


@given(ratio=RATIOS, seconds=st.floats(0.01, 1.0))
@settings(max_examples=30, deadline=None)
def test_every_length_is_kept_and_every_sample_finite(ratio: float, seconds: float) -> None:
    sound = hiss(seconds=seconds)
    found = shifted(sound, ratio)
    assert found.shape == sound.waveform.shape
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@given(ratio=RATIOS, gain=st.floats(1e-3, 1.0))
@settings(max_examples=20, deadline=None)
def test_a_quieter_sound_is_moved_alike(ratio: float, gain: float) -> None:
    sound = chord(330, seconds=0.5)
    quieter = replace(sound, waveform=sound.waveform * np.float32(gain))
    np.testing.assert_allclose(shifted(quieter, ratio), gain * shifted(sound, ratio), atol=1e-4 * gain)


@pytest.mark.parametrize("ratio", [0.5, 0.8, 1.25, 2.0])
def test_a_tone_stays_one_tone(ratio: float) -> None:
    """All but a thousandth of the power lies within a semitone of the new frequency, and the level does not waver."""
    found = shifted(tone(440, seconds=2), ratio)[4_000:-4_000]
    power = np.abs(np.fft.rfft(found * np.hanning(len(found)))) ** 2
    hertz = np.fft.rfftfreq(len(found), 1 / 16_000)
    near = np.abs(np.log2(np.maximum(hertz, 1) / (440 * ratio))) < 1 / 12
    assert power[near].sum() > 0.999 * power.sum()
    levels = [np.sqrt(np.mean(part**2)) for part in np.array_split(found, 40)]
    assert max(levels) < 1.1 * min(levels)


@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_clicks_stay_where_they_were(ratio: float) -> None:
    """Most of the power lies within 30 ms of a click."""
    sound = clicks()
    found = shifted(sound, ratio)
    times = np.arange(len(found))
    beside = np.min(np.abs(times[:, None] - np.flatnonzero(sound.waveform)), axis=1) < 0.03 * 16_000
    assert (found[beside] ** 2).sum() > 0.8 * (found**2).sum()


def test_what_lies_beyond_half_the_rate_is_lost() -> None:
    found = shifted(tone(6_000), 2.0)[4_000:-4_000]  # it begins and ends with a click, which has all frequencies
    assert np.abs(found).max() < 1e-3


def test_silence_stays_silent() -> None:
    silent = replace(hiss(), waveform=np.zeros(16_000, np.float32))
    assert not shifted(silent, 1.5).any()
