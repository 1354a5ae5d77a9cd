"""Resampling keeps pitch, length in seconds and loudness."""

from __future__ import annotations

import numpy as np
import pytest

from evalsuite.audio.resampling import resample


def test_same_rate_is_the_same_waveform() -> None:
    waveform = np.ones(100, np.float32)
    assert resample(waveform, 16_000, 16_000) is waveform


@pytest.mark.parametrize(("from_rate", "to_rate"), [(44_100, 16_000), (16_000, 44_100), (22_050, 16_000)])
def test_sine_stays_the_same_sine(from_rate: int, to_rate: int) -> None:
    def sine(rate: int) -> np.ndarray:
        return (0.3 * np.sin(2 * np.pi * 1_000 * np.arange(rate) / rate)).astype(np.float32)

    resampled = resample(sine(from_rate), from_rate, to_rate)
    assert (resampled.dtype, resampled.shape) == (np.float32, (to_rate,))
    edge = to_rate // 10
    np.testing.assert_allclose(resampled[edge:-edge], sine(to_rate)[edge:-edge], atol=1e-3)


def test_what_the_lower_rate_cannot_hold_is_removed() -> None:
    high = np.sin(2 * np.pi * 12_000 * np.arange(44_100) / 44_100).astype(np.float32)
    assert np.abs(resample(high, 44_100, 16_000)[1_600:-1_600]).max() < 1e-3
