"""Reverberation: a sound in a hall that rings for a given time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.levels import audible, levelled
from evalsuite.audio.transforms.rooms import Answer, Room, answer, heard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip

ROOM = Room(size=(10.0, 8.0, 4.0), source=(3.0, 3.0, 1.5), listener=(5.0, 4.5, 1.6))
"""A hall of 320 m³, source and listener 2.5 m apart."""
SHORTEST, LONGEST = 0.2, 4.0
_DECAY_DB = 30


@dataclass(frozen=True, kw_only=True)
class Reverb:
    """Plays the sound in one simulated room whose walls absorb less and less; 0 leaves it dry, as it is.

    The measured dose is the reverberation time of the impulse response: Schroeder's backward integration, from -5 to
    -35 dB (T30), as in ISO 3382. So that this is no volume sweep, the result is as loud as the dry sound (BS.1770-4),
    as far as its peaks allow; it ends where the dry sound ends.
    """

    name: str = "reverb"
    version: int = 1
    unit: str = "s"
    title: str = "reverberation time"
    sounds: int = 1

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:  # noqa: ARG002 - nothing is random
        """Return the sound of the one clip at every reverberation time in seconds: 0, or from 0.2 to 4.

        Details: ``drr_db`` (direct-to-reverberant ratio), ``lufs``, ``true_peak_db``; none of the dry sound. Raises
        ``UserError`` for another dose or a silent clip.
        """
        check_doses(self, [dose for dose in doses if dose], lowest=SHORTEST, highest=LONGEST)
        (clip,) = clips
        lufs = audible(clip).at()
        return [_reverberant(clip, seconds=dose, lufs=lufs) for dose in doses]


def _reverberant(clip: Clip, *, seconds: float, lufs: float) -> Treated:
    if seconds == 0:
        return Treated(waveform=clip.waveform, dose=0.0)
    room = impulse_response(seconds, clip.sample_rate)
    wet = levelled(heard(clip.waveform, room), clip.sample_rate, lufs=lufs)
    dose = _rt60(room, clip.sample_rate)
    return Treated(waveform=wet.waveform, dose=dose, details={"drr_db": room.drr_db, **wet.details})


@lru_cache(maxsize=64)
def impulse_response(rt60: float, rate: int) -> Answer:
    """Return the room's answer with a reverberation time of ``rt60`` seconds, at ``rate`` Hz.

    Sabine's formula misses by up to a third in a room of smooth walls, so the simulated response is multiplied by the
    exponential that makes up for it: as though the air took or gave a little, at all frequencies alike.
    """
    room = answer(ROOM, rt60=rt60, rate=rate)
    seconds = (np.arange(len(room.whole)) - room.arrival) / rate
    for _ in range(3):  # no decay is quite exponential: what is missed grows less each time
        bend = 10 ** (-3 * seconds * (1 / rt60 - 1 / _rt60(room, rate)))
        room = Answer(room.direct * bend, room.whole * bend)
    return room


def _rt60(room: Answer, rate: int) -> float:
    from pyroomacoustics.experimental import measure_rt60

    return float(measure_rt60(room.whole, fs=rate, decay_db=_DECAY_DB))


reverb = Reverb()
