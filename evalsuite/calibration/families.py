"""Families: metrics are told side by side that hold the pictures against the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.calibration_record import Family
from evalsuite.metrics.base import AUDIO, CLASSES, LABELS, REFERENCE, TRUE, what

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evalsuite.metrics.base import Metric

TITLES = (
    "distance to reference pictures",
    "quality and variety",
    "picture and class",
    "picture and sound",
    "picture and real picture",
)
"""In the order of tables and figures."""


def by_family(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """Return the metrics family by family, in each by their names."""
    return tuple(sorted(metrics, key=lambda metric: (TITLES.index(_title(metric)), metric.name)))


def families(metrics: Sequence[Metric]) -> tuple[Family, ...]:
    """Return the families that have metrics."""
    of = {title: tuple(metric.name for metric in metrics if _title(metric) == title) for title in TITLES}
    return tuple(Family(title=title, metrics=names) for title, names in of.items() if names)


def _title(metric: Metric) -> str:
    made_from = {what(need) for need in metric.needs}
    distance, variety, with_class, with_sound, with_picture = TITLES
    if REFERENCE in made_from:
        return variety if metric.higher_is_better else distance
    if AUDIO in made_from:
        return with_sound
    if TRUE in made_from:
        return with_picture
    return with_class if made_from & {CLASSES, LABELS} else variety
