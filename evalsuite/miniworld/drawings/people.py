"""Drawings of people and of what people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.miniworld.pen import Colour, Pen

BLACK = "#2a1a20"
WHITE = "#ffffff"
RED = "#d9203a"


def _shut_eye(pen: Pen, x: float, y: float, rise: float, width: float = 0.11) -> None:
    """A closed eye: an arch for a positive ``rise``, a hanging lid for a negative one."""
    pen.line([(x - 0.13, y), (x, y - rise), (x + 0.13, y)], width, BLACK)


def _cloud(pen: Pen, x: float, y: float, r: float, fill: Colour) -> None:
    """A small round puff."""
    for dx, dy in ((-0.7, 0.2), (0.7, 0.2), (0.0, -0.35), (0.0, 0.4)):
        pen.circle(x + dx * r, y + dy * r, r * 0.75, fill)


def crying_baby(pen: Pen) -> None:
    """A bawling baby's face with streams of tears."""
    pen.rectangle(-0.6, 0.6, 0.6, 0.95, "#ff5fa2", 0.2)
    for side in (-1, 1):
        pen.circle(side * 0.8, -0.05, 0.16, "#f59f80")
    pen.circle(0, -0.05, 0.82, "#ffc3a6")
    pen.arc(0.0, -0.74, 0.16, 150, 400, 0.12, "#8a4b1d")
    for side in (-1, 1):
        pen.rectangle(side * 0.42 - 0.15, -0.2, side * 0.42 + 0.15, 0.66, "#1f9bff", 0.14)
        pen.line([(side * 0.62, -0.18), (side * 0.42, -0.2), (side * 0.22, -0.38)], 0.13, BLACK)
    pen.ellipse(0, 0.36, 0.25, 0.32, "#8e1230")
    pen.ellipse(0, 0.52, 0.19, 0.15, "#ff6b86")


def sneezing(pen: Pen) -> None:
    """A blond face in profile, eyes shut, with a burst of droplets from a red nose."""
    skin, hair = "#ffcfa3", "#ffb800"
    pen.polygon([(0.0, 0.06), (0.95, -0.7), (0.95, 0.82)], "#e4f7ff")
    pen.rectangle(-0.95, 0.68, 0.04, 0.95, "#18a558", 0.1)
    pen.rectangle(-0.66, 0.3, -0.2, 0.8, skin)
    pen.circle(-0.42, -0.32, 0.54, hair)
    pen.ellipse(-0.32, -0.08, 0.46, 0.56, skin)
    pen.polygon([(-0.84, -0.62), (-0.1, -0.86), (0.12, -0.5), (-0.4, -0.42), (-0.6, 0.1)], hair)
    pen.polygon([(0.06, -0.34), (0.32, 0.02), (0.04, 0.08)], skin)
    pen.circle(0.2, -0.02, 0.12, "#ff4a55")
    pen.ellipse(-0.02, 0.27, 0.15, 0.12, "#7d1028")
    pen.line([(-0.26, -0.34), (-0.04, -0.22), (-0.26, -0.1)], 0.12, BLACK)
    for x, y, r in (
        (0.5, 0.04, 0.1),
        (0.82, -0.4, 0.12),
        (0.82, 0.06, 0.14),
        (0.8, 0.52, 0.12),
        (0.52, 0.32, 0.09),
        (0.54, -0.22, 0.09),
    ):
        pen.circle(x, y, r, "#0a8cf0")


def clapping(pen: Pen) -> None:
    """Two hands clapping, with impact marks."""
    hands = ((-1, "#ffcb96", "#c9773a", "#e8283c"), (1, "#ffb877", "#b8632a", "#2456e0"))
    for side, skin, rim, sleeve in hands:
        pen.line([(side * 0.74, 0.76), (side * 0.58, 0.54)], 0.42, sleeve)
        for width, fill in ((0.5, rim), (0.38, skin)):
            pen.line([(side * 0.5, 0.42), (side * 0.4, 0.22)], width, fill)
        for k in (3, 2, 1, 0):
            x, y = 0.2 + 0.16 * k, 0.2 - 0.02 * k
            tip = (side * (x - 0.1 + 0.05 * k), -0.42 + 0.1 * k)
            pen.line([(side * (x + 0.04), y), tip], 0.22, rim)
            pen.line([(side * (x + 0.04), y + 0.1), tip], 0.14, skin)
    for x, y in ((0, -0.88), (-0.56, -0.8), (0.56, -0.8)):
        pen.line([(x * 0.65, -0.64), (x, y)], 0.15, "#ffb400")


def breathing(pen: Pen) -> None:
    """A pair of pink lungs with the windpipe."""
    pink, deep = "#ff7f93", "#d93a5e"
    for side in (-1, 1):
        outline = [(side * x, y) for x, y in ((0.42, -0.4), (0.6, -0.3), (0.76, 0.2), (0.77, 0.74), (0.36, 0.56))]
        pen.polygon(outline, pink)
        for start, end in zip(outline, outline[1:] + outline[:1], strict=False):
            pen.line([start, end], 0.36, pink)
        pen.line([(0, -0.36), (side * 0.36, 0.0), (side * 0.66, 0.52)], 0.15, deep)
        pen.line([(side * 0.4, 0.06), (side * 0.7, 0.04)], 0.12, deep)
    pen.rectangle(-0.14, -0.95, 0.14, -0.2, "#fff0e0", 0.1)
    for y in (-0.78, -0.54, -0.3):
        pen.line([(-0.1, y), (0.1, y)], 0.1, deep)


def coughing(pen: Pen) -> None:
    """A brown-skinned person in purple coughing into a fist, with small clouds."""
    sleeve = "#b03cf0"
    pen.rectangle(-0.95, 0.62, 0.5, 0.95, sleeve, 0.2)
    pen.circle(-0.26, -0.34, 0.6, "#7a4a3a")
    pen.ellipse(-0.22, -0.04, 0.54, 0.6, "#c98550")
    for x in (-0.44, 0.06):
        _shut_eye(pen, x, -0.2, -0.1)
    pen.line([(0.56, 0.78), (0.3, 0.42)], 0.32, sleeve)
    pen.ellipse(-0.1, 0.28, 0.2, 0.18, "#6e0f22")
    pen.rectangle(-0.04, 0.08, 0.42, 0.54, "#8a4d22", 0.16)
    pen.rectangle(0.02, 0.14, 0.36, 0.48, "#f0b078", 0.12)
    for x, y, r in ((0.58, 0.0, 0.13), (0.62, -0.56, 0.22)):
        _cloud(pen, x, y, r + 0.06, "#7d97bd")
        _cloud(pen, x, y, r, "#f2f5f7")


def footsteps(pen: Pen) -> None:
    """Two walking feet in jeans and red sneakers with white soles."""
    jeans, red = "#3a78f0", "#ee2233"
    pen.line([(0.1, -0.76), (-0.36, -0.34), (-0.62, 0.12)], 0.34, "#2350b8")
    pen.polygon([(-0.8, 0.06), (-0.4, 0.2), (-0.2, 0.66), (0.0, 0.84), (-0.3, 0.9), (-0.9, 0.4)], "#c4142a")
    pen.line([(-0.88, 0.42), (-0.4, 0.84), (-0.12, 0.88)], 0.14, WHITE)
    pen.line([(0.1, -0.76), (0.26, -0.2), (0.3, 0.3)], 0.36, jeans)
    pen.rectangle(0.06, 0.3, 0.52, 0.84, red, 0.12)
    pen.ellipse(0.62, 0.72, 0.35, 0.24, red)
    pen.rectangle(0.0, 0.8, 0.98, 0.95, WHITE, 0.07)
    for x, y in ((0.42, 0.46), (0.58, 0.56)):
        pen.line([(x, y), (x - 0.1, y + 0.12)], 0.1, WHITE)


def laughing(pen: Pen) -> None:
    """A big yellow face laughing with shut eyes and a wide open mouth."""
    pen.circle(0, 0, 0.95, "#f59b00")
    pen.circle(0, 0, 0.87, "#ffcf1f")
    for side in (-1, 1):
        pen.line([(side * 0.62, -0.2), (side * 0.4, -0.46), (side * 0.18, -0.2)], 0.14, BLACK)
    pen.pieslice(0, 0.04, 0.68, 0, 180, "#8a1028")
    pen.rectangle(-0.6, 0.03, 0.6, 0.22, WHITE)
    pen.ellipse(0, 0.56, 0.34, 0.15, "#ff5a78")


def brushing_teeth(pen: Pen) -> None:
    """A toothbrush with paste over a mouthful of white teeth."""
    pen.ellipse(0, 0.36, 0.92, 0.59, "#f0306a")
    pen.ellipse(0, 0.38, 0.76, 0.42, "#7a1030")
    pen.rectangle(-0.6, 0.12, 0.6, 0.42, WHITE, 0.06)
    pen.rectangle(-0.5, 0.5, 0.5, 0.72, WHITE, 0.06)
    for x in (-0.3, 0.0, 0.3):
        pen.line([(x, 0.14), (x, 0.4)], 0.09, "#b9c7dd")
    pen.line([(-0.8, -0.3), (0.88, -0.78)], 0.2, "#16b8ff")
    for k in range(4):
        pen.line([(-0.74 + 0.2 * k, -0.24 - 0.06 * k), (-0.68 + 0.2 * k, 0.06 - 0.06 * k)], 0.15, WHITE)
    pen.line([(-0.7, 0.1), (-0.1, -0.08)], 0.16, "#30e0b0")


def snoring(pen: Pen) -> None:
    """A sleeping face on a pillow, with big letters Z."""
    pen.rectangle(-0.95, 0.02, 0.95, 0.85, WHITE, 0.25)
    pen.circle(-0.24, 0.1, 0.56, "#8a4a1e")
    pen.ellipse(-0.24, 0.24, 0.5, 0.5, "#ffc9a0")
    for x in (-0.48, 0.0):
        _shut_eye(pen, x, 0.12, -0.1)
    pen.ellipse(-0.24, 0.46, 0.15, 0.15, "#8a1028")
    pen.rectangle(-0.95, 0.66, 0.95, 0.95, "#5a45e8", 0.1)
    for x, y, s in ((0.58, -0.1, 0.12), (0.66, -0.64, 0.25)):
        pen.line([(x - s, y - s), (x + s, y - s), (x - s, y + s), (x + s, y + s)], s * 0.4 + 0.05, "#ff2fd0")


def drinking_sipping(pen: Pen) -> None:
    """A glass of orange drink with a red straw."""
    pen.polygon([(-0.66, -0.5), (0.66, -0.5), (0.46, 0.95), (-0.46, 0.95)], "#e9f7ff")
    pen.polygon([(-0.52, -0.2), (0.52, -0.2), (0.37, 0.83), (-0.37, 0.83)], "#ff8a00")
    pen.line([(-0.05, 0.6), (0.2, -0.7), (0.7, -0.86)], 0.17, "#e8203a")
    for x, y in ((-0.24, 0.1), (0.24, 0.4)):
        pen.rectangle(x - 0.13, y - 0.13, x + 0.13, y + 0.13, "#ffd69a", 0.05)
    pen.circle(-0.6, -0.5, 0.32, "#ff8a00")
    pen.circle(-0.6, -0.5, 0.22, "#ffe27a")
