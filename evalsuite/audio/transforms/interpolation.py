"""Interpolation: one sound turning into another, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.joining import Part, parts
from evalsuite.audio.transforms.levels import TARGET_LUFS, levelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip


@dataclass(frozen=True, kw_only=True)
class Interpolation:
    """Cross-fades two sounds at equal power: cos(πt/2) of the first and sin(πt/2) of the second, both levelled.

    The result has -23 LUFS, or less where its peaks ask for it. The measured dose is the second's share of the power,
    by the loudness (BS.1770-4) of each in the result: sin²(πt/2) for the t that is asked for, so 0, 0.5 and 1 are kept.
    """

    name: str = "interpolation"
    version: int = 1
    unit: str = ""
    title: str = "share of the second sound"
    sounds: int = 2

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:  # noqa: ARG002 - nothing is random
        """Return the cross-fade of two clips at every t in [0, 1], at the first's rate and length.

        Details: ``lufs`` and ``true_peak_db``. Raises ``UserError`` for another dose or a silent clip.
        """
        check_doses(self, doses, lowest=0, highest=1)
        first, second = parts(clips)
        return [_blend(first, second, t=dose, rate=clips[0].sample_rate) for dose in doses]


def _blend(first: Part, second: Part, *, t: float, rate: int) -> Treated:
    weights = np.cos(np.pi * t / 2), np.sin(np.pi * t / 2)
    blend = levelled(first.samples * weights[0] + second.samples * weights[1], rate, lufs=TARGET_LUFS)
    powers = [_power(part, blend.gain_db, weight) for part, weight in zip((first, second), weights, strict=True)]
    return Treated(waveform=blend.waveform, dose=powers[1] / sum(powers), details=blend.details)


def _power(part: Part, gain_db: float, weight: float) -> float:
    """Return the power by its loudness; 0 below the gate, so that an end of the scale is all of one sound."""
    with np.errstate(divide="ignore"):
        return float(10 ** (part.loudness.at(gain_db + 20 * np.log10(weight)) / 10))


interpolation = Interpolation()
