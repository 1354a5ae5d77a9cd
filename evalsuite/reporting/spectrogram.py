"""A small spectrogram to look at. Nothing is measured on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evalsuite.audio.clip import Waveform

WIDTH, HEIGHT = 160, 48
WINDOW = 1024
RANGE_DB = 70.0
"""Sounds this far below the loudest one are white."""
LOWEST_HZ = 60.0


def spectrogram(waveform: Waveform, *, sample_rate: int) -> npt.NDArray[np.uint8]:
    """Return a picture (48, 160), uint8, of mono samples: time to the right, log frequency upwards, loud is black.

    Shades are relative to the clip's loudest moment; a silent clip is white.
    """
    power = _power(waveform)
    edges = np.geomspace(LOWEST_HZ, sample_rate / 2, HEIGHT + 1) * WINDOW / sample_rate
    centres = np.clip(np.sqrt(edges[1:] * edges[:-1]), 0, WINDOW // 2)
    bins = np.arange(power.shape[1])
    bands = np.stack([np.interp(centres, bins, frame) for frame in power])
    loudness = 10 * np.log10(bands / max(float(bands.max()), 1e-9) + 1e-12)
    shade: npt.NDArray[np.float64] = 255 * np.clip(-loudness / RANGE_DB, 0, 1)
    return np.round(shade.T[::-1]).astype(np.uint8)


def _power(waveform: Waveform) -> npt.NDArray[np.float64]:
    """Return the power (160, 513) of evenly spaced, Hann-windowed frames."""
    padded = np.pad(waveform.astype(np.float64), WINDOW // 2)
    starts = np.linspace(0, len(padded) - WINDOW, WIDTH).astype(int)
    frames = padded[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    return np.asarray(np.abs(np.fft.rfft(frames)) ** 2)
