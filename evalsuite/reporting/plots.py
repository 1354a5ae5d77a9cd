"""The geometry of the interval plots; the template draws them, so that they follow the reader's colour scheme."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.columns import metric_columns
from evalsuite.reporting.comparable import hindrance
from evalsuite.reporting.lookup import ALL, groups, headline_metric, leading_metrics, measured_chance, measured_metrics
from evalsuite.reporting.words import interval, metric_title, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.measurement import Measurement
    from evalsuite.record import RunRecord

INTERVALS = 3
"""About how many steps an axis is divided into; few, so that labels never touch on a phone."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One model's value on the axis. Positions are per cent of the axis."""

    name: str
    """The model's name, or the subset's where the mark belongs to the model above it."""
    is_subset: bool
    at: float
    low: float | None
    """Where the interval begins; ``None`` where it is not defined."""
    high: float | None
    text: str
    """The value and its interval in words."""


@dataclass(frozen=True, kw_only=True)
class MarkGroup:
    """The models of one kind; each kind has a shape of its own, so that no colour is needed to tell them apart."""

    kind: str
    title: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class IntervalPlot:
    """All models on one metric."""

    title: str
    is_leading: bool
    """Whether the metric is in the first table."""
    higher_is_better: bool
    groups: tuple[MarkGroup, ...]
    ticks: tuple[tuple[float, str], ...]
    """Position in per cent, and label."""
    chance: float | None
    """Where blind guessing lies, in per cent of the axis."""


def interval_plots(record: RunRecord) -> list[IntervalPlot]:
    """Return one plot per metric, the leading one first. A metric without a finite value or not comparable has none."""
    first = headline_metric(record)
    names = [name for name in measured_metrics(record) if not hindrance(record.measurements, name)]
    leading = {column.metric for column in metric_columns(record, leading_metrics(record))}
    plots = (
        _plot(record, name, with_subsets=name == first, is_leading=name in leading)
        for name in sorted(names, key=lambda name: name != first)
    )
    return [plot for plot in plots if plot is not None]


def _plot(record: RunRecord, metric: str, *, with_subsets: bool, is_leading: bool) -> IntervalPlot | None:
    systems = {card.name for card in record.models if card.role == "system"}
    shown = [
        m
        for m in record.measurements
        if m.metric == metric
        and math.isfinite(m.estimate.value)
        and (m.passport.subset == ALL or (with_subsets and m.model in systems))
    ]
    if not shown:
        return None
    axis = _axis(shown)
    chance = measured_chance(record, metric)
    return IntervalPlot(
        title=metric_title(metric),
        is_leading=is_leading,
        higher_is_better=shown[0].higher_is_better,
        groups=tuple(_mark_groups(record, shown, axis)),
        ticks=tuple((_place(tick, axis), _tick_label(tick, shown[0].unit)) for tick in _ticks(axis)),
        chance=None if chance is None else _place(chance[0], axis),
    )


def _mark_groups(record: RunRecord, shown: list[Measurement], axis: tuple[float, float]) -> Iterator[MarkGroup]:
    """Yield the marks by kind, a model's subsets after the model itself."""
    ordered = sorted(shown, key=lambda m: m.passport.subset != ALL)
    for group in groups(record):
        marks = tuple(_mark(m, axis) for card in group.cards for m in ordered if m.model == card.name)
        if marks:
            yield MarkGroup(kind=group.kind, title=group.title, marks=marks)


def _axis(shown: list[Measurement]) -> tuple[float, float]:
    """Return the ends of the axis: 0 to 1 for proportions, else what the intervals span, with 0 where that is near."""
    if shown[0].unit == "proportion":
        return 0.0, 1.0
    ends = [end for m in shown for end in (m.estimate.low, m.estimate.value, m.estimate.high) if math.isfinite(end)]
    low, high = min(ends), max(ends)
    margin = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
    return (0.0 if 0 <= low < 0.5 * high else low - margin), high + margin


def _mark(measurement: Measurement, axis: tuple[float, float]) -> Mark:
    estimate, subset = measurement.estimate, measurement.passport.subset
    bracket = f" [{ends}]" if (ends := interval(estimate, unit=measurement.unit)) else ""
    return Mark(
        name=measurement.model if subset == ALL else subset,
        is_subset=subset != ALL,
        at=_place(estimate.value, axis),
        low=_place(estimate.low, axis) if bracket else None,
        high=_place(estimate.high, axis) if bracket else None,
        text=number(estimate.value, unit=measurement.unit) + bracket,
    )


def _place(value: float, axis: tuple[float, float]) -> float:
    return round(min(max(100 * (value - axis[0]) / (axis[1] - axis[0]), 0.0), 100.0), 2)


def _ticks(axis: tuple[float, float]) -> list[float]:
    """Return multiples of 1, 2, 2.5 or 5 times a power of ten, within the axis."""
    rough = (axis[1] - axis[0]) / INTERVALS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= 0.75 * rough)
    first, last = math.ceil(axis[0] / step - 1e-9), math.floor(axis[1] / step + 1e-9)
    return [step * index for index in range(first, last + 1)]


def _tick_label(value: float, unit: str) -> str:
    return f"{100 * value:.0f}" if unit == "proportion" else f"{value:.4g}".replace("-", "−")
