"""Best and second: which numbers of a column a table may point out."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING

from evalsuite.reporting.words import NOT_TOLD_APART, finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.measurement import Measurement
    from evalsuite.record import Comparison
    from evalsuite.tabling.entries import Entry, Key

RULE = (
    "Bold: the best system, where it is told apart from every other one. Underlined: the second, where it is told "
    "apart from the best and from every one below. Two systems are told apart by the run's paired comparison by that "
    "metric (p < 0.05, adjusted by Holm's method) or, where the run has none, by intervals of 95 % that do not overlap."
)


class Standing(Enum):
    """How a number stands out in its column."""

    BEST = "best"
    SECOND = "second"
    NONE = "none"


def standings(entries: Sequence[Entry], key: Key) -> dict[str, Standing]:
    """Return which of the systems stand out by the number ``key``, by name; see :data:`RULE`.

    Numbers that are not defined do not compete. Where fewer than two are left, nothing stands out.
    """
    ranked = _ranked(entries, key)
    if len(ranked) < 2:
        return {}
    found = {}
    for place, standing in enumerate((Standing.BEST, Standing.SECOND)):
        others = [other for other in ranked if other is not ranked[place]]
        if all(told_apart(ranked[place], other, key) for other in others):
            found[ranked[place].name] = standing
    return found


def told_apart(one: Entry, other: Entry, key: Key) -> bool:
    """Return whether two models' numbers differ by more than chance, as far as their records tell."""
    a, b = one.scores[key], other.scores[key]
    comparison = _comparison(one, other, a)
    if comparison:
        return finding(comparison) != NOT_TOLD_APART
    # Of an interval that is not defined, no end lies beyond anything.
    return a.estimate.low > b.estimate.high or b.estimate.low > a.estimate.high


def _ranked(entries: Sequence[Entry], key: Key) -> list[Entry]:
    """Return the systems that have a value, the best first."""

    def merit(entry: Entry) -> float:
        measurement = entry.scores[key]
        value = measurement.estimate.value
        return value if measurement.higher_is_better else -value

    competing = [e for e in entries if e.kind == "system" and key in e.scores]
    return sorted((e for e in competing if math.isfinite(merit(e))), key=merit, reverse=True)


def _comparison(one: Entry, other: Entry, measurement: Measurement) -> Comparison | None:
    """Return what the run tells of two of its own models, over all clips."""
    if one.run is not other.run or measurement.passport.subset != "all":
        return None
    pair = {one.card.name, other.card.name}
    own = (c for c in one.run.record.comparisons if c.metric == measurement.metric and {c.model, c.other} == pair)
    return next(own, None)
