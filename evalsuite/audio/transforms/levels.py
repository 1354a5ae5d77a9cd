"""How loud a sound is and how loud it may become: loudness and true peak by ITU-R BS.1770-4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.audio.resampling import resample
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from evalsuite.audio.clip import Clip, Waveform

Samples = npt.NDArray[np.float64]

CEILING_DB = -1.0
"""No gain raises a true peak, in dBTP, above this (EBU R 128)."""
TARGET_LUFS = -23.0
"""The loudness that sounds are brought to where a transform does not say otherwise (EBU R 128)."""
LOWEST_LUFS = -60.0
"""Down to here the relative gate (-10 LU) lies above the absolute one (-70 LUFS), so that a gain does not change what
counts as sound; below it loudness is hardly defined, and no sound is brought there."""
BLOCK_SECONDS = 0.4
FILTERS = "DeMan"
"""Which of pyloudnorm's K-weightings: this has the standard's coefficients, its default is 0.04 LU off."""
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OVERSAMPLING = 4


@dataclass(frozen=True, eq=False)
class Loudness:
    """The loudness of a sound, at any gain: a gain moves all blocks alike, but not the gate below which none counts."""

    blocks: Samples
    """Loudness of each block of 0.4 s, overlapping by three quarters, in LUFS; -inf where there is silence."""

    def at(self, gain_db: float = 0.0) -> float:
        """Return the integrated loudness in LUFS after a gain; -inf where every block is below the absolute gate.

        BS.1770-4, equations 5 to 7: the mean power of all blocks above -70 LUFS that are less than 10 LU below the mean
        of these.
        """
        blocks = self.blocks + gain_db
        blocks = blocks[blocks >= _ABSOLUTE_GATE]
        if not len(blocks):
            return -np.inf
        return _mean_level(blocks[blocks > _mean_level(blocks) + _RELATIVE_GATE])

    def gain_to(self, lufs: float) -> float:
        """Return the gain in dB that brings an audible sound to a loudness of at least -60 LUFS."""
        gain_db = -float(self.blocks.max())
        for _ in range(4):  # blocks pass the gates or fall below them, and the mean moves a little
            gain_db += lufs - self.at(gain_db)
        return gain_db


def loudness_of(waveform: npt.NDArray[np.floating], rate: int) -> Loudness:
    """Return the loudness of mono samples (samples,), by pyloudnorm. A sound shorter than a block is repeated."""
    import pyloudnorm

    shortest = int(np.ceil(BLOCK_SECONDS * rate))
    meter = pyloudnorm.Meter(rate, filter_class=FILTERS, block_size=BLOCK_SECONDS)
    meter.integrated_loudness(np.resize(waveform, max(len(waveform), shortest)).astype(np.float64))
    return Loudness(np.asarray(meter.blockwise_loudness))


def audible(clip: Clip) -> Loudness:
    """Return a clip's loudness. Raises ``UserError`` where no block reaches -70 LUFS: by BS.1770 it has none then."""
    loudness = loudness_of(clip.waveform, clip.sample_rate)
    if not np.isfinite(loudness.at()):
        raise UserError(
            f"clip {clip.id!r} is silent (below -70 LUFS): it cannot be brought to a loudness; leave it out"
        )
    return loudness


def true_peak_db(waveform: npt.NDArray[np.floating], rate: int) -> float:
    """Return the highest level between the samples, in dBTP; -inf for silence.

    BS.1770-4, annex 2: the peak of the sound at four times its rate (here by soxr), no less than that of the samples.
    """
    finer = resample(np.asarray(waveform, np.float32), rate, _OVERSAMPLING * rate)
    with np.errstate(divide="ignore"):
        return float(20 * np.log10(max(np.abs(finer).max(), np.abs(waveform).max())))


def amplified(waveform: npt.NDArray[np.floating], gain_db: float) -> Waveform:
    """Return samples (samples,) after a gain, in float32."""
    return (waveform * 10 ** (gain_db / 20)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Levelled:
    """A sound brought to a loudness, or as near as a true peak of -1 dBTP allows."""

    waveform: Waveform
    gain_db: float
    """The gain that was applied."""
    details: dict[str, float]
    """``lufs`` and ``true_peak_db`` of the result."""


def levelled(samples: npt.NDArray[np.floating], rate: int, *, lufs: float) -> Levelled:
    """Return audible samples (samples,), which may lie beyond full scale, at a loudness (-60 LUFS or more)."""
    loudness, peak_db = loudness_of(samples, rate), true_peak_db(samples, rate)
    gain_db = min(loudness.gain_to(max(lufs, LOWEST_LUFS)), CEILING_DB - peak_db)
    details = finite(lufs=loudness.at(gain_db), true_peak_db=peak_db + gain_db)
    return Levelled(amplified(samples, gain_db), gain_db, details)


def finite(**levels: float) -> dict[str, float]:
    """Return the levels that are numbers: minus infinity has no place in a record."""
    return {name: level for name, level in levels.items() if np.isfinite(level)}


def _mean_level(levels: Samples) -> float:
    """Return the level in dB of the mean power."""
    return float(10 * np.log10(np.mean(10 ** (levels / 10))))
