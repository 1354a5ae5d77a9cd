"""The sound as it is, whatever the dose: for protocols that vary nothing but the seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.audio.transforms.base import Treated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip


@dataclass(frozen=True, kw_only=True)
class Same:
    """Changes nothing; the measured dose is the one asked for, since it only numbers the steps."""

    name: str = "same"
    version: int = 1
    unit: str = ""
    title: str = "step"
    sounds: int = 1

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:  # noqa: ARG002 - nothing is random
        """Return the sound of the one clip, unchanged, for every dose."""
        (clip,) = clips
        return [Treated(waveform=clip.waveform, dose=float(dose)) for dose in doses]


same = Same()
