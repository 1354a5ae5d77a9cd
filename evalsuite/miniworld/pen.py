"""A pen that draws in unit coordinates, so that a drawing is one small function at any size.

x grows to the right and y downwards; the sheet is the square [-1, 1] x [-1, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = str | tuple[int, int, int]

SUPERSAMPLING = 4


class Pen:
    """Draws flat shapes on a transparent square sheet."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.sheet = Image.new("RGBA", (size, size), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.sheet)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill the axis-parallel ellipse with centre (cx, cy) and radii rx, ry."""
        self._draw.ellipse((*self._at(cx - rx, cy - ry), *self._at(cx + rx, cy + ry)), fill=fill)

    def circle(self, cx: float, cy: float, r: float, fill: Colour) -> None:
        """Fill the circle with centre (cx, cy) and radius r."""
        self.ellipse(cx, cy, r, r, fill)

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill the polygon through ``points``."""
        self._draw.polygon([self._at(x, y) for x, y in points], fill=fill)

    def rectangle(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, radius: float = 0.0) -> None:
        """Fill the rectangle from (x0, y0), top left, to (x1, y1), its corners rounded by ``radius``."""
        box = (*self._at(x0, y0), *self._at(x1, y1))
        self._draw.rounded_rectangle(box, radius=self._length(radius), fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Stroke the polyline through ``points``, with round joints and round ends."""
        pixels = [self._at(x, y) for x, y in points]
        self._draw.line(pixels, fill=fill, width=max(1, round(self._length(width))), joint="curve")
        for x, y in (points[0], points[-1]):
            self.circle(x, y, width / 2, fill)

    def arc(self, cx: float, cy: float, r: float, start: float, end: float, width: float, fill: Colour) -> None:
        """Stroke the arc of a circle from ``start`` to ``end`` degrees, clockwise from three o'clock."""
        half = width / 2
        box = (*self._at(cx - r - half, cy - r - half), *self._at(cx + r + half, cy + r + half))
        self._draw.arc(box, start, end, fill=fill, width=max(1, round(self._length(width))))

    def pieslice(self, cx: float, cy: float, r: float, start: float, end: float, fill: Colour) -> None:
        """Fill the sector of a circle from ``start`` to ``end`` degrees, clockwise from three o'clock."""
        self._draw.pieslice((*self._at(cx - r, cy - r), *self._at(cx + r, cy + r)), start, end, fill=fill)

    def _at(self, x: float, y: float) -> Point:
        return (x + 1) / 2 * (self._size - 1), (y + 1) / 2 * (self._size - 1)

    def _length(self, length: float) -> float:
        return length / 2 * self._size


Drawing = Callable[[Pen], None]


@lru_cache(maxsize=1024)
def sprite(drawing: Drawing, size: int) -> Image.Image:
    """Return ``drawing`` as an RGBA picture of ``size`` x ``size`` pixels, antialiased by supersampling."""
    pen = Pen(size * SUPERSAMPLING)
    drawing(pen)
    premultiplied = pen.sheet.convert("RGBa").resize((size, size), Image.Resampling.BOX)
    return premultiplied.convert("RGBA")
