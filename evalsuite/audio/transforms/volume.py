"""Volume: a sound brought to a loudness, as far as its peaks allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.doses import check_doses
from evalsuite.audio.transforms.levels import CEILING_DB, LOWEST_LUFS, amplified, audible, loudness_of, true_peak_db

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip

HIGHEST = 0.0


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Multiplies the sound by one number. The measured dose is the integrated loudness of the result (BS.1770-4).

    The gain is held back where the true peak would pass -1 dBTP: the measured dose then is less than was asked for.
    """

    name: str = "volume"
    version: int = 1
    unit: str = "LUFS"
    title: str = "loudness"
    sounds: int = 1

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:  # noqa: ARG002 - nothing is random
        """Return the sound of the one clip at every loudness in LUFS, from -60 to 0.

        Details: ``true_peak_db`` of the result in dBTP, ``gain_db``. Raises ``UserError`` for another dose, and for a
        silent clip, which has no loudness.
        """
        check_doses(self, doses, lowest=LOWEST_LUFS, highest=HIGHEST)
        (clip,) = clips
        loudness, peak_db = audible(clip), true_peak_db(clip.waveform, clip.sample_rate)
        gains = [min(loudness.gain_to(dose), CEILING_DB - peak_db) for dose in doses]
        return [_at_gain(clip, gain_db=gain_db, peak_db=peak_db) for gain_db in gains]


def _at_gain(clip: Clip, *, gain_db: float, peak_db: float) -> Treated:
    louder = amplified(clip.waveform, gain_db)
    return Treated(
        waveform=louder,
        dose=loudness_of(louder, clip.sample_rate).at(),
        details={"true_peak_db": peak_db + gain_db, "gain_db": gain_db},
    )


volume = Volume()
