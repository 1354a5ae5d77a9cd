"""What was found about one promise, and how two drawings of the same pictures are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evalsuite.audio.clip import Picture

    Drawings = Iterable[Picture]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One promise, looked at."""

    kept: bool | None
    """``None`` where it is worth knowing but no promise, or could not be looked at."""
    found: str
    """What was seen."""
    case: str | None = None
    """The smallest case that breaks the promise; ``None`` where none does."""


def compare(cases: Iterable[tuple[str, Drawings, Drawings]]) -> Finding:
    """Return whether pictures that must be equal are.

    ``cases`` go from small to large, each with its description and two drawings of the same pictures: the first that
    differs is the smallest case, and nothing after it is drawn.
    """
    count = 0
    for case, first, second in cases:
        pairs = list(zip(first, second, strict=True))
        for place, (one, other) in enumerate(pairs, start=1):
            if difference := _difference(one, other):
                return Finding(kept=False, found=difference, case=f"{case}: picture {place} of {len(pairs)}")
        count += len(pairs)
    return Finding(kept=True, found=f"{count} {'picture' if count == 1 else 'pictures'} drawn again, no difference")


def _difference(one: Picture, other: Picture) -> str | None:
    """Return where two pictures differ most, in words; ``None`` where they are equal."""
    if one.shape != other.shape:
        return f"pictures of shape {one.shape} and {other.shape}"
    apart = np.abs(one.astype(int) - other.astype(int))
    if not apart.any():
        return None
    row, column, channel = np.unravel_index(apart.argmax(), apart.shape)
    return f"largest difference {apart.max()} of 255, at row {row}, column {column}, channel {channel}"
