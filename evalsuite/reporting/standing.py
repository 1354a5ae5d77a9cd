"""Best and second: which numbers of a column stand out, and which systems are told apart at all."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING

from evalsuite.reporting.words import NOT_TOLD_APART, finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evalsuite.measurement import Measurement
    from evalsuite.record import Comparison, RunRecord

    Compared = Callable[[str, str], "Comparison | None"]
    """What a run tells of two systems, by name."""

RULE = (
    "Bold: the best system, where it is told apart from every other one. Underlined: the second, where it is told "
    "apart from the best and from every one below. Two systems are told apart by the run's paired comparison by that "
    "metric (p < 0.05, adjusted by Holm's method) or, where the run has none, by intervals of 95 % that do not overlap."
)
BEST_MEANING = (
    "Bold, in every table: the best system, where it is told apart from every other one by the run’s paired comparison "
    "(adjusted p < 0.05) or, where there is none by that metric, by intervals that do not overlap."
)
"""What a report says of it; it marks no second."""


class Standing(Enum):
    """How a number stands out in its column."""

    BEST = "best"
    SECOND = "second"
    NONE = "none"


def standings(scores: Mapping[str, Measurement], *, compared: Compared) -> dict[str, Standing]:
    """Return which systems stand out by their numbers of one column, by name; see :data:`RULE`.

    Numbers that are not defined do not compete. Where fewer than two are left, nothing stands out.
    """
    ranked = [name for name in best_first(scores) if math.isfinite(scores[name].estimate.value)]
    if len(ranked) < 2:
        return {}
    found = {}
    for name, standing in zip(ranked, (Standing.BEST, Standing.SECOND), strict=False):
        others = [other for other in ranked if other != name]
        if all(told_apart(scores[name], scores[other], compared(name, other)) for other in others):
            found[name] = standing
    return found


def told_apart(one: Measurement, other: Measurement, comparison: Comparison | None) -> bool:
    """Return whether two numbers differ by more than chance, as far as the records tell."""
    if comparison:
        return finding(comparison) != NOT_TOLD_APART
    # Of an interval that is not defined, no end lies beyond anything.
    return one.estimate.low > other.estimate.high or other.estimate.low > one.estimate.high


def best_first(scores: Mapping[str, Measurement]) -> list[str]:
    """Return the names from the best number on; those whose number is not defined come last."""

    def merit(name: str) -> float:
        value = scores[name].estimate.value
        if math.isnan(value):
            return -math.inf
        return value if scores[name].higher_is_better else -value

    return sorted(scores, key=merit, reverse=True)


def comparisons_by(record: RunRecord, metric: str, *, subset: str = "all") -> Compared:
    """Return what looks up a run's comparison of two of its models; runs compare over all clips only."""
    pairs = {frozenset((c.model, c.other)): c for c in record.comparisons if c.metric == metric and subset == "all"}
    return lambda one, other: pairs.get(frozenset((one, other)))
