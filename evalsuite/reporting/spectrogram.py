"""A small spectrogram to look at. Nothing is measured on it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evalsuite.audio.clip import Waveform

WIDTH, HEIGHT = 120, 36
WINDOW = 1024
RANGE_DB = 70.0
"""Sounds this far below the loudest one are white."""
LOWEST_HZ = 60.0


def spectrogram(waveform: Waveform, *, sample_rate: int) -> npt.NDArray[np.uint8]:
    """Return a picture (36, 120), uint8, of mono samples: time to the right, log frequency upwards, loud is black.

    Shades are relative to the clip's loudest moment; a silent clip is white.
    """
    power = _power(waveform)
    edges = np.geomspace(LOWEST_HZ, sample_rate / 2, HEIGHT + 1) * WINDOW / sample_rate
    bands = np.stack([_band(power, low, high) for low, high in itertools.pairwise(edges)], axis=-1)
    loudness = 10 * np.log10(bands / max(float(bands.max()), 1e-9) + 1e-12)
    shade: npt.NDArray[np.float64] = 255 * np.clip(-loudness / RANGE_DB, 0, 1)
    return np.round(shade.T[::-1]).astype(np.uint8)


def _band(power: npt.NDArray[np.float64], low: float, high: float) -> npt.NDArray[np.float64]:
    """Return the mean power (120,) of the bins from ``low`` to ``high``, or of the nearest where none lies between."""
    first = min(round(low), power.shape[1] - 1)
    return np.asarray(power[:, first : max(round(high), first + 1)].mean(axis=1))


def _power(waveform: Waveform) -> npt.NDArray[np.float64]:
    """Return the power (120, 513) of evenly spaced, Hann-windowed frames."""
    padded = np.pad(waveform.astype(np.float64), WINDOW // 2)
    starts = np.linspace(0, len(padded) - WINDOW, WIDTH).astype(int)
    frames = padded[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    return np.asarray(np.abs(np.fft.rfft(frames)) ** 2)
