"""Distance: a sound from farther and farther away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.levels import (
    CEILING_DB,
    TARGET_LUFS,
    amplified,
    audible,
    finite,
    levelled,
    loudness_of,
    true_peak_db,
)
from evalsuite.audio.transforms.rooms import Answer, Room, answer, heard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip, Waveform

NEAREST, FARTHEST = 1.0, 64.0
"""Metres. At 1 m the direct sound is the clip, brought to -23 LUFS or as near as its peaks allow."""
SIZE, SOURCE = (100.0, 60.0, 20.0), (18.0, 30.0, 10.0)
RT60 = 1.2
"""Sabine's time in seconds, which stands for walls that take 88 % of the power, as open as a square."""
BAND_HZ = slice(125, 500)
"""Where the level of the direct sound is read: here the air takes less than 0.2 dB on the longest way."""


@dataclass(frozen=True, kw_only=True)
class Distance:
    """Moves the listener away: the direct sound falls by 6 dB with each doubling and grows dull, the echoes stay.

    A simulated space of 100 m × 60 m × 20 m with air as of ISO 9613-1 (20 °C, 70 % humidity). The delay of the way is
    left out and the length kept. The measured dose is the distance that the level of the direct sound tells, by
    20 log10(d / 1 m), between 125 and 500 Hz.
    """

    name: str = "distance"
    version: int = 1
    unit: str = "m"
    title: str = "distance"
    sounds: int = 1

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:  # noqa: ARG002 - nothing is random
        """Return the sound of the one clip from every distance in metres, from 1 to 64.

        Details: ``drr_db`` (direct-to-reverberant ratio) and ``lufs``, which is left out below -70. Raises
        ``UserError`` for another dose or a silent clip.
        """
        check_doses(self, doses, lowest=NEAREST, highest=FARTHEST)
        (clip,) = clips
        audible(clip)
        near = levelled(clip.waveform, clip.sample_rate, lufs=TARGET_LUFS).waveform
        return [_from_afar(near, metres=dose, rate=clip.sample_rate) for dose in doses]


@lru_cache(maxsize=64)
def impulse_response(metres: float, rate: int) -> Answer:
    """Return how the space answers a listener at a distance in metres, at ``rate`` Hz."""
    along, across, high = SOURCE
    room = Room(size=SIZE, source=SOURCE, listener=(along + metres, across, high), air=True)
    return answer(room, rt60=RT60, rate=rate)


def _from_afar(near: Waveform, *, metres: float, rate: int) -> Treated:
    """Return what is heard of a sound, held back where echoes add up beyond the ceiling."""
    place = impulse_response(metres, rate)
    far = heard(near, place)
    gain_db = min(0.0, CEILING_DB - true_peak_db(far, rate))
    sound = amplified(far, gain_db)
    details = finite(drr_db=place.drr_db, lufs=loudness_of(sound, rate).at())
    return Treated(waveform=sound, dose=_metres(place, rate=rate, gain_db=gain_db), details=details)


def _metres(place: Answer, *, rate: int, gain_db: float) -> float:
    """Return the distance at which the direct sound would be as loud as it is after a gain."""
    levels = np.abs(np.fft.rfft(place.direct, rate))[BAND_HZ]  # of a whole second, so one for each Hz
    return float(10 ** (-gain_db / 20) / np.sqrt(np.mean(np.square(levels))))


distance = Distance()
