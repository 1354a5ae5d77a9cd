"""Changing a sound's sample rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evalsuite.audio.clip import Waveform


def resample(waveform: Waveform, from_rate: int, to_rate: int) -> Waveform:
    """Return mono float32 samples at ``to_rate`` Hz, by soxr's «HQ» filter; loudness is kept.

    An overshoot of the filter can leave [-1, 1] a little: it is left as it is, since clipping would distort it.
    """
    if from_rate == to_rate:
        return waveform
    import soxr

    return np.asarray(soxr.resample(waveform, from_rate, to_rate, quality="HQ"), np.float32)
