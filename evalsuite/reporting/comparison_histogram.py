"""How the gains of single clips are spread: the geometry of a histogram that the template draws."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.axes import Axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.reporting.axes import Ticks

BARS_A_SIDE = 20
"""Bars on either side of zero; none lies across it, so that every bar holds wins or losses alone."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Clips with about the same gain. Positions and sizes are per cent of the figure."""

    at: float
    width: float
    height: float
    won: bool
    text: str
    """How many clips, and their gains."""


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """The gains of the clips that were won or lost."""

    bars: tuple[Bar, ...]
    ticks: Ticks
    tallest: int
    """How many clips the tallest bar stands for."""


def histogram(gains: Sequence[float]) -> Histogram | None:
    """Return the gains that are not zero, gains to the right; ``None`` where all are zero."""
    reach = max(map(abs, gains), default=0.0)
    if not reach:
        return None
    axis = Axis(-reach, reach)
    counts = Counter(_bar(gain / reach) for gain in gains if gain)
    tallest = max(counts.values())
    step = reach / BARS_A_SIDE
    return Histogram(
        bars=tuple(
            Bar(
                at=axis.place(place * step),
                width=round(50 / BARS_A_SIDE, 2),
                height=round(100 * count / tallest, 2),
                won=place >= 0,
                text=f"{count} clips from {place * step:.3g} to {(place + 1) * step:.3g}".replace("-", "−"),
            )
            for place, count in sorted(counts.items())
        ),
        ticks=axis.ticks(),
        tallest=tallest,
    )


def _bar(share: float) -> int:
    """Return the bar, from -20 to 19, of a gain in [-1, 1] other than zero; a bar holds its end away from zero."""
    size = min(int(abs(share) * BARS_A_SIDE), BARS_A_SIDE - 1)
    return size if share > 0 else -size - 1
