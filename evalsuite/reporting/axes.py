"""Axes of figures that a template draws: where values lie, in per cent, and the round values to write beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Ticks = tuple[tuple[float, str], ...]
"""Positions in per cent of an axis, and labels."""


class Axis:
    """An axis from ``low`` to ``high``; where these are one value, it lies in the middle."""

    def __init__(self, low: float, high: float, *, logarithmic: bool = False) -> None:
        self.low, self.high = (low, high) if low < high else (low - 0.5, high + 0.5)
        self.logarithmic = logarithmic

    def place(self, value: float) -> float:
        """Return where ``value`` lies, in per cent from the lower end."""
        low, high, here = (
            map(math.log, (self.low, self.high, value)) if self.logarithmic else (self.low, self.high, value)
        )
        return round(100 * (here - low) / (high - low), 2)

    def ticks(self) -> Ticks:
        """Return a handful of round values within the axis."""
        from matplotlib.ticker import LogLocator, MaxNLocator

        linear = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
        locator = LogLocator(subs=(1, 2, 5)) if self.logarithmic else linear
        found = [float(value) for value in locator.tick_values(self.low, self.high)]
        return tuple((self.place(value), _label(value)) for value in found if self.low <= value <= self.high)


def polyline(points: Iterable[tuple[float, float]], across: Axis, up: Axis) -> str:
    """Return the points of an SVG line, both coordinates in per cent, y downwards."""
    return " ".join(f"{across.place(x)},{100 - up.place(y):.2f}" for x, y in points)


def _label(value: float) -> str:
    return f"{value:,.6g}".replace("-", "−")
