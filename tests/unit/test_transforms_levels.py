"""Loudness and true peak, held against pyloudnorm and the standard; volume, mixing, interpolation, noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transform_sounds import RATE, SWEEPS, chord, clicks, clip, hiss, measured, recordings, sweep, tone, world

from evalsuite.audio.transforms.levels import levelled, loudness_of, true_peak_db

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip

LOUDNESSES = st.floats(-60, 0)


def meter(waveform: np.ndarray, rate: int = RATE) -> float:
    return float(pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(waveform.astype(np.float64)))


@pytest.mark.parametrize("sound", [tone(), hiss(), clicks(), world()], ids=lambda sound: sound.id)
@pytest.mark.parametrize("gain_db", [0, -20, -37.5, -50])
def test_loudness_after_a_gain_is_what_the_meter_says(sound: Clip, gain_db: float):
    quieter = sound.waveform * 10 ** (gain_db / 20)
    assert loudness_of(sound.waveform, RATE).at(gain_db) == pytest.approx(meter(quieter), abs=1e-6)


def test_a_sine_of_997_hz_at_full_scale_has_minus_three_lufs():
    """ITU-R BS.1770-4: -3.01 LKFS in one front channel."""
    sine = tone(997, level=1.0, rate=48_000)
    assert loudness_of(sine.waveform, 48_000).at() == pytest.approx(-3.01, abs=0.002)


def test_the_pause_between_sounds_does_not_count():
    sound = hiss(seconds=2).waveform
    with_pause = np.concatenate([sound, np.zeros(4 * RATE, np.float32)])
    assert loudness_of(with_pause, RATE).at() == pytest.approx(loudness_of(sound, RATE).at(), abs=0.5)


def test_a_sound_shorter_than_a_block_is_as_loud_as_its_repetition():
    assert loudness_of(tone(seconds=0.1).waveform, RATE).at() == pytest.approx(meter(tone().waveform), abs=0.05)


def test_silence_has_no_loudness():
    assert loudness_of(np.zeros(RATE, np.float32), RATE).at() == -np.inf


def test_the_true_peak_lies_between_the_samples():
    """A sine of a quarter of the rate, sampled 45° off its crests, peaks 3.01 dB above its samples."""
    sine = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4).astype(np.float32) * np.hanning(RATE)
    assert true_peak_db(sine, RATE) == pytest.approx(0, abs=0.05)
    assert 20 * np.log10(np.abs(sine).max()) == pytest.approx(-3.01, abs=0.01)


@given(lufs=LOUDNESSES)
@settings(max_examples=10, deadline=None)
def test_a_sound_reaches_its_loudness_or_its_ceiling(lufs: float):
    found = levelled(world().waveform, RATE, lufs=lufs)
    assert meter(found.waveform) == pytest.approx(found.details["lufs"], abs=0.01)
    assert found.details["true_peak_db"] == pytest.approx(true_peak_db(found.waveform, RATE), abs=0.01)
    if found.details["true_peak_db"] < -1 - 1e-6:
        assert found.details["lufs"] == pytest.approx(lufs, abs=0.01)
    else:
        assert found.details["lufs"] <= lufs + 0.01


@given(lufs=LOUDNESSES, place=st.integers(0, 40))
@settings(max_examples=10, deadline=None)
def test_volume_leaves_the_shape_of_the_wave(lufs: float, place: int):
    before = world(place)
    (found,) = sweep("volume", before, doses=(lufs,))
    gain = 10 ** (found.details["gain_db"] / 20)
    np.testing.assert_allclose(found.waveform, before.waveform * gain, rtol=1e-5, atol=1e-9)


@given(quiet=LOUDNESSES, louder=st.floats(0, 20))
@settings(max_examples=10, deadline=None)
def test_volume_never_falls_when_more_is_asked_for(quiet: float, louder: float):
    first, second = measured(sweep("volume", clicks(), doses=(quiet, min(0, quiet + louder))))
    assert second >= first - 1e-6


def test_volume_is_what_another_meter_says():
    for asked, found in zip(SWEEPS["volume"], sweep("volume", hiss()), strict=True):
        assert meter(found.waveform) == pytest.approx(asked, abs=0.01)
        assert found.dose == pytest.approx(asked, abs=0.01)


def test_volume_says_what_was_reached_where_peaks_hold_it_back():
    (found,) = sweep("volume", clicks(), doses=(-10,))
    assert found.dose < -20
    assert found.dose == pytest.approx(meter(found.waveform), abs=0.01)
    assert true_peak_db(found.waveform, RATE) == pytest.approx(-1, abs=0.01)


def test_volume_of_real_recordings(esc10: Path):
    for recording in recordings(esc10, every=50):
        for asked, found in zip(SWEEPS["volume"], sweep("volume", recording), strict=True):
            held_back = found.details["true_peak_db"] > -1 - 1e-6
            assert found.dose < asked if held_back else found.dose == pytest.approx(asked, abs=0.01), recording.id


def test_a_mixture_is_the_sum_of_its_parts_at_their_difference():
    first, second = tone(440).waveform.astype(float), hiss().waveform.astype(float)
    for asked, found in zip(SWEEPS["mixing"], sweep("mixing", tone(440), hiss()), strict=True):
        (a, b), *_ = np.linalg.lstsq(np.stack([first, second], axis=1), found.waveform, rcond=None)
        np.testing.assert_allclose(found.waveform, a * first + b * second, atol=1e-6)
        assert meter(a * first) - meter(b * second) == pytest.approx(asked, abs=0.01)
        assert meter(found.waveform) == pytest.approx(-23, abs=0.01)


def test_two_real_recordings_of_a_mixture_are_both_there(esc10: Path):
    first, second, *_ = recordings(esc10)
    np.testing.assert_allclose(measured(sweep("mixing", first, second)), SWEEPS["mixing"], atol=0.05)


@pytest.mark.parametrize("name", ["mixing", "interpolation"])
def test_the_second_sound_takes_rate_and_length_of_the_first(name: str):
    second = tone(300, seconds=0.5, rate=44_100)
    long = sweep(name, hiss(), second)
    same = sweep(name, hiss(), tone(300, seconds=2.0, rate=RATE))
    for found, wanted in zip(long, same, strict=True):
        assert found.waveform.shape == wanted.waveform.shape
        assert found.dose == pytest.approx(wanted.dose, abs=0.1)


def test_the_ends_of_an_interpolation_are_the_two_sounds_alone():
    found = sweep("interpolation", tone(440), hiss(), doses=(0, 1))
    for blend, alone in zip(found, (tone(440), hiss()), strict=True):
        assert np.corrcoef(blend.waveform, alone.waveform)[0, 1] == pytest.approx(1, abs=1e-6)


@given(t=st.floats(0, 1))
@settings(max_examples=10, deadline=None)
def test_an_interpolation_fades_at_equal_power(t: float):
    (found,) = sweep("interpolation", chord(220), hiss(), doses=(t,))
    assert found.dose == pytest.approx(np.sin(np.pi * t / 2) ** 2, abs=0.01)


def test_noise_is_white_and_from_its_seed():
    one, same, other = (sweep("noise", tone(), doses=(-40,), seed=seed)[0].waveform for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.05
    power = np.abs(np.fft.rfft(one)) ** 2
    quarters = [part.mean() for part in np.array_split(power, 4)]
    np.testing.assert_allclose(quarters, np.mean(quarters), rtol=0.1)


def test_noise_is_no_volume_sweep():
    loudness = [meter(found.waveform) for found in sweep("noise", hiss())]
    np.testing.assert_allclose(loudness, meter(hiss().waveform), atol=0.01)


def test_a_clip_at_the_edge_of_silence_can_still_be_treated():
    """Near -70 LUFS a gain changes which blocks count, and no loudness is sure to be reached."""
    faint = clip(hiss().waveform * 10 ** (-40 / 20))
    assert -70 < meter(faint.waveform) < -60
    assert sweep("volume", faint, doses=(-23,))[0].dose == pytest.approx(-23, abs=0.01)
    assert np.isfinite(sweep("noise", faint)[0].waveform).all()
