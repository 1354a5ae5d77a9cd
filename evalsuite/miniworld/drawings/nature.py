"""Drawings of weather, water and fire."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.miniworld.pen import Colour, Pen, Point

WHITE = "#ffffff"
WATER = "#2b86ff"
DEEP_WATER = "#1459c4"


def _cloud(pen: Pen, cy: float, fill: Colour, rim: Colour) -> None:
    """Draw a rimmed cloud across the whole width, its middle at height ``cy``."""
    puffs = ((-0.55, 0.14, 0.4), (-0.12, -0.1, 0.5), (0.36, 0.0, 0.42), (0.62, 0.2, 0.34))
    for grow, colour in ((0.0, rim), (-0.1, fill)):
        for x, y, r in puffs:
            pen.circle(x, cy + y, r + grow, colour)
        pen.rectangle(-0.6, cy + 0.1, 0.65, cy + 0.54 + grow, colour)


def _drop(pen: Pen, cx: float, cy: float, r: float, fill: Colour) -> None:
    """Draw a drop whose round part is the circle (cx, cy, r); its tip points up."""
    pen.circle(cx, cy, r, fill)
    pen.polygon([(cx, cy - 2.2 * r), (cx - 0.91 * r, cy - 0.42 * r), (cx + 0.91 * r, cy - 0.42 * r)], fill)


def _arc_points(cx: float, cy: float, r: float, start: float, end: float) -> list[Point]:
    """Return points on an arc, by the angles of :meth:`Pen.arc`, in either direction."""
    angles = [(start + (end - start) * step / 16) * pi / 180 for step in range(17)]
    return [(cx + r * cos(angle), cy + r * sin(angle)) for angle in angles]


def _flame(pen: Pen, size: float, fill: Colour) -> None:
    """Draw a flame with three tongues that stands at y = 0.7."""
    outline = [(-0.45, 0.0), (-0.8, -0.45), (-0.72, -1.1), (-0.4, -0.8), (0.02, -1.65), (0.3, -0.95), (0.58, -1.25)]
    outline += [(0.8, -0.5), (0.5, 0.0)]
    pen.polygon([(x * size, 0.7 + y * size) for x, y in outline], fill)


def rain(pen: Pen) -> None:
    """A light grey cloud with thick slanted blue drops."""
    for x, y in ((-0.55, 0.4), (-0.05, 0.4), (0.45, 0.4), (-0.36, 0.76), (0.14, 0.76)):
        for width, fill in ((0.29, WHITE), (0.2, "#1769ff")):
            pen.line([(x + 0.07, y - 0.08), (x - 0.03, y + 0.08)], width, fill)
    _cloud(pen, -0.42, "#e4e9f2", "#6d86ad")


def sea_waves(pen: Pen) -> None:
    """A big blue wave that curls to the right under a crest of white foam."""
    back = [(-0.95, 0.95), (-0.95, 0.5), (-0.86, 0.0), (-0.6, -0.45)]
    crest = _arc_points(0.0, -0.1, 0.75, 215, 350)
    hollow = _arc_points(0.32, 0.08, 0.42, 325, 90)
    pen.polygon([*back, *crest, *hollow, (0.7, 0.5), (0.95, 0.4), (0.95, 0.95)], "#1f74e0")
    pen.line([(-0.68, 0.75), (-0.62, 0.2), (-0.4, -0.2)], 0.12, "#6cc4ff")
    pen.line([(-0.4, 0.8), (-0.33, 0.3)], 0.12, "#6cc4ff")
    for x, y, r in ((-0.48, -0.62, 0.2), (-0.16, -0.74, 0.2), (0.18, -0.72, 0.22), (0.5, -0.52, 0.21)):
        pen.circle(x, y, r, WHITE)
    pen.circle(0.72, -0.22, 0.2, WHITE)
    pen.circle(0.8, 0.06, 0.12, WHITE)
    for x in (0.0, 0.28, 0.56, 0.82):
        pen.circle(x, 0.8 - 0.12 * (x > 0.5), 0.16, WHITE)


def crackling_fire(pen: Pen) -> None:
    """Orange and yellow flames above two crossed logs."""
    _flame(pen, 1.0, "#f4481e")
    _flame(pen, 0.68, "#ff9a1a")
    _flame(pen, 0.38, "#ffee55")
    for side in (1, -1):
        pen.line([(-0.75 * side, 0.8), (0.75 * side, 0.52)], 0.28, "#8f4f26")
        pen.circle(0.75 * side, 0.52, 0.15, "#f0be80")
        pen.circle(-0.75 * side, 0.8, 0.15, "#f0be80")


def water_drops(pen: Pen) -> None:
    """A steel tap with a red knob, one big blue drop below its spout."""
    for grow, fill in ((0.08, "#47566e"), (0.0, "#c9d5e2")):
        pen.rectangle(-0.87 - grow, -0.55 - grow, 0.35, -0.15 + grow, fill, 0.1)
        pen.pieslice(0.3, 0.13, 0.68 + grow, 270, 360, fill)
        pen.rectangle(0.52 - grow, 0.05, 0.9 + grow, 0.2 + grow, fill)
        pen.rectangle(-0.3 - grow, -0.8, -0.06 + grow, -0.5, fill)
    pen.line([(-0.6, -0.82), (0.24, -0.82)], 0.24, "#f0322d")
    _drop(pen, 0.68, 0.69, 0.26, WHITE)
    _drop(pen, 0.68, 0.69, 0.2, "#1769ff")


def wind(pen: Pen) -> None:
    """Three thick curled gusts of teal with white rims."""
    for width, fill in ((0.32, WHITE), (0.17, "#0aa39c")):
        pen.line([(-0.8, -0.2), *_arc_points(0.2, -0.5, 0.3, 90, -150)], width, fill)
        pen.line([(-0.8, 0.12), *_arc_points(0.56, -0.12, 0.24, 90, -130)], width, fill)
        pen.line([(-0.55, 0.44), *_arc_points(0.22, 0.66, 0.22, -90, 140)], width, fill)


def pouring_water(pen: Pen) -> None:
    """A tilted orange jug pouring blue water into a glass."""
    pen.arc(-0.5, -0.5, 0.34, 100, 310, 0.14, "#c2410c")
    pen.polygon([(-0.62, -0.02), (-0.3, -0.92), (0.02, -0.95), (0.42, -0.55), (0.3, -0.42), (0.0, 0.2)], "#c2410c")
    pen.polygon([(-0.5, -0.06), (-0.24, -0.82), (0.0, -0.85), (0.3, -0.55), (0.2, -0.45), (-0.06, 0.08)], "#ff8a3c")
    pen.line([(0.3, -0.5), (0.46, -0.3), (0.48, 0.5)], 0.24, WHITE)
    pen.polygon([(0.02, 0.05), (0.94, 0.05), (0.84, 0.95), (0.12, 0.95)], "#17489c")
    pen.polygon([(0.12, 0.05), (0.84, 0.05), (0.76, 0.86), (0.2, 0.86)], "#dff4ff")
    pen.polygon([(0.14, 0.4), (0.82, 0.4), (0.76, 0.86), (0.2, 0.86)], WATER)
    pen.line([(0.3, -0.5), (0.46, -0.3), (0.48, 0.5)], 0.16, WATER)


def thunderstorm(pen: Pen) -> None:
    """A purple-grey cloud with a light rim and a big yellow bolt."""
    _cloud(pen, -0.4, "#6f6693", "#d9d3f2")
    bolt = [(0.02, -0.3), (-0.42, 0.42), (-0.1, 0.42), (-0.32, 0.97), (0.42, 0.2), (0.1, 0.2), (0.4, -0.3)]
    pen.line([*bolt, bolt[0]], 0.14, "#e07800")
    pen.polygon(bolt, "#ffe11a")


def volcano(pen: Pen) -> None:
    """A brown cone throwing up red lava."""
    for x, y, r in ((-0.3, -0.6, 0.2), (0.32, -0.62, 0.2), (0.0, -0.7, 0.25), (-0.58, -0.38, 0.12), (0.6, -0.36, 0.12)):
        pen.circle(x, y, r, "#ff3b1f")
    pen.polygon([(-0.24, -0.1), (-0.36, -0.6), (0.36, -0.6), (0.24, -0.1)], "#ff3b1f")
    pen.polygon([(-0.1, -0.1), (-0.2, -0.55), (0.0, -0.8), (0.2, -0.55), (0.1, -0.1)], "#ffc928")
    pen.polygon([(-0.95, 0.95), (-0.32, -0.14), (0.32, -0.14), (0.95, 0.95)], "#8d5a4a")
    pen.polygon([(0.2, 0.95), (0.12, -0.14), (0.32, -0.14), (0.95, 0.95)], "#74463c")
    lava = [(-0.34, -0.14), (0.34, -0.14), (0.46, 0.1), (0.34, 0.4), (0.2, 0.1), (0.08, 0.68), (-0.08, 0.68)]
    pen.polygon([*lava, (-0.14, 0.15), (-0.36, 0.5), (-0.5, 0.16)], "#ff3b1f")


def waterfall(pen: Pen) -> None:
    """A white and blue fall between two brown cliffs with green tops."""
    pen.rectangle(-0.5, -0.8, 0.5, 0.9, "#3fb2ff")
    for x in (-0.26, 0.02, 0.3):
        pen.line([(x, -0.7), (x, 0.6)], 0.13, WHITE)
    for side in (-1, 1):
        pen.polygon(
            [(0.95 * side, -0.8), (0.38 * side, -0.8), (0.48 * side, 0.0), (0.42 * side, 0.9), (0.95 * side, 0.9)],
            "#9a6b45",
        )
        pen.line([(0.86 * side, -0.82), (0.46 * side, -0.82)], 0.24, "#3fae3a")
        pen.line([(0.92 * side, 0.1), (0.7 * side, 0.1)], 0.1, "#6e4a30")
    pen.rectangle(-0.95, 0.66, 0.95, 0.95, DEEP_WATER, 0.12)
    for x in (-0.45, -0.15, 0.15, 0.45):
        pen.circle(x, 0.64, 0.19, WHITE)
