"""Mixing: two sounds at once, the first louder or quieter than the second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.joining import Part, parts
from evalsuite.audio.transforms.levels import TARGET_LUFS, levelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip

WIDEST = 20.0
"""Beyond this many LU the quieter sound is hardly heard beside the other."""


@dataclass(frozen=True, kw_only=True)
class Mixing:
    """Adds two sounds that differ in loudness; the sum has -23 LUFS, or less where its peaks ask for it.

    The measured dose is the loudness of the first less that of the second (BS.1770-4), each as it is in the mixture.
    """

    name: str = "mixing"
    version: int = 1
    unit: str = "LU"
    title: str = "loudness of the first sound above the second"
    sounds: int = 2

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:  # noqa: ARG002 - nothing is random
        """Return the mixture of two clips at every difference in LU, from -20 to 20, at the first's rate and length.

        Details: ``lufs`` and ``true_peak_db`` of the mixture. Raises ``UserError`` for another dose or a silent clip.
        """
        check_doses(self, doses, lowest=-WIDEST, highest=WIDEST)
        first, second = parts(clips)
        return [_mixture(first, second, difference=dose, rate=clips[0].sample_rate) for dose in doses]


def _mixture(first: Part, second: Part, *, difference: float, rate: int) -> Treated:
    """Raise the first by half of the difference in LU, and lower the second by the other half."""
    half = difference / 2
    gain = 10 ** (half / 20)
    mixture = levelled(first.samples * gain + second.samples / gain, rate, lufs=TARGET_LUFS)
    found = first.loudness.at(mixture.gain_db + half) - second.loudness.at(mixture.gain_db - half)
    return Treated(waveform=mixture.waveform, dose=found, details=mixture.details)


mixing = Mixing()
