"""From sound to spectrogram, step by step as published with Sound2Scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.audio.resampling import resample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip, Waveform

SAMPLE_RATE = 16_000
WINDOW = 512
OVERLAP = 353
BINS = WINDOW // 2 + 1
FLOOR = 1e-7
"""Added to the power before the logarithm."""
FLAT = 1e-5
"""A spectrogram that varies less than this, in nepers, is that of silence: rounding errors are not worth amplifying."""


def frames_in(seconds: float) -> int:
    """Return how many columns a spectrogram has (1,004 for 10 s, 500 for 5 s)."""
    return (round(seconds * SAMPLE_RATE) - OVERLAP) // (WINDOW - OVERLAP)


def spectrograms(clips: Sequence[Clip], *, seconds: float) -> npt.NDArray[np.float32]:
    """Return standardised log spectrograms (B, 1, 257, frames), float32.

    At 16 kHz, repeated and then cut to ``seconds``, limited to [-1, 1]; log(S + 1e-7) of the power density S in
    Tukey windows of 512 samples every 159; less its mean and by its standard deviation, clip by clip. That last step
    forgets the loudness, but for what drowns in the floor. Silence gives zeros.
    """
    made = np.empty((len(clips), 1, BINS, frames_in(seconds)), np.float32)
    for row, clip in enumerate(clips):  # one by one: in a batch, the transform's last bits depend on the neighbours
        made[row, 0] = _standardised(_log_power(_heard(clip, seconds)))
    return made


def _heard(clip: Clip, seconds: float) -> Waveform:
    """Return the sound at 16 kHz, repeated or cut to length."""
    sound = resample(clip.waveform, clip.sample_rate, SAMPLE_RATE)
    return np.resize(sound, round(seconds * SAMPLE_RATE)).clip(-1, 1)


def _log_power(sound: Waveform) -> npt.NDArray[np.float32]:
    from scipy.signal import spectrogram

    power = spectrogram(sound, SAMPLE_RATE, nperseg=WINDOW, noverlap=OVERLAP)[2]
    return np.asarray(np.log(power + np.float32(FLOOR)), np.float32)


def _standardised(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    spread = values.std(dtype=np.float64)
    if spread < FLAT:
        return np.zeros_like(values)
    return np.asarray((values - values.mean(dtype=np.float64)) / spread, np.float32)
