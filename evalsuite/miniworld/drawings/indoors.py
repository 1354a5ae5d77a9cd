"""Drawings of things in the house."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.miniworld.pen import Colour, Pen

WHITE = "#ffffff"
INK = "#2f3a5c"


def _rays(pen: Pen, cx: float, cy: float, angles: tuple[float, ...], inner: float, outer: float, fill: Colour) -> None:
    """Draw thick strokes that radiate from (cx, cy) at ``angles`` degrees, clockwise from three o'clock."""
    for angle in angles:
        x, y = cos(angle * pi / 180), sin(angle * pi / 180)
        pen.line([(cx + inner * x, cy + inner * y), (cx + outer * x, cy + outer * y)], 0.12, fill)


def _box(pen: Pen, x0: float, y0: float, x1: float, y1: float, fill: Colour, rim: Colour, radius: float = 0.1) -> None:
    """Draw a rounded rectangle with a rim inside its bounds."""
    pen.rectangle(x0, y0, x1, y1, rim, radius)
    pen.rectangle(x0 + 0.08, y0 + 0.08, x1 - 0.08, y1 - 0.08, fill, max(0.0, radius - 0.05))


def _dial(pen: Pen, cy: float, r: float, rim: Colour) -> None:
    """Draw a white clock face with two hands."""
    pen.circle(0, cy, r, rim)
    pen.circle(0, cy, r * 0.76, WHITE)
    pen.line([(0, cy - r * 0.5), (0, cy), (r * 0.4, cy + r * 0.15)], 0.11, INK)


def toilet_flush(pen: Pen) -> None:
    """A white toilet from the side, blue water in its bowl and a flush arrow above."""
    _box(pen, -0.92, -0.7, -0.32, 0.2, WHITE, INK)
    _box(pen, -0.95, -0.9, -0.28, -0.62, WHITE, INK)
    pen.polygon([(-0.9, 0.1), (0.95, 0.1), (0.72, 0.5), (0.3, 0.68), (0.42, 0.95), (-0.6, 0.95), (-0.5, 0.6)], INK)
    inside = [(-0.74, 0.16), (0.8, 0.2), (0.64, 0.44), (0.19, 0.63), (0.29, 0.87), (-0.47, 0.87), (-0.4, 0.56)]
    pen.polygon(inside, WHITE)
    pen.ellipse(0.3, 0.12, 0.66, 0.24, INK)
    pen.ellipse(0.3, 0.12, 0.56, 0.16, "#1e9bff")
    pen.arc(0.3, -0.42, 0.28, 150, 400, 0.15, "#1e7bff")
    pen.polygon([(0.3, -0.28), (0.76, -0.36), (0.56, 0.04)], "#1e7bff")


def door_wood_knock(pen: Pen) -> None:
    """A big fist knocking on a brown wooden door."""
    _box(pen, -0.95, -0.95, 0.45, 0.95, "#a8581f", "#5f2f12", 0.06)
    for y0, y1 in ((-0.78, -0.1), (0.1, 0.8)):
        pen.rectangle(-0.76, y0, 0.26, y1, "#c9762f")
    _rays(pen, 0.0, 0.0, (120, 180, 240), 0.4, 0.68, "#ffe83b")
    pen.line([(0.55, 0.2), (0.86, 0.5)], 0.5, "#7a3b22")
    pen.line([(0.55, 0.2), (0.83, 0.48)], 0.36, "#ffcf9e")
    pen.rectangle(-0.28, -0.42, 0.62, 0.44, "#7a3b22", 0.24)
    for y in (-0.25, -0.07, 0.11, 0.28):
        pen.line([(-0.12, y), (0.44, y)], 0.16, "#ffcf9e")
    pen.rectangle(0.12, -0.33, 0.54, 0.35, "#ffcf9e", 0.12)
    pen.polygon([(0.5, 0.62), (0.9, 0.2), (0.97, 0.24), (0.97, 0.95), (0.78, 0.95)], "#2f6fe0")


def mouse_click(pen: Pen) -> None:
    """A white computer mouse with a cable, a green left button and click marks."""
    pen.line([(0.12, -0.4), (0.12, -0.7), (0.3, -0.86), (0.85, -0.86)], 0.13, "#5d6b9c")
    pen.rectangle(-0.42, -0.5, 0.68, 0.95, "#5d6b9c", 0.52)
    pen.rectangle(-0.32, -0.4, 0.58, 0.85, "#f4f6ff", 0.43)
    pen.pieslice(0.12, 0.02, 0.43, 180, 270, "#25cf5b")
    pen.line([(-0.3, 0.1), (0.56, 0.1)], 0.1, "#5d6b9c")
    pen.line([(0.13, -0.2), (0.13, 0.0)], 0.2, INK)
    _rays(pen, -0.3, -0.4, (150, 200, 250), 0.25, 0.52, "#ff8a00")


def keyboard_typing(pen: Pen) -> None:
    """An indigo computer keyboard with a cable, staggered white keys and a long space bar."""
    for width, fill in ((0.24, "#f2f4ff"), (0.13, "#5a4fd8")):
        pen.line([(0.0, 0.0), (0.0, -0.42), (0.2, -0.6), (0.6, -0.6)], width, fill)
    pen.rectangle(-0.97, -0.3, 0.97, 0.95, "#f2f4ff", 0.18)
    pen.rectangle(-0.9, -0.23, 0.9, 0.88, "#5a4fd8", 0.14)
    for x in (-0.77, -0.45, -0.13, 0.19, 0.51):
        pen.rectangle(x, -0.1, x + 0.22, 0.12, WHITE, 0.04)
    for x in (-0.61, -0.29, 0.03, 0.35):
        pen.rectangle(x, 0.22, x + 0.22, 0.44, WHITE, 0.04)
    pen.rectangle(-0.77, 0.22, -0.69, 0.44, WHITE)
    pen.rectangle(0.66, 0.22, 0.76, 0.44, "#ffcf33")
    pen.rectangle(-0.5, 0.54, 0.5, 0.76, WHITE, 0.04)


def door_wood_creaks(pen: Pen) -> None:
    """A half-open teal wooden door in a golden frame, the dark opening behind it."""
    pen.rectangle(-0.8, -0.95, 0.8, 0.95, "#f2a93b", 0.05)
    pen.rectangle(-0.6, -0.75, 0.6, 0.95, "#2a1d45")
    leaf = [(-0.6, -0.75), (0.12, -0.58), (0.12, 0.95), (-0.6, 0.95)]
    pen.polygon(leaf, "#12b39a")
    pen.polygon([(0.12, -0.58), (0.24, -0.56), (0.24, 0.95), (0.12, 0.95)], "#9af0dc")
    for x in (-0.36, -0.12):
        pen.line([(x, -0.6), (x, 0.9)], 0.09, "#0b7f70")
    pen.circle(0.0, 0.2, 0.11, "#ffe04a")


def can_opening(pen: Pen) -> None:
    """A red soda can with a raised tab and fizz."""
    for x, y, r in ((-0.3, -0.68, 0.16), (-0.56, -0.8, 0.12), (-0.1, -0.84, 0.12), (-0.62, -0.52, 0.11)):
        pen.circle(x, y, r, "#ff8fa0")
        pen.circle(x, y, r - 0.05, WHITE)
    pen.line([(0.1, -0.48), (0.4, -0.82)], 0.24, "#5d6780")
    pen.line([(0.1, -0.48), (0.4, -0.82)], 0.12, "#e9eef5")
    pen.rectangle(-0.58, -0.4, 0.58, 0.95, "#e5162c", 0.12)
    pen.polygon([(-0.58, 0.5), (0.58, 0.0), (0.58, 0.3), (-0.58, 0.8)], WHITE)
    pen.ellipse(0, 0.86, 0.5, 0.09, "#c3ccd8")
    pen.ellipse(0, -0.38, 0.58, 0.2, "#5d6780")
    pen.ellipse(0, -0.38, 0.5, 0.12, "#e9eef5")
    pen.ellipse(-0.2, -0.38, 0.22, 0.08, "#5d1020")


def washing_machine(pen: Pen) -> None:
    """A white washing machine with a round blue porthole."""
    _box(pen, -0.85, -0.95, 0.85, 0.95, WHITE, "#51618c", 0.12)
    pen.rectangle(-0.77, -0.87, 0.77, -0.52, "#a9b9de")
    pen.rectangle(-0.64, -0.78, -0.16, -0.62, WHITE, 0.04)
    pen.circle(0.5, -0.7, 0.14, "#ff7a1a")
    pen.circle(0, 0.2, 0.62, "#51618c")
    pen.circle(0, 0.2, 0.5, "#27b5f5")
    pen.pieslice(0, 0.2, 0.5, 10, 170, "#1565d8")
    pen.circle(-0.2, 0.12, 0.12, WHITE)
    pen.circle(0.12, 0.22, 0.1, WHITE)


def vacuum_cleaner(pen: Pen) -> None:
    """A purple canister vacuum cleaner with a hose and a floor nozzle."""
    pen.arc(0.02, -0.2, 0.5, 170, 330, 0.18, "#5b6680")
    pen.line([(0.42, -0.6), (0.72, 0.78)], 0.17, "#b9c3d6")
    pen.polygon([(0.4, 0.95), (0.5, 0.7), (0.9, 0.7), (0.97, 0.95)], "#ff3d7f")
    pen.rectangle(-0.95, -0.1, 0.2, 0.82, "#9c3ff0", 0.36)
    pen.polygon([(-0.6, -0.1), (-0.1, -0.1), (0.12, 0.1), (0.18, 0.3), (-0.93, 0.3), (-0.85, 0.06)], "#ff3d7f")
    pen.circle(-0.6, 0.65, 0.3, WHITE)
    pen.circle(-0.6, 0.65, 0.22, "#3d2a66")
    pen.circle(-0.02, 0.76, 0.19, WHITE)
    pen.circle(-0.02, 0.76, 0.12, "#3d2a66")


def clock_alarm(pen: Pen) -> None:
    """A red alarm clock with two yellow bells on top."""
    for side in (-1, 1):
        pen.line([(0.35 * side, 0.55), (0.58 * side, 0.88)], 0.18, "#a3121f")
        pen.line([(0.3 * side, -0.3), (0.5 * side, -0.6)], 0.12, "#a3121f")
        pen.circle(0.52 * side, -0.6, 0.35, "#ffc61a")
    pen.line([(0, -0.5), (0, -0.85)], 0.14, "#a3121f")
    pen.circle(0, 0.2, 0.8, WHITE)
    _dial(pen, 0.2, 0.74, "#f0262f")


def clock_tick(pen: Pen) -> None:
    """A brown and gold grandfather clock with a swinging pendulum."""
    pen.polygon([(-0.62, -0.62), (0, -0.97), (0.62, -0.62)], "#ffc52e")
    pen.rectangle(-0.55, -0.66, 0.55, 0.9, "#ffc52e")
    pen.rectangle(-0.47, -0.62, 0.47, 0.78, "#9b5a24")
    pen.rectangle(-0.7, 0.74, 0.7, 0.95, "#ffc52e")
    pen.rectangle(-0.34, 0.1, 0.34, 0.7, "#5a2f14")
    pen.line([(0, 0.05), (0.13, 0.48)], 0.1, "#ffd84a")
    pen.circle(0.15, 0.5, 0.16, "#ffd84a")
    _dial(pen, -0.34, 0.44, "#ffd84a")


def glass_breaking(pen: Pen) -> None:
    """A wine glass whose bowl bursts into flying shards."""
    bowl = [(-0.5, 0.0), (-0.26, 0.16), (-0.08, -0.1), (0.12, 0.16), (0.3, -0.04), (0.5, 0.06), (0.38, 0.32)]
    bowl += [(0.14, 0.46), (-0.14, 0.46), (-0.38, 0.32)]
    left = [(-0.58, -0.85), (-0.1, -0.85), (-0.24, -0.54), (-0.05, -0.28), (-0.22, -0.02), (-0.6, -0.2)]
    right = [(0.12, -0.85), (0.62, -0.8), (0.66, -0.1), (0.4, -0.24), (0.24, -0.14), (0.02, -0.54)]
    chips = [[(-0.9, -0.5), (-0.84, -0.14), (-0.76, -0.4)], [(0.9, 0.12), (0.7, 0.2), (0.8, 0.46)]]
    pen.line([(0, 0.4), (0, 0.85)], 0.2, "#0a69b5")
    pen.rectangle(-0.48, 0.77, 0.48, 0.95, "#0a69b5", 0.08)
    for piece in (bowl, left, right, *chips):
        pen.line([*piece, piece[0]], 0.12, "#0a69b5")
        pen.polygon(piece, "#8aeeff")


def guitar(pen: Pen) -> None:
    """An acoustic guitar of orange wood, its neck to the upper right."""
    pen.line([(0.7, -0.7), (0.84, -0.84)], 0.3, "#7a3c12")
    pen.line([(0.0, 0.0), (0.72, -0.72)], 0.19, "#7a3c12")
    for grow, fill in ((0.08, "#7a3c12"), (0.0, "#ff9d2e")):
        pen.circle(-0.4, 0.4, 0.46 + grow, fill)
        pen.circle(0.02, -0.02, 0.32 + grow, fill)
    pen.line([(-0.05, 0.05), (0.7, -0.7)], 0.15, "#7a3c12")
    pen.circle(-0.12, 0.12, 0.2, "#4a2208")
    pen.line([(-0.58, 0.34), (-0.34, 0.58)], 0.12, "#4a2208")
    pen.line([(-0.46, 0.46), (0.72, -0.72)], 0.06, "#fff0c8")


def drum_kit(pen: Pen) -> None:
    """A magenta drum kit with a white drum head, two toms and golden cymbals."""
    for side in (-1, 1):
        pen.line([(0.68 * side, -0.7), (0.74 * side, 0.9)], 0.1, "#8a93a8")
        pen.ellipse(0.62 * side, -0.72, 0.35, 0.12, "#ffc61a")
        pen.rectangle(min(0.06 * side, 0.5 * side), -0.5, max(0.06 * side, 0.5 * side), 0.0, "#e0187f", 0.06)
        pen.ellipse(0.28 * side, -0.48, 0.23, 0.1, WHITE)
    pen.circle(0, 0.35, 0.6, "#e0187f")
    pen.circle(0, 0.35, 0.45, WHITE)
    pen.circle(0, 0.35, 0.14, "#e0187f")


def printer(pen: Pen) -> None:
    """A grey printer with paper above and a colourful page coming out below."""
    _box(pen, -0.55, -0.95, 0.55, -0.1, WHITE, "#53607f", 0.03)
    _box(pen, -0.95, -0.35, 0.95, 0.5, "#b7c2d8", "#53607f", 0.14)
    pen.rectangle(-0.72, 0.14, 0.72, 0.3, "#343c55", 0.05)
    pen.circle(0.68, -0.1, 0.11, "#22d455")
    _box(pen, -0.62, 0.2, 0.62, 0.95, WHITE, "#53607f", 0.03)
    for x, fill in ((-0.4, "#00aeef"), (-0.12, "#ec008c"), (0.16, "#ffd400")):
        pen.rectangle(x, 0.38, x + 0.24, 0.78, fill)
