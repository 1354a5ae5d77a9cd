"""The phase vocoder: what it does to tones, to clicks, to a level, and to nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transform_sounds import chord, clicks, clip, hiss, tone

from evalsuite.audio.transforms.vocoder import analysis_of

if TYPE_CHECKING:
    from evalsuite.audio.clip import Clip

RATIOS = st.floats(0.5, 2.0)


def shifted(sound: Clip, ratio: float) -> np.ndarray:
    return analysis_of(sound.waveform, sound.sample_rate).shifted(ratio)


@pytest.mark.parametrize("sound", [hiss(), chord(220), tone(1000, rate=44_100)], ids=lambda sound: sound.id)
def test_a_ratio_of_one_gives_the_sound_back(sound: Clip) -> None:
    np.testing.assert_allclose(shifted(sound, 1.0), sound.waveform, atol=1e-5)


@given(ratio=RATIOS, samples=st.integers(0, 20_000), rate=st.sampled_from([8_000, 22_050, 48_000]))
@settings(max_examples=40, deadline=None)
def test_every_length_is_kept_and_every_sample_finite(ratio: float, samples: int, rate: int) -> None:
    sound = clip(np.random.default_rng(samples).normal(0, 0.1, samples), rate=rate)
    found = shifted(sound, ratio)
    assert found.shape == (samples,)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@given(ratio=RATIOS, halvings=st.integers(0, 10))
@settings(max_examples=20, deadline=None)
def test_a_quieter_sound_is_moved_alike(ratio: float, halvings: int) -> None:
    """To the bit, if the gain is a power of two: rounding finds other peaks in what is next to nothing."""
    sound, gain = chord(330, seconds=0.5), np.float32(0.5**halvings)
    quieter = replace(sound, waveform=sound.waveform * gain)
    np.testing.assert_array_equal(shifted(quieter, ratio), gain * shifted(sound, ratio))


@pytest.mark.parametrize("hertz", [440.0, 1002.3, 2001.7])
@pytest.mark.parametrize("semitones", [-12, -7, -1, 1, 7, 10, 12])
def test_a_tone_stays_one_tone(hertz: float, semitones: int) -> None:
    """The rest lies 30 dB below what is within 10 Hz of the new frequency, and the level does not waver by 1 dB."""
    ratio = 2 ** (semitones / 12)
    found = shifted(tone(hertz, seconds=2), ratio)[4_000:-4_000]
    power = np.abs(np.fft.rfft(found * np.hanning(len(found)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(found), 1 / 16_000) - hertz * ratio) < 10
    assert power[~near].sum() < 1e-3 * power.sum()
    levels = np.sqrt([np.mean(part**2) for part in np.array_split(found, len(found) // 100)])  # of 6 ms
    slow = np.convolve(levels, np.ones(3) / 3, "valid")
    assert slow.max() < 10 ** (1 / 20) * slow.min()


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
