"""Columns of numbers as short strings, which a report's script unpacks: one or two characters a value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""The digits of base 64, as RFC 4648 orders them."""
LARGEST = 64**2 - 2
"""The largest number that two digits hold beside the one that says that there is none."""
MOST_PLACES = 6

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How values become whole numbers: ``value = low + step · number``."""

    low: float
    step: float
    """A power of ten, so that rounding to it is rounding to decimal places."""
    places: int
    """Digits after the point that are kept."""


def scale_of(values: Values) -> Scale:
    """Return the finest scale on which the range of ``values``, some of them perhaps NaN, has room in two digits.

    >>> scale_of(np.array([-0.2, 0.9]))
    Scale(low=-0.2, step=0.001, places=3)
    """
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    room = math.floor(math.log10((LARGEST - 1) / (high - low))) if high > low else 0
    exponent = min(room, MOST_PLACES)
    step, places = 10.0**-exponent, max(exponent, 0)
    return Scale(low=round(math.floor(low / step) * step, places), step=step, places=places)


def pack(numbers: Values, *, digits: int = 2) -> str:
    """Return whole numbers, NaN where there is none, as one or two characters each: the highest number stands for none.

    >>> pack(np.array([0.0, 1.0, 64.0, math.nan]))
    'AAABBA//'
    """
    letters = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    whole = np.nan_to_num(np.round(numbers), nan=64**digits - 1).astype(int)
    places = [whole // 64**power % 64 for power in reversed(range(digits))]
    return np.stack([letters[place] for place in places], axis=-1).tobytes().decode()
