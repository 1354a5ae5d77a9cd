from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from backbones import tone

from baselines.sound2scene.front_end import frames_in, spectrograms
from evalsuite.audio.clip import Clip

NOISE = np.random.default_rng(0).uniform(-0.5, 0.5, 16_000).astype(np.float32)


def clip(waveform: np.ndarray, *, rate: int = 16_000) -> Clip:
    return Clip(id="x", waveform=waveform.astype(np.float32), sample_rate=rate, sha256="x")


@pytest.mark.parametrize(("seconds", "frames"), [(10.0, 1004), (5.0, 500), (1.0, 98)])
def test_shape_is_the_published_one(seconds: float, frames: int):
    made = spectrograms([clip(NOISE), tone(440)], seconds=seconds)
    assert made.shape == (2, 1, 257, frames)
    assert made.dtype == np.float32
    assert frames_in(seconds) == frames


def test_is_the_published_formula_in_double_precision():
    from scipy.signal import spectrogram

    sound = np.tile(NOISE.astype(np.float64), 10)[:80_000]
    wanted = np.log(spectrogram(sound, 16_000, nperseg=512, noverlap=353)[2] + 1e-7)
    wanted = (wanted - wanted.mean()) / wanted.std()
    np.testing.assert_allclose(spectrograms([clip(NOISE)], seconds=5.0)[0, 0], wanted, atol=2e-3)


def test_short_sound_is_repeated_and_long_one_cut():
    twice = spectrograms([clip(np.tile(NOISE, 2))], seconds=2.0)
    np.testing.assert_array_equal(spectrograms([clip(NOISE)], seconds=2.0), twice)
    np.testing.assert_array_equal(spectrograms([clip(np.tile(NOISE, 3))], seconds=2.0), twice)


def test_sound_is_limited_to_full_scale():
    loud = np.where(NOISE > 0.4, np.float32(3), NOISE)
    limited = np.where(NOISE > 0.4, np.float32(1), NOISE)
    np.testing.assert_array_equal(spectrograms([clip(loud)], seconds=1.0), spectrograms([clip(limited)], seconds=1.0))


def test_each_clip_is_standardised_by_itself():
    made = spectrograms([clip(NOISE), clip(NOISE / 8), tone(3000)], seconds=1.0)
    np.testing.assert_allclose(made.mean(axis=(1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(made.std(axis=(1, 2, 3)), 1, atol=1e-5)


def test_loudness_is_forgotten_far_above_the_floor():
    loud, quiet = spectrograms([clip(NOISE), clip(NOISE / 2)], seconds=1.0)
    assert np.abs(loud - quiet).mean() < 0.1
    assert not np.array_equal(loud, quiet)


def test_batch_changes_no_bit():
    clips = [clip(NOISE), tone(440), tone(880, rate=44_100)]
    together = spectrograms(clips, seconds=1.0)
    for row, one in enumerate(clips):
        np.testing.assert_array_equal(spectrograms([one], seconds=1.0)[0], together[row])


def test_a_tone_is_brightest_at_its_own_pitch_whatever_the_sample_rate():
    for rate in (16_000, 44_100):
        loudest = spectrograms([tone(3000, rate=rate)], seconds=1.0)[0, 0].mean(axis=1).argmax()
        assert loudest == round(3000 / (16_000 / 512))


@pytest.mark.parametrize("waveform", [np.zeros(16_000), np.zeros(1), np.zeros(0), np.array([0.7]), np.full(500, 0.3)])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_what_holds_nothing_gives_zeros(waveform: np.ndarray, rate: int):
    made = spectrograms([clip(waveform, rate=rate)], seconds=1.0)
    assert np.isfinite(made).all()
    if rate == 16_000:
        assert not made.any()


def test_one_loud_sample_in_silence_is_heard():
    click = np.zeros(16_000)
    click[8_000] = 1
    made = spectrograms([clip(click)], seconds=1.0)
    assert np.isfinite(made).all()
    assert made.std() == pytest.approx(1, abs=1e-4)


def test_sound_is_not_changed():
    sound = tone(440)
    before = sound.waveform.copy()
    spectrograms([sound, replace(sound, waveform=sound.waveform * 3)], seconds=0.5)
    np.testing.assert_array_equal(sound.waveform, before)
