"""Numbers and names in words: the same spelling in every table, caption and sentence of a report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.measurement import Estimate
    from evalsuite.model import ModelCard
    from evalsuite.record import Comparison

UNDEFINED = "–"
KIND_MEANINGS = {
    "system": "what is compared",
    "ceiling": "about the best that can be reached",
    "yardstick": "what simpler means score",
    "floor": "what is scored without the right sound",
    "reference": "to hold the numbers against",
}
"""What the models of a kind are for, below the heading of their group."""
SPELLINGS = {"fid": "FID", "kid": "KID", "clip": "CLIP", "audioclip": "AudioCLIP", "clap": "CLAP", "f1": "F1"}
THIN_SPACE = "\u202f"
ERROR_RATE = 0.05
"""Adjusted p-values below this are called a clear difference."""
ABOVE, BELOW, NOT_TOLD_APART = "clearly above", "clearly below", "not told apart"


def metric_title(name: str) -> str:
    """Return a metric's name for a heading.

    >>> metric_title("clip_similarity")
    'CLIP similarity'
    """
    title = " ".join(SPELLINGS.get(word, word) for word in name.split("_"))
    return title[:1].upper() + title[1:]


def number(value: float, *, unit: str) -> str:
    """Return a value to four digits at most, a proportion in per cent, an undefined one as a dash.

    >>> number(0.5, unit="cosine")
    '0.500'
    """
    if not math.isfinite(value):
        return UNDEFINED
    if unit == "proportion":
        return f"{100 * value:.1f}{THIN_SPACE}%".replace("-", "−")
    places = next((places for bound, places in ((1, 3), (10, 2), (1000, 1)) if abs(value) < bound), 0)
    return f"{value:.{places}f}".replace("-", "−")


def interval(estimate: Estimate, *, unit: str) -> str:
    """Return the interval of an estimate as «low to high» for brackets; empty where it is not defined."""
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return ""
    low, high = (number(end, unit=unit).removesuffix(f"{THIN_SPACE}%") for end in (estimate.low, estimate.high))
    return f"{low}–{high}" if estimate.low >= 0 else f"{low} to {high}"


def difference(value: float, *, unit: str) -> str:
    """Return a difference with its sign, one of proportions in percentage points.

    >>> difference(0.1234, unit="proportion")
    '+12.3'
    """
    size = number(abs(value), unit=unit).removesuffix(f"{THIN_SPACE}%")
    if size == UNDEFINED or not size.strip("0."):
        return size
    return f"{'+' if value > 0 else '−'}{size}"


def difference_interval(estimate: Estimate, *, unit: str) -> str:
    """Return the interval of a difference for brackets; empty where it is not defined."""
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return ""
    return f"{difference(estimate.low, unit=unit)} to {difference(estimate.high, unit=unit)}"


def probability(p: float) -> str:
    """Return a p-value to three places.

    >>> probability(0.0002)
    '< 0.001'
    """
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def finding(comparison: Comparison) -> str:
    """Return how the model of a comparison stands to the other; «above» is the better side."""
    if not comparison.p_adjusted < ERROR_RATE:
        return NOT_TOLD_APART
    return ABOVE if (comparison.estimate.value > 0) == comparison.higher_is_better else BELOW


def privilege(card: ModelCard) -> str:
    """Return what a reference may see that a system may not, as a relative clause; empty where nothing."""
    if "picture" in card.sees:
        return "which shows the real picture"
    if "label" in card.sees:
        return "which is told the label"
    return "" if "audio" in card.sees else "which hears nothing"
