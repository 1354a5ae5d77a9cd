"""The tables of a report: systems × metrics, and one metric × the subsets of clips it was measured on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.questions import OTHER, QUESTIONS, question_of
from evalsuite.reporting.columns import DAGGER, Column, footnotes, metric_columns, subset_columns
from evalsuite.reporting.lookup import (
    groups,
    headline_metric,
    leading_metrics,
    measured,
    measured_metrics,
    measured_subsets,
)
from evalsuite.reporting.words import UNDEFINED, capitalised, interval, metric_title, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.record import RunRecord


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One number."""

    value: str
    interval: str = ""
    """Its interval without brackets; empty where it is not defined."""
    n: int = 0
    """How many clips were scored."""
    rank: int | None = None
    """Rank of the pictures' covariance, where that is not the column's usual one."""
    best: bool = False
    """Whether it is the best system's, told apart from every other one."""
    displaced: str = ""
    """The number that is not comparable and in whose place the value stands («FID 431.0†»)."""
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
    footnotes: tuple[str, ...]
    """What stands in place of what and why, and the sizes of the sets behind each distance."""

    @property
    def has_chance(self) -> bool:
        """Whether any column knows what blind guessing would score."""
        return any(column.chance != UNDEFINED for column in self.columns)

    @property
    def has_best(self) -> bool:
        """Whether any number stands out."""
        return any(column.best for column in self.columns)


def headline_table(record: RunRecord, *, at_most: int | None = None) -> Table:
    """Return every model × the leading metrics, over all clips; ``at_most`` so many, of the foremost questions."""
    columns, order = metric_columns(record, leading_metrics(record)), [OTHER, *QUESTIONS]
    kept = sorted(columns, key=lambda column: order.index(column.question))[:at_most]
    return _table(record, tuple(column for column in columns if column in kept))


def question_tables(record: RunRecord) -> dict[str, Table]:
    """Return every model × every metric, in a table for each question; none where the first table holds them all."""
    by_question: dict[str, list[str]] = {}
    for name in measured_metrics(record):
        by_question.setdefault(question_of(name), []).append(name)
    columns = {question: metric_columns(record, names) for question, names in by_question.items()}
    if sum(map(len, columns.values())) == len(headline_table(record).columns):
        return {}
    return {capitalised(question): _table(record, found) for question, found in columns.items()}


def metric_table(record: RunRecord, metrics: Sequence[str]) -> Table:
    """Return every model × those of ``metrics`` that were measured, over all clips."""
    found = {m.metric for m in record.measurements}
    return _table(record, metric_columns(record, [name for name in metrics if name in found]))


def subset_table(record: RunRecord) -> Table | None:
    """Return every model × the subsets of the leading metric; ``None`` where it was measured on all clips only."""
    metric = headline_metric(record)
    subsets = measured_subsets(record, metric) if metric else []
    if metric is None or not subsets:
        return None
    return _table(record, subset_columns(record, metric, subsets))


def _table(record: RunRecord, columns: tuple[Column, ...]) -> Table:
    found = (
        RowGroup(kind=group.kind, title=group.title, rows=_rows(record, group.cards, columns))
        for group in groups(record)
    )
    return Table(
        columns=columns, groups=tuple(group for group in found if group.rows), footnotes=footnotes(record, columns)
    )


def _rows(record: RunRecord, cards: tuple[ModelCard, ...], columns: tuple[Column, ...]) -> tuple[Row, ...]:
    """Return a row for each of ``cards`` that has any of the numbers."""
    rows = (Row(card=card, cells=tuple(_cell(record, card.name, column) for column in columns)) for card in cards)
    return tuple(row for row in rows if any(cell.n for cell in row.cells))


def _cell(record: RunRecord, model: str, column: Column) -> Cell:
    numbers = measured(record)
    measurement = numbers.get((model, column.metric, column.subset))
    if measurement is None:
        return Cell(value=UNDEFINED, hint="not measured")
    estimate, sets = measurement.estimate, measurement.adequacy
    unfit = numbers.get((model, column.displaced, column.subset)) if column.displaced else None
    return Cell(
        value=number(estimate.value, unit=measurement.unit) + ("" if column.comparable else DAGGER),
        interval=interval(estimate, unit=measurement.unit) if column.comparable else "",
        n=measurement.passport.n,
        best=model == column.best,
        rank=sets.rank if sets and sets.rank != column.usual_rank else None,
        displaced=f"{metric_title(unfit.metric)} {number(unfit.estimate.value, unit=unfit.unit)}{DAGGER}"
        if unfit
        else "",
        hint=_hint(measurement),
    )


def _hint(measurement: Measurement) -> str:
    reason = "" if math.isfinite(measurement.estimate.value) else "not defined: "
    sets = f"\n{measurement.adequacy}" if measurement.adequacy else ""
    return f"{reason}{measurement.estimate.method}{sets}\n{measurement.passport}"
