"""The tables of a report: systems × metrics, and one metric × the subsets of clips it was measured on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.lookup import (
    ALL,
    groups,
    headline_metric,
    measured,
    measured_chance,
    measured_metrics,
    measured_subsets,
)
from evalsuite.reporting.words import UNDEFINED, interval, metric_title, number

if TYPE_CHECKING:
    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.record import RunRecord


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of numbers."""

    title: str
    higher_is_better: bool
    chance: str
    """What blind guessing would score; a dash where that is not known."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One number."""

    value: str
    interval: str = ""
    """Its interval without brackets; empty where it is not defined."""
    n: int = 0
    """How many clips were scored."""
    hint: str = ""
    """How the interval was made, and the passport."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One model's numbers."""

    card: ModelCard
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class RowGroup:
    """The numbers of the models of one kind."""

    kind: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Numbers, systems first, then the references by what they mark."""

    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]

    @property
    def has_chance(self) -> bool:
        """Whether any column knows what blind guessing would score."""
        return any(column.chance != UNDEFINED for column in self.columns)


def headline_table(record: RunRecord) -> Table:
    """Return every model × every metric, over all clips."""
    return _table(record, [(metric, ALL, metric_title(metric)) for metric in measured_metrics(record)])


def subset_table(record: RunRecord) -> Table | None:
    """Return every model × the subsets of the leading metric; ``None`` where it was measured on all clips only."""
    metric = headline_metric(record)
    subsets = measured_subsets(record, metric) if metric else []
    if metric is None or not subsets:
        return None
    return _table(record, [(metric, subset, subset[:1].upper() + subset[1:]) for subset in subsets])


def _table(record: RunRecord, keys: list[tuple[str, str, str]]) -> Table:
    found = [
        RowGroup(kind=group.kind, title=group.title, rows=_rows(record, group.cards, keys)) for group in groups(record)
    ]
    return Table(
        columns=tuple(_column(record, *key) for key in keys), groups=tuple(group for group in found if group.rows)
    )


def _rows(record: RunRecord, cards: tuple[ModelCard, ...], keys: list[tuple[str, str, str]]) -> tuple[Row, ...]:
    """Return a row for each of ``cards`` that has any of the numbers."""
    numbers = measured(record)
    rows = (
        Row(card=card, cells=tuple(_cell(numbers.get((card.name, metric, subset))) for metric, subset, _ in keys))
        for card in cards
    )
    return tuple(row for row in rows if any(cell.n for cell in row.cells))


def _column(record: RunRecord, metric: str, subset: str, title: str) -> Column:
    sample = next(m for m in record.measurements if m.metric == metric)
    chance = measured_chance(record, metric) if subset == ALL else None
    shown = UNDEFINED if chance is None else number(chance[0], unit=chance[1])
    return Column(title=title, higher_is_better=sample.higher_is_better, chance=shown)


def _cell(measurement: Measurement | None) -> Cell:
    if measurement is None:
        return Cell(value=UNDEFINED, hint="not measured")
    estimate = measurement.estimate
    reason = "" if math.isfinite(estimate.value) else "not defined: "
    return Cell(
        value=number(estimate.value, unit=measurement.unit),
        interval=interval(estimate, unit=measurement.unit),
        n=measurement.passport.n,
        hint=f"{reason}{estimate.method}\n{measurement.passport}",
    )
