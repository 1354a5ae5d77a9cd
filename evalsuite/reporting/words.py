"""Numbers and names in words: the same spelling in every table, caption and sentence of a report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evalsuite.measurement import Adequacy, Estimate
    from evalsuite.model import ModelCard
    from evalsuite.record import Comparison

UNDEFINED = "–"
KIND_MEANINGS = {
    "system": "what is compared",
    "ceiling": "what is scored with the answer at hand",
    "yardstick": "what simpler means score",
    "floor": "what is scored without the right sound",
    "reference": "to hold the numbers against",
}
"""What the models of a kind are for, below the heading of their group."""
SPELLINGS = {
    **{word: word.upper() for word in ("ais", "aic", "clap", "clip", "cmmd", "f1", "fd", "fid", "iis", "kd", "kid")},
    "audioclip": "AudioCLIP",
    "cos": "cosine",
    "dinov2": "DINOv2",
    "spearman": "Spearman",
}
"""Words of metrics' names that are not written as they are."""
SMALLEST = 1e-5
"""A distance below this is shown as zero."""
SMALLEST_SLOPE = 1e-3
"""A slope below this is told to as many places as this one."""
THIN_SPACE = "\u202f"
ERROR_RATE = 0.05
"""Adjusted p-values below this are called a clear difference."""
ABOVE, BELOW, NOT_TOLD_APART = "clearly above", "clearly below", "not told apart"


def metric_name(name: str) -> str:
    """Return a metric's name for the midst of a sentence.

    >>> metric_name("clip_similarity"), metric_name("macro_f1")
    ('CLIP similarity', 'macro F1')
    """
    return " ".join(SPELLINGS.get(word, word) for word in name.split("_"))


def metric_title(name: str) -> str:
    """Return a metric's name for a heading and the beginning of a sentence.

    >>> metric_title("macro_f1")
    'Macro F1'
    """
    return capitalised(metric_name(name))


def capitalised(text: str) -> str:
    """Return ``text`` with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def number(value: float, *, unit: str, places: int | None = None) -> str:
    """Return a value to four digits at most, a proportion in per cent, an undefined one as a dash.

    Of distances and slopes, which may be small by nature, three digits count. ``places`` asks for so many after the
    point instead.

    >>> number(0.5, unit="cosine"), number(0.0012, unit="squared kernel distance")
    ('0.500', '0.00120')
    """
    return _rounded(value, unit=unit, places=_places(value, unit) if places is None else places)


def interval(estimate: Estimate, *, unit: str, places: int | None = None) -> str:
    """Return the interval of an estimate as «low to high» for brackets, to as many places as the estimate.

    ``places`` asks for so many instead. Empty where it is not defined.
    """
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return ""
    places = _places(estimate.value, unit) if places is None else places
    ends = (_rounded(end, unit=unit, places=places) for end in (estimate.low, estimate.high))
    low, high = (end.removesuffix(f"{THIN_SPACE}%") for end in ends)
    return f"{low}–{high}" if estimate.low >= 0 else f"{low} to {high}"


def _rounded(value: float, *, unit: str, places: int) -> str:
    if not math.isfinite(value):
        return UNDEFINED
    shown = f"{100 * value:.{places}f}{THIN_SPACE}%" if unit == "proportion" else f"{value:.{places}f}"
    return shown.replace("-", "−")


def _places(value: float, unit: str) -> int:
    """Return to how many places a value is told; a proportion's are those of its per cent."""
    size = abs(value)
    if unit == "proportion":
        return 1
    if " per " in unit and size < 1:
        return 2 - math.floor(math.log10(max(size, SMALLEST_SLOPE)))
    if unit.endswith("distance") and SMALLEST <= size < 0.1:
        return 2 - math.floor(math.log10(size))
    return next((places for bound, places in ((1, 3), (10, 2), (1000, 1)) if size < bound), 0)


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


def coefficient(value: float) -> str:
    """Return a correlation to two places with its sign, an undefined one as a dash.

    >>> coefficient(-0.333), coefficient(0.001)
    ('−0.33', '0.00')
    """
    if not math.isfinite(value):
        return UNDEFINED
    return f"{value:+.2f}".replace("-", "−") if abs(value) >= 0.005 else "0.00"


def sizes(sets: Adequacy) -> str:
    """Return what stands beside every distance between sets of pictures («n = 100, d = 128, rank 99»)."""
    return f"n = {sets.n}, d = {sets.d}, rank {sets.rank}"


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
