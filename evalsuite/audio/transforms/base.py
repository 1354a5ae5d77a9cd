"""The transform interface: sounds and doses in, treated sounds and what was measured of them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evalsuite.audio.clip import Clip, Waveform


@dataclass(frozen=True, kw_only=True, eq=False)
class Treated:
    """One sound after a transform."""

    waveform: Waveform
    """Mono float32 samples in [-1, 1], at the rate of the first sound."""
    dose: float
    """The dose that was measured in the result, in the transform's unit; it need not be the one asked for."""
    details: Mapping[str, float] = field(default_factory=dict)
    """What else was measured, by names with units («lufs», «drr_db»)."""


@runtime_checkable
class Transform(Protocol):
    """One transform. The entry points of the group ``evalsuite.transforms`` name instances of this."""

    @property
    def name(self) -> str:
        """The name protocols use («volume»)."""
        ...

    @property
    def version(self) -> int:
        """Rises when the treated sounds change."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the dose («LUFS»); empty where the doses only number the steps."""
        ...

    @property
    def title(self) -> str:
        """What the dose is, for the axis of a figure («loudness»)."""
        ...

    @property
    def sounds(self) -> int:
        """How many sounds it takes: one, or two that it joins."""
        ...

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:
        """Return the sound of ``clips`` (one or two of one sample rate) at every dose.

        What is random follows from ``seed``. Raises ``UserError`` for a dose that cannot be had.
        """
        ...
