"""Pitch: a sound made higher or lower, in its own time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.levels import audible, levelled
from evalsuite.audio.transforms.pitch_shift import LogSpectrogram, log_spectrogram, shift_between
from evalsuite.audio.transforms.vocoder import Analysis, analysis_of
from evalsuite.lookahead import ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip

WIDEST = 12.0
"""An octave up or down. Beyond it little is left of most sounds."""


@dataclass(frozen=True, kw_only=True)
class Pitch:
    """Moves every frequency by a number of semitones; tempo, length and loudness (BS.1770-4) are kept.

    By a phase vocoder, :mod:`evalsuite.audio.transforms.vocoder`. 0 leaves the sound as it is. The measured dose is the
    shift at which the spectra of sound and result match best:
    :func:`evalsuite.audio.transforms.pitch_shift.shift_between`.
    """

    name: str = "pitch"
    version: int = 3
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
        sound = _Sound(
            lufs=audible(clip).at(),
            log_spectrogram=log_spectrogram(clip.waveform, clip.sample_rate),
            analysis=analysis_of(clip.waveform, clip.sample_rate),
        )
        return list(ahead(doses, partial(_moved, clip, sound), at_most=len(doses)))


@dataclass(frozen=True, eq=False)
class _Sound:
    """What all shifts of a clip have in common."""

    lufs: float
    log_spectrogram: LogSpectrogram
    analysis: Analysis


def _moved(clip: Clip, sound: _Sound, semitones: float) -> Treated:
    if semitones == 0:
        return Treated(waveform=clip.waveform, dose=0.0)
    shifted = sound.analysis.shifted(2 ** (semitones / 12))
    moved = levelled(shifted, clip.sample_rate, lufs=sound.lufs)
    shift, match = shift_between(sound.log_spectrogram, log_spectrogram(moved.waveform, clip.sample_rate))
    return Treated(waveform=moved.waveform, dose=shift, details={"match": match, **moved.details})


pitch = Pitch()
