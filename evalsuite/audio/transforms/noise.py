"""Noise: a sound in white noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.levels import Samples, audible, levelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from evalsuite.audio.clip import Clip

LOWEST, HIGHEST = -40.0, 60.0


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Adds white Gaussian noise, the same at every dose but for its level; the sum is as loud as the sound alone.

    The measured dose is the signal-to-noise ratio found in the result, by the mean power of sound and noise over the
    whole clip. So it is no volume sweep, the sum is brought to the loudness of the clip, as far as its peaks allow.
    """

    name: str = "noise"
    version: int = 1
    unit: str = "dB"
    title: str = "signal-to-noise ratio"
    sounds: int = 1

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:
        """Return the sound of the one clip in noise from ``seed``, at every ratio in dB, from -40 to 60.

        Details: ``lufs`` and ``true_peak_db``. Raises ``UserError`` for another dose or a silent clip.
        """
        check_doses(self, doses, lowest=LOWEST, highest=HIGHEST)
        (clip,) = clips
        lufs = audible(clip).at()
        noise = np.random.default_rng(seed).standard_normal(len(clip.waveform))
        noise *= np.sqrt(_power(clip.waveform) / _power(noise))
        return [_noisy(clip, noise * 10 ** (-dose / 20), lufs=lufs) for dose in doses]


def _noisy(clip: Clip, noise: Samples, *, lufs: float) -> Treated:
    mixture = levelled(clip.waveform + noise, clip.sample_rate, lufs=lufs)
    sound = clip.waveform * 10 ** (mixture.gain_db / 20)
    ratio_db = 10 * np.log10(_power(sound) / _power(mixture.waveform - sound))
    return Treated(waveform=mixture.waveform, dose=float(ratio_db), details=mixture.details)


def _power(samples: npt.NDArray[np.floating]) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64)))


noise = Noise()
