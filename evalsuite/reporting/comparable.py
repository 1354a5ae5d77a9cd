"""The guard before every table, plot and sentence: which numbers may be held against one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.measurement import Measurement
    from evalsuite.record import RunRecord

SIZES = ("n", "m", "d")
"""What the bias of a distance depends on."""


def hindrance(measurements: Sequence[Measurement], metric: str, *, subset: str = "all") -> str | None:
    """Return why the values of a metric on a subset may not be ranked or compared; ``None`` where they may.

    Either one of them says so itself, or they were not measured alike: passports or the sizes of the sets differ.
    """
    found = [m for m in measurements if m.metric == metric and m.passport.subset == subset]
    own = next((reason for m in found if (reason := m.not_comparable)), None)
    return own or next((reason for other in found[1:] if (reason := _unlike(found[0], other))), None)


def stand_in(record: RunRecord, metric: str, *, subset: str = "all") -> str | None:
    """Return the metric to show in place of one that is not comparable: its alternative, where that was measured."""
    alternative = next((stamp.alternative for stamp in record.metrics if stamp.name == metric), None)
    known = any(m.metric == alternative and m.passport.subset == subset for m in record.measurements)
    usable = alternative and known and not hindrance(record.measurements, alternative, subset=subset)
    return alternative if usable else None


def _unlike(one: Measurement, other: Measurement) -> str | None:
    """Return in what two measurements by one metric were taken differently."""
    field = one.passport.difference(other.passport)
    pairs = [(field, one.passport, other.passport)] if field else []
    sets = [(name, one.adequacy, other.adequacy) for name in SIZES] if one.adequacy and other.adequacy else []
    for name, ours, theirs in (*pairs, *sets):
        a, b = getattr(ours, name), getattr(theirs, name)
        if a != b:
            return f"not measured alike: {name} is {a} for {one.model} and {b} for {other.model}"
    return None
