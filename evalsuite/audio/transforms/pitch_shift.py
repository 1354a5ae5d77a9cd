"""By how many semitones one sound lies above another that is otherwise the same, at every moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evalsuite.audio.clip import Waveform

LogSpectrogram = npt.NDArray[np.float64]
"""Shape (frames, bins): level in steps of a tenth of a semitone, less its mean over the octave around."""

STEPS_PER_SEMITONE = 10
WIDEST = 15
"""The largest shift that is looked for, in semitones."""
_LOWEST_HZ = 60.0
_FRAME_SECONDS = 0.1
_OCTAVE = 12 * STEPS_PER_SEMITONE
_FLOOR = 1e-6


def log_spectrogram(waveform: Waveform, rate: int) -> LogSpectrogram:
    """Return how a sound's spectrum stands out from its surroundings, on an axis where a change of pitch is a shift.

    Frames of at least 0.1 s overlap by half; levels end 60 dB below the loudest of all.
    """
    from scipy.ndimage import uniform_filter1d

    power = _band_power(waveform, rate)
    levels = np.log10(power + _FLOOR * power.max() + np.finfo(np.float64).tiny)
    return np.asarray(levels - uniform_filter1d(levels, _OCTAVE, axis=1))


def shift_between(before: LogSpectrogram, after: LogSpectrogram) -> tuple[float, float]:
    """Return the shift in semitones, from -15 to 15, at which two spectrograms correlate best, and that correlation.

    The correlation is that of all frames together, over the bins which both have at that shift. A parabola through the
    best shift and its neighbours gives the place between the tenths. Of a lone click, whose spectrum is flat, no shift
    can be found: its correlation is low, and the shift means nothing.
    """
    match = _correlations(before, after, widest=WIDEST * STEPS_PER_SEMITONE)
    best = int(match[1:-1].argmax()) + 1
    left, middle, right = match[best - 1 : best + 2]
    bend = left - 2 * middle + right
    between = (left - right) / (2 * bend) if bend < 0 else 0.0
    return float((best + between) / STEPS_PER_SEMITONE - WIDEST), float(middle)


def _band_power(waveform: Waveform, rate: int) -> LogSpectrogram:
    """Return the mean power density in bands of a tenth of a semitone, from 60 Hz to 98 % of half the rate."""
    from scipy.fft import rfft

    size = 1 << int(np.ceil(np.log2(_FRAME_SECONDS * rate)))
    padded = np.pad(waveform, (0, max(0, size - len(waveform))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 2]
    power = np.abs(rfft(frames * np.hanning(size).astype(np.float32), axis=1)) ** 2
    bands = int(_OCTAVE * np.log2(0.49 * rate / _LOWEST_HZ))
    edges = _LOWEST_HZ * 2 ** (np.arange(bands + 1) / _OCTAVE) * size / rate + 0.5
    below = np.pad(np.cumsum(power, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    whole = edges.astype(int)
    at_edges = below[:, whole] + (edges - whole) * (below[:, whole + 1] - below[:, whole])
    return np.asarray(np.diff(at_edges, axis=1) / np.diff(edges))


def _correlations(before: LogSpectrogram, after: LogSpectrogram, *, widest: int) -> npt.NDArray[np.float64]:
    """Return the normalised correlation at every shift from ``-widest`` to ``widest`` bins."""
    from scipy.fft import irfft, next_fast_len, rfft

    bins = before.shape[1]
    padded = next_fast_len(2 * bins, real=True)
    spectrum = (rfft(before, padded, axis=1).conj() * rfft(after, padded, axis=1)).sum(axis=0)
    products = np.roll(irfft(spectrum, padded), widest)[: 2 * widest + 1]
    energies = [np.pad(np.cumsum(np.square(levels).sum(axis=0)), (1, 0)) for levels in (before, after)]
    shifts = np.arange(-widest, widest + 1)
    first, last = np.maximum(0, -shifts), np.minimum(bins, bins - shifts)
    shared = [energy[last + by] - energy[first + by] for energy, by in zip(energies, (0, shifts), strict=True)]
    norm = np.sqrt(shared[0] * shared[1])
    return np.asarray(np.divide(products, norm, out=np.zeros_like(norm), where=norm > 0))
