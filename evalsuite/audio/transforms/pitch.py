"""Pitch: a sound made higher or lower, in its own time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.levels import audible, levelled
from evalsuite.audio.transforms.pitch_shift import LogSpectrogram, log_spectrogram, shift_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip, Waveform

WIDEST = 12.0
"""An octave up or down. Beyond it little is left of most sounds."""
BLOCK_SECONDS, STEP_SECONDS = 0.1, 0.04
"""Of the stretch: its authors' cheaper preset, at three quarters of the cost of the default."""


@dataclass(frozen=True, kw_only=True)
class Pitch:
    """Moves every frequency by a number of semitones; tempo, length and loudness (BS.1770-4) are kept.

    By Signalsmith Stretch (python-stretch). 0 leaves the sound as it is. The measured dose is the shift at which the
    spectra of sound and result match best: see :func:`evalsuite.audio.transforms.pitch_shift.shift_between`.
    """

    name: str = "pitch"
    version: int = 2
    unit: str = "semitones"
    title: str = "pitch"
    sounds: int = 1

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:  # noqa: ARG002 - nothing is random
        """Return the sound of the one clip moved by every number of semitones, from -12 to 12.

        Details: ``match``, the correlation of the spectra at the measured shift, from which one sees whether there was
        a pitch to be found; ``lufs`` and ``true_peak_db``. At 0 there are none. Raises ``UserError`` for another dose
        or a silent clip.
        """
        check_doses(self, doses, lowest=-WIDEST, highest=WIDEST)
        (clip,) = clips
        lufs = audible(clip).at()
        before = log_spectrogram(clip.waveform, clip.sample_rate)
        return [_moved(clip, before, semitones=dose, lufs=lufs) for dose in doses]


def _moved(clip: Clip, before: LogSpectrogram, *, semitones: float, lufs: float) -> Treated:
    if semitones == 0:
        return Treated(waveform=clip.waveform, dose=0.0)
    moved = levelled(_stretched(clip, semitones), clip.sample_rate, lufs=lufs)
    shift, match = shift_between(before, log_spectrogram(moved.waveform, clip.sample_rate))
    return Treated(waveform=moved.waveform, dose=shift, details={"match": match, **moved.details})


def _stretched(clip: Clip, semitones: float) -> Waveform:
    from python_stretch import Signalsmith

    stretch = Signalsmith.Stretch(0)  # its own seed: without one, each instance draws another
    stretch.configure(1, round(BLOCK_SECONDS * clip.sample_rate), round(STEP_SECONDS * clip.sample_rate))
    stretch.setTransposeSemitones(semitones)
    moved: Waveform = np.asarray(stretch.process(clip.waveform[np.newaxis]), np.float32)[0]
    return moved


pitch = Pitch()
