"""The eight backgrounds: four places by day and by night."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 64
HORIZON = 40

RGB = tuple[int, int, int]

_SKY: dict[str, tuple[RGB, RGB]] = {
    "day": ((96, 164, 240), (206, 232, 250)),
    "night": ((16, 12, 56), (44, 36, 96)),
}
_STARS = ((6, 8), (18, 3), (28, 13), (38, 5), (46, 14), (10, 20), (60, 22), (34, 24), (3, 30), (50, 31))


@lru_cache(maxsize=8)
def background(place: str, time: str) -> Image.Image:
    """Return the empty scene, an RGB picture of 64 x 64 pixels."""
    canvas = _sky(time)
    _GROUNDS[place](ImageDraw.Draw(canvas), time)
    return canvas


def _sky(time: str) -> Image.Image:
    top, bottom = (np.array(colour, dtype=float) for colour in _SKY[time])
    rows = np.linspace(top, bottom, HORIZON)
    sky = np.concatenate([rows, np.repeat(rows[-1:], SIZE - HORIZON, axis=0)])
    canvas = Image.fromarray(np.repeat(sky[:, None], SIZE, axis=1).round().astype(np.uint8))
    if time == "night":
        draw = ImageDraw.Draw(canvas)
        draw.point(_STARS, fill=(250, 250, 220))
        draw.ellipse((54, 2, 61, 9), fill=(246, 240, 200))
    return canvas


def _field(draw: ImageDraw.ImageDraw, time: str) -> None:
    draw.rectangle((0, HORIZON, SIZE, SIZE), fill=(24, 58, 34) if time == "night" else (104, 178, 78))


def _beach(draw: ImageDraw.ImageDraw, time: str) -> None:
    draw.rectangle((0, HORIZON - 4, SIZE, HORIZON + 3), fill=(26, 56, 110) if time == "night" else (44, 128, 200))
    draw.rectangle((0, HORIZON + 4, SIZE, SIZE), fill=(104, 88, 66) if time == "night" else (240, 214, 150))


def _street(draw: ImageDraw.ImageDraw, time: str) -> None:
    draw.rectangle((0, HORIZON, SIZE, SIZE), fill=(52, 52, 62) if time == "night" else (140, 142, 148))
    for left in range(2, SIZE, 16):
        draw.rectangle((left, 58, left + 7, 60), fill=(170, 166, 130) if time == "night" else (250, 246, 214))


def _hall(draw: ImageDraw.ImageDraw, time: str) -> None:
    """An indoor hall: a wall with two arched windows, through which the sky shows, and a wooden floor."""
    wall, floor = ((92, 72, 84), (74, 48, 40)) if time == "night" else ((236, 214, 190), (186, 120, 74))
    pane = _SKY[time][1]
    draw.rectangle((0, 0, SIZE, HORIZON - 1), fill=wall)
    for left in (2, 50):
        draw.rectangle((left, 10, left + 11, 30), fill=pane)
        draw.pieslice((left, 4, left + 11, 15), 180, 360, fill=pane)
    draw.rectangle((0, HORIZON, SIZE, SIZE), fill=floor)
    draw.line((0, HORIZON, SIZE, HORIZON), fill=(60, 40, 40) if time == "night" else (150, 92, 56))


_GROUNDS: dict[str, Callable[[ImageDraw.ImageDraw, str], None]] = {
    "field": _field,
    "beach": _beach,
    "street": _street,
    "hall": _hall,
}
