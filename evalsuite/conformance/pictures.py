"""Promises about the pictures themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.conformance.finding import Finding
from evalsuite.conformance.probes import Asked, tone

if TYPE_CHECKING:
    from evalsuite.conformance.subject import Subject

BATCHES = (1, 2, 4)
SECONDS = (1.0, 5.0)


def shape_and_type(subject: Subject) -> Finding:
    """One uint8 picture per clip, in one array of shape (B, H, W, 3), for batches of one clip and of several."""
    shapes = [subject.draw(subject.plain[:size], nan_fails=False).shape for size in BATCHES]
    return Finding(kept=True, found=" and ".join(str(shape) for shape in shapes))


def value_range(subject: Subject) -> Finding:
    """Values use the range of uint8: nobody forgot to multiply by 255, and no NaN was cast."""
    images = subject.draw(subject.plain)
    found = f"values from {images.min()} to {images.max()}"
    if images.max() > 1:
        return Finding(kept=True, found=found)
    return Finding(kept=False, found=f"{found}: multiply by 255 before casting to uint8", case=str(subject.plain[0]))


def size(subject: Subject) -> Finding:
    """All pictures are of one size, whatever the clip, and of the size that the card says."""
    short, long = (Asked(tone(seconds=seconds), 1) for seconds in SECONDS)
    (_, *first, _), (_, *second, _) = (subject.draw([one]).shape for one in (short, long))
    if first != second:
        return Finding(kept=False, found="sizes differ", case=f"{short} gives {first}, {long} gives {second}")
    side = subject.card.image_size
    if side is not None and first != [side, side]:
        return Finding(kept=False, found=f"the card says {side} × {side}", case=f"{short} gives {first}")
    return Finding(kept=True, found=f"{first[0]} × {first[1]}")
