"""Rooms: air by the standard's table, decay by another way of measuring, direct sound by the inverse square."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from transform_sounds import RATE, SWEEPS, clicks, clip, hiss, recordings, sweep, tone, world

from evalsuite.audio.transforms import distance, reverb
from evalsuite.audio.transforms.air import attenuation
from evalsuite.audio.transforms.levels import loudness_of

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip

OCTAVES = 62.5 * 2.0 ** np.arange(8)


def test_air_absorbs_as_the_standard_tabulates():
    """ISO 9613-2:1996, table 2, 20 °C and 70 %, in dB/km; it rounds, and stands for whole octaves."""
    table = [0.1, 0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6]
    np.testing.assert_allclose(1000 * attenuation(OCTAVES), table, rtol=0.02, atol=0.05)


@pytest.mark.parametrize("seconds", SWEEPS["reverb"][2:])
def test_a_click_dies_away_in_the_time_asked_for(seconds: float):
    """Read off the sound itself, by a line through the level of its tail."""
    impulse = np.zeros(2 * RATE)
    impulse[100] = 0.9
    (found,) = sweep("reverb", clip(impulse), doses=(seconds,))
    tail = np.square(found.waveform.astype(float))
    steps = tail[: len(tail) // 160 * 160].reshape(-1, 160).mean(axis=1)  # of 10 ms
    times = 0.01 * np.arange(len(steps))
    kept = (times > 0.05) & (times < 0.05 + seconds / 2) & (steps > 0)
    slope = np.polyfit(times[kept], 10 * np.log10(steps[kept]), 1)[0]
    assert -60 / slope == pytest.approx(seconds, rel=0.2)


def test_reverberation_leaves_less_direct_sound():
    ratios = [found.details["drr_db"] for found in sweep("reverb", hiss())[1:]]
    assert ratios == sorted(ratios, reverse=True)


def test_no_reverberation_leaves_every_sample():
    assert sweep("reverb", world(), doses=(0,))[0].waveform is world().waveform


@pytest.mark.parametrize("sound", [hiss(), world()], ids=["hiss", "miniature world"])
def test_reverberation_is_no_volume_sweep(sound: Clip):
    dry = loudness_of(sound.waveform, RATE).at()
    for found in sweep("reverb", sound):
        assert loudness_of(found.waveform, RATE).at() == pytest.approx(dry, abs=0.01)


@pytest.mark.parametrize("name", ["reverb", "distance"])
def test_a_sound_starts_when_it_started(name: str):
    impulse = np.zeros(RATE)
    impulse[4000] = 0.9
    for found in sweep(name, clip(impulse), doses=SWEEPS[name][1:4]):
        assert abs(int(np.abs(found.waveform).argmax()) - 4000) <= 1


def test_the_direct_sound_falls_by_six_decibels_with_each_doubling():
    direct = [distance.impulse_response(float(metres), RATE).direct for metres in SWEEPS["distance"]]
    levels = [np.abs(np.fft.rfft(response, RATE))[500] for response in direct]
    np.testing.assert_allclose(20 * np.log10(levels), -20 * np.log10(SWEEPS["distance"]), atol=0.3)


def test_the_farther_the_duller():
    """The direct sound of 64 m lacks at 8 kHz what the air has taken."""
    direct = distance.impulse_response(64.0, 44_100).direct
    levels = 20 * np.log10(np.abs(np.fft.rfft(direct, 44_100)))
    assert levels[500] - levels[8000] == pytest.approx(64 * attenuation(np.array([8000.0]))[0], abs=0.5)


def test_farther_is_quieter_and_more_reverberant(esc10: Path):
    for sound in [world(), hiss(), *recordings(esc10)]:
        found = [(one.details["lufs"], one.details["drr_db"]) for one in sweep("distance", sound)]
        assert found == sorted(found, reverse=True)
        assert found[0][0] - found[-1][0] > 20


def test_at_one_metre_the_sound_has_its_reference_loudness():
    (near,) = sweep("distance", tone(), doses=(1,))
    assert near.details["lufs"] == pytest.approx(-23, abs=0.5)


def test_what_falls_below_the_gate_is_left_out_of_the_details():
    lone = np.zeros(5 * RATE)
    lone[RATE] = 0.9
    found = sweep("distance", clip(lone), doses=(1, 64))
    assert "lufs" in found[0].details
    assert all(np.isfinite(list(one.details.values())).all() for one in found)


def test_a_room_is_simulated_once_and_for_all():
    first = reverb.impulse_response(0.3, RATE)
    sweep("reverb", clicks())
    assert reverb.impulse_response(0.3, RATE) is first
    reverb.impulse_response.cache_clear()
    np.testing.assert_array_equal(reverb.impulse_response(0.3, RATE).whole, first.whole)
