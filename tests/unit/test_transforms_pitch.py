"""Pitch: what is heard moves by the semitones asked for, time stays, and the measurement is right by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from transform_sounds import RATE, chord, clip, hiss, sweep, tone, world

from evalsuite.audio.transforms.pitch_shift import log_spectrogram, shift_between

if TYPE_CHECKING:
    from evalsuite.audio.clip import Clip


def found_between(before: Clip, after: Clip) -> tuple[float, float]:
    return shift_between(*(log_spectrogram(sound.waveform, sound.sample_rate) for sound in (before, after)))


@pytest.mark.parametrize("semitones", [-12, -7.3, -4, -1, -0.25, 0, 0.1, 3, 7, 11.5])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_two_notes_are_as_far_apart_as_they_were_synthesised(semitones: float, rate: int):
    """No transform takes part: the truth is in the synthesis."""
    higher = chord(300 * 2 ** (semitones / 12), rate=rate)
    assert found_between(chord(300, rate=rate), higher)[0] == pytest.approx(semitones, abs=0.05)


def test_loudness_does_not_matter_to_the_measurement():
    quieter = clip(0.01 * chord(300 * 2 ** (5 / 12)).waveform)
    assert found_between(chord(300), quieter)[0] == pytest.approx(5, abs=0.05)


def test_the_match_tells_a_shift_from_an_unrelated_sound():
    shifted, other = sweep("pitch", world(), doses=(5,))[0], hiss(seconds=5)
    assert shifted.details["match"] > 0.7
    assert found_between(world(), other)[1] < 0.3


@pytest.mark.parametrize("semitones", [-12, -5, -1, 1, 5, 12])
def test_a_tone_is_heard_at_its_new_frequency(semitones: float):
    (found,) = sweep("pitch", tone(440), doses=(semitones,))
    spectrum = np.abs(np.fft.rfft(found.waveform * np.hanning(len(found.waveform)), 1 << 19))
    heard = spectrum.argmax() * RATE / (1 << 19)
    assert 12 * np.log2(heard / 440) == pytest.approx(semitones, abs=0.1)


@pytest.mark.parametrize("semitones", [-7, 7])
def test_tempo_is_kept(semitones: float):
    """A burst begins and ends when it did, to a hundredth of a second."""
    samples = chord(300).waveform.copy()
    samples[: RATE // 2] = samples[-RATE // 2 :] = 0
    (found,) = sweep("pitch", clip(samples), doses=(semitones,))
    heard = np.flatnonzero(np.abs(found.waveform) > 0.1 * np.abs(found.waveform).max())
    np.testing.assert_allclose(heard[[0, -1]] / RATE, [0.5, 1.5], atol=0.02)


def test_no_semitone_leaves_every_sample():
    before = world()
    (found,) = sweep("pitch", before, doses=(0,))
    assert found.waveform is before.waveform


def test_loudness_is_kept():
    found = sweep("pitch", chord(220), doses=(-7, 0.5, 7))
    lufs = [treated.details["lufs"] for treated in found]
    np.testing.assert_allclose(lufs, lufs[0], atol=0.01)
