"""Digits: to how many places numbers are written, and what stands beside them."""

from __future__ import annotations

import math
from statistics import median_low
from typing import TYPE_CHECKING, Literal

from evalsuite.reporting.words import THIN_SPACE, UNDEFINED, interval, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evalsuite.measurement import Estimate

PER_CENT = f"{THIN_SPACE}%"
MOST = 6
"""No number has more places."""


def places_for(policy: Literal["uncertainty", "report"] | int, errors: Iterable[float], *, unit: str) -> int | None:
    """Return to how many places a column is written; ``None`` leaves it to each number, as the report does.

    By «uncertainty» the median of the systems' standard ``errors`` shows two digits. Where none is known, the report's
    rule holds.

    >>> places_for("uncertainty", [0.0134, 0.0121], unit="proportion"), places_for("uncertainty", [26.0], unit="")
    (1, 0)
    """
    if isinstance(policy, int):
        return policy
    known = [error for error in errors if math.isfinite(error) and error > 0]
    if policy == "report" or not known:
        return None
    shown = median_low(known) * (100 if unit == "proportion" else 1)
    return min(max(1 - math.floor(math.log10(shown)), 0), MOST)


def value(estimate: Estimate, *, unit: str, places: int | None) -> str:
    """Return the value; a proportion's is in per cent, without the sign, which the heading has."""
    shown = number(estimate.value, unit=unit, places=places).removesuffix(PER_CENT)
    return shown if shown.strip("−0.") else shown.removeprefix("−")


def spread(estimate: Estimate, *, unit: str, places: int | None, kind: str) -> str:
    """Return what stands beside the value: «± 1.3», «[68.6–72.5]», or nothing where that is not known or asked for."""
    if kind == "none" or not math.isfinite(estimate.value):
        return ""
    if kind == "interval":
        ends = interval(estimate, unit=unit, places=places)
        return f"[{ends}]" if ends else ""
    if places is None:
        places = len(value(estimate, unit=unit, places=None).partition(".")[2])
    error = number(estimate.standard_error, unit=unit, places=places).removesuffix(PER_CENT)
    return "" if error == UNDEFINED else f"±{THIN_SPACE}{error}"
