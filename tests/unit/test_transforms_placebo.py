"""Placebo: what each step changes is what it says, and no more than can be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transform_sounds import RATE, hiss, recordings, sweep, world

from evalsuite.audio.transforms.levels import loudness_of
from evalsuite.audio.transforms.placebo import LSB

if TYPE_CHECKING:
    from pathlib import Path

INAUDIBLE_LU = 0.1
FLIPPED, SHIFTED, DITHERED = (1, 5, 6), {2: 4, 3: 14, 6: 14}, (4, 5, 6)
"""By step; shifts in samples at 16 kHz."""


def undone(waveform: np.ndarray, step: int) -> np.ndarray:
    """Return a step's sound with its flip and its shift taken back."""
    straight = -waveform if step in FLIPPED else waveform
    return straight[SHIFTED.get(step, 0) :]


@given(place=st.integers(0, 40), seed=st.integers(0, 2**63 - 1))
@settings(max_examples=8, deadline=None)
def test_no_step_changes_more_than_it_says(place: int, seed: int):
    before = world(place).waveform
    for step, found in enumerate(sweep("placebo", world(place), seed=seed)):
        back = undone(found.waveform, step)
        error = np.abs(back - before[: len(back)]).max()
        assert error <= (1.5 * LSB if step in DITHERED else 0)


def test_no_step_changes_loudness(esc10: Path):
    for sound in [world(), hiss(), *recordings(esc10)]:
        before = loudness_of(sound.waveform, sound.sample_rate).at()
        for found in sweep("placebo", sound):
            assert found.details["lufs"] == pytest.approx(before, abs=INAUDIBLE_LU), sound.id


def test_the_first_step_is_the_sound_itself():
    found = sweep("placebo", world())[0]
    np.testing.assert_array_equal(found.waveform, world().waveform)
    assert "residual_db" not in found.details


def test_a_flip_doubles_the_wave_and_dither_lies_far_below_it():
    flipped, dithered = (sweep("placebo", hiss(), doses=(step,))[0].details["residual_db"] for step in (1, 4))
    assert flipped == pytest.approx(20 * np.log10(2), abs=1e-3)
    assert dithered < -60


def test_dither_is_triangular_and_of_its_seed():
    """Of TPDF dither and rounding together the error has a power of a quarter of a squared step, and no mean."""
    before = hiss(seconds=5)
    one, other = (sweep("placebo", before, doses=(4,), seed=seed)[0].waveform for seed in (1, 2))
    error = (one.astype(float) - before.waveform) / LSB
    assert np.mean(error**2) == pytest.approx(0.25, rel=0.02)
    assert abs(error.mean()) < 0.01
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(one / LSB, np.round(one / LSB))


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_a_shift_is_the_nearest_sample_to_its_time(rate: int):
    before = hiss(seconds=1, rate=rate)
    for step, milliseconds in ((2, 0.25), (3, 0.9)):
        shifted = sweep("placebo", before, doses=(step,))[0].waveform
        by = round(milliseconds * rate / 1000)
        np.testing.assert_array_equal(shifted[by:], before.waveform[: rate - by])
        assert not shifted[:by].any()


def test_same_is_the_same_whatever_the_dose():
    for found, asked in zip(sweep("same", hiss(), doses=(-3, 0.5, 1e9)), (-3, 0.5, 1e9), strict=True):
        assert found.dose == asked
        np.testing.assert_array_equal(found.waveform, hiss().waveform)


def test_rate_is_that_of_the_helper():
    assert world().sample_rate == hiss().sample_rate == RATE
