"""The columns of a table: which metric each shows, in whose place, and the footnotes that say why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evalsuite.questions import question_of
from evalsuite.reporting.comparable import hindrance, stand_in
from evalsuite.reporting.control_words import claims_direction
from evalsuite.reporting.lookup import ALL, measured, measured_chance, systems
from evalsuite.reporting.standing import Standing, comparisons_by, standings
from evalsuite.reporting.words import UNDEFINED, capitalised, listed, metric_title, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.record import RunRecord

DAGGER = "†"
"""Beside every number that is not comparable."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of numbers, by one metric on one subset of the clips."""

    metric: str
    """The metric that is shown."""
    subset: str
    title: str
    question: str
    """What the metric asks about."""
    higher_is_better: bool
    chance: str
    """What blind guessing would score; a dash where that is not known."""
    best: str | None = None
    """The system whose number stands out, by the rule of :mod:`~evalsuite.reporting.standing`; ``None`` where none."""
    displaced: str | None = None
    """The metric that is not comparable and in whose place the shown one stands."""
    hindrance: str | None = None
    """Why the displaced metric is not comparable or, where there is none, the shown one."""
    usual_rank: int | None = None
    """Of a distance, the rank of most models' covariances: any other stands beside its number."""

    @property
    def comparable(self) -> bool:
        """Whether the shown numbers may be held against one another."""
        return self.hindrance is None or self.displaced is not None


def metric_columns(record: RunRecord, metrics: Sequence[str]) -> tuple[Column, ...]:
    """Return a column for each of ``metrics``, over all clips.

    One that is not comparable leaves its column to its stand-in, which then has no column of its own.
    """
    readings = {name: _reading(record, name) for name in metrics}
    standing_in = {column.metric for column in readings.values() if column.displaced}
    return tuple(readings[name] for name in metrics if name not in standing_in)


def subset_columns(record: RunRecord, metric: str, subsets: Sequence[str]) -> tuple[Column, ...]:
    """Return a column for each of the ``subsets`` that a metric was measured on."""
    return tuple(_column(record, metric, subset=subset, title=capitalised(subset)) for subset in subsets)


def footnotes(record: RunRecord, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return what a reader of these columns must know, one sentence each: what is not comparable, and sizes of sets."""
    unfit = tuple(f"{DAGGER} {unfitness(column)}" for column in columns if column.hindrance)
    sized: dict[str, list[str]] = {}
    for column in columns:
        if sizes := _sizes(record, column):
            sized.setdefault(sizes, []).append(metric_title(column.metric))
    return (*unfit, *(f"{listed(titles)}: {sizes}." for sizes, titles in sized.items()))


def _reading(record: RunRecord, metric: str) -> Column:
    """Return the column that tells what a metric asks about."""
    instead = stand_in(record, metric) if hindrance(record.measurements, metric) else None
    shown = _column(record, instead or metric, title=metric_title(instead or metric))
    if instead is None:
        return shown
    return replace(shown, displaced=metric, hindrance=hindrance(record.measurements, metric))


def _column(record: RunRecord, metric: str, *, title: str, subset: str = ALL) -> Column:
    chance = measured_chance(record, metric) if subset == ALL else None
    reason = hindrance(record.measurements, metric, subset=subset)
    found = [m for m in record.measurements if m.metric == metric]
    ranks = Counter(m.adequacy.rank for m in found if m.adequacy)
    return Column(
        metric=metric,
        subset=subset,
        title=title,
        question=question_of(metric),
        higher_is_better=found[0].higher_is_better,
        chance=UNDEFINED if chance is None else number(chance[0], unit=chance[1]),
        best=None if reason else _best(record, metric, subset=subset),
        hindrance=reason,
        usual_rank=ranks.most_common(1)[0][0] if ranks else None,
    )


def _best(record: RunRecord, metric: str, *, subset: str) -> str | None:
    """Return the system that stands out by a metric that is comparable."""
    if not claims_direction(record.sweep, metric):
        return None
    names = {card.name for card in systems(record)}
    scores = {model: m for (model, *key), m in measured(record).items() if model in names and key == [metric, subset]}
    found = standings(scores, compared=comparisons_by(record, metric, subset=subset))
    return next((name for name, standing in found.items() if standing is Standing.BEST), None)


def unfitness(column: Column) -> str:
    """Return why a column's metric is not comparable and what follows, as a sentence; for columns with a hindrance."""
    unfit = f"{metric_title(column.displaced or column.metric)} is not comparable ({column.hindrance})"
    return f"{unfit}: {column.title} stands in its place." if column.displaced else f"{unfit}: it ranks nothing."


def _sizes(record: RunRecord, column: Column) -> str:
    """Return the sizes of the sets behind a distance; empty for another metric."""
    found = [m.adequacy for m in record.measurements if m.metric == column.metric and m.adequacy]
    if not found:
        return ""
    sets, others = found[0], any(sets.rank != column.usual_rank for sets in found)
    sizes = f"n = {sets.n} pictures, m = {sets.m} references, d = {sets.d} dimensions"
    ranks = f"rank {column.usual_rank} (of the references {sets.reference_rank})"
    return f"{sizes}, {ranks}; another rank stands beside its number" if others else f"{sizes}, {ranks}"
