"""How a room answers: impulse responses of shoebox rooms, by pyroomacoustics."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.audio.transforms.air import attenuation

if TYPE_CHECKING:
    from evalsuite.audio.clip import Waveform

Response = npt.NDArray[np.float64]
Place = tuple[float, float, float]

_ONE_AT_A_TIME = Lock()
"""The simulation draws from generators that all threads share."""
_FOLLOWED = 12
"""Where reflections of a higher order count, they come from rays: they are too many to follow each."""
_RAYS = 10_000
_NEGLIGIBLE = 1e-8
"""Reflections that have so small a share of the energy (-80 dB) left are not followed, and there a response ends."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """An empty shoebox room whose six walls absorb alike at all frequencies. All lengths are in metres."""

    size: Place
    source: Place
    listener: Place
    air: bool = False
    """Whether the air absorbs as well."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What reaches the listener from a click that has level 1 at 1 m."""

    direct: Response
    """The direct sound alone, shape (samples,)."""
    whole: Response
    """With all reflections, of the same shape."""

    @property
    def arrival(self) -> int:
        """The sample at which the direct sound peaks."""
        return int(np.abs(self.direct).argmax())

    @property
    def drr_db(self) -> float:
        """Direct-to-reverberant ratio: the energy of the direct sound against that of all reflections, in dB."""
        reflections = np.square(self.whole - self.direct).sum()
        return float(10 * np.log10(np.square(self.direct).sum() / reflections))


def answer(room: Room, *, rt60: float, rate: int) -> Answer:
    """Return a room's answer at ``rate`` Hz, its walls as Sabine's formula asks for a reverberation time in seconds."""
    import pyroomacoustics

    absorption, _ = pyroomacoustics.inverse_sabine(rt60, room.size)
    order = int(np.ceil(np.log(_NEGLIGIBLE) / np.log(1 - absorption)))
    with _ONE_AT_A_TIME:
        pyroomacoustics.random.seed(0)
        direct = _simulated(room, absorption=absorption, order=0, rate=rate)
        whole = _simulated(room, absorption=absorption, order=order, rate=rate)
    still_to_come = np.cumsum(np.square(whole)[::-1])[::-1]
    length = max(len(direct), int(np.count_nonzero(still_to_come > _NEGLIGIBLE * still_to_come[0])))
    return Answer(_of_length(direct, length), _of_length(whole, length))


def heard(waveform: Waveform, found: Answer) -> Waveform:
    """Return what is heard of a sound (samples,) by an answer, as long as before and without the delay of the way."""
    from scipy.signal import fftconvolve

    until = found.arrival + len(waveform)
    wet: Waveform = fftconvolve(waveform, found.whole[:until].astype(np.float32))[found.arrival : until]
    return wet


def _simulated(room: Room, *, absorption: float, order: int, rate: int) -> Response:
    """Return an impulse response with reflections up to an order, by image sources, or beyond some by rays."""
    import pyroomacoustics

    rays = order > _FOLLOWED
    walls = pyroomacoustics.Material(absorption)
    box = pyroomacoustics.ShoeBox(
        room.size, fs=rate, materials=walls, max_order=min(order, _FOLLOWED), ray_tracing=rays
    )
    if rays:
        box.set_ray_tracing(n_rays=_RAYS)
    if room.air:
        centres = 125 * 2.0 ** np.arange(np.log2(rate / 250))
        box.set_air_absorption(attenuation(centres) / (10 * np.log10(np.e)), centres)  # of power, per metre
    box.add_source(room.source)
    box.add_microphone(room.listener)
    box.compute_rir()
    return np.asarray(box.rir[0][0], np.float64)


def _of_length(response: Response, length: int) -> Response:
    return np.pad(response, (0, max(0, length - len(response))))[:length]
