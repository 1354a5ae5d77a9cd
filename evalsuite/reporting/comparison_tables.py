"""The tables of a comparison of runs: what every system scored, and how much each differs from its rival."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.columns import footnotes, metric_columns
from evalsuite.reporting.comparison_words import contenders, found_better, letter, whose
from evalsuite.reporting.lookup import ALL, leading_metrics, measured, systems
from evalsuite.reporting.words import (
    ABOVE,
    UNDEFINED,
    difference,
    difference_interval,
    finding,
    interval,
    metric_title,
    number,
    probability,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evalsuite.comparison_record import RunsCompared
    from evalsuite.measurement import Measurement
    from evalsuite.record import Comparison, RunRecord
    from evalsuite.reporting.columns import Column


@dataclass(frozen=True, kw_only=True)
class RunCell:
    """One number of one run."""

    value: str
    interval: str = ""
    """Without brackets; empty where it is not defined."""
    unfit: str | None = None
    """Why it does not compare with the first run's: the passport's field that differs, or the doubt about it."""
    best: bool = False
    """Whether it is the best of its column and told apart from every other."""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """One system of one run."""

    model: str
    again: bool
    """Whether it drew the same pictures as its namesake in an earlier run."""
    cells: tuple[RunCell, ...]


@dataclass(frozen=True, kw_only=True)
class RunRows:
    """The systems of one run."""

    letter: str
    run_id: str
    rows: tuple[RunRow, ...]


@dataclass(frozen=True, kw_only=True)
class RunsTable:
    """Every system of every run × the metrics that the first run's report shows first."""

    columns: tuple[Column, ...]
    runs: tuple[RunRows, ...]
    footnotes: tuple[str, ...]
    """What stands in place of what in the first run and why, and the sizes of the sets behind each distance."""


@dataclass(frozen=True, kw_only=True)
class DifferenceRow:
    """How one system differs from another by one metric."""

    title: str
    higher_is_better: bool
    values: tuple[str, str]
    """The earlier run's first."""
    difference: str
    interval: str
    effect_size: str
    won_and_lost: str
    """Shares of the clips; empty where these have no value."""
    p_value: str
    finding: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class DifferencesTable:
    """Some differences."""

    title: str
    rows: tuple[DifferenceRow, ...]


def runs_table(found: RunsCompared) -> RunsTable:
    """Return what every system scored over all clips of its run."""
    first = found.runs[0].record
    columns = metric_columns(first, leading_metrics(first))
    champions = {(metric, name) for metric in {column.metric for column in columns} for name in _best(found, metric)}
    runs = (
        RunRows(letter=letter(place), run_id=run.record.run_id, rows=tuple(_rows(found, place, columns, champions)))
        for place, run in enumerate(found.runs)
    )
    return RunsTable(columns=columns, runs=tuple(runs), footnotes=footnotes(first, columns))


def headline_differences(found: RunsCompared) -> DifferencesTable | None:
    """Return everyone's difference by the headline metric; ``None`` where there is none."""
    known = contenders(found)
    rows = tuple(
        _difference(one, title=f"{whose(known[one.model])} less {whose(known[one.other])}") for one in found.headline
    )
    return DifferencesTable(title=metric_title(found.headline[0].metric), rows=rows) if rows else None


def other_differences(found: RunsCompared) -> list[DifferencesTable]:
    """Return the differences by every other metric, in a table for each two systems."""
    known = contenders(found)
    pairs: dict[tuple[str, str], list[Comparison]] = {}
    for one in found.others:
        pairs.setdefault((one.model, one.other), []).append(one)
    return [
        DifferencesTable(
            title=f"{whose(known[model])} less {whose(known[other])}",
            rows=tuple(_difference(one, title=metric_title(one.metric)) for one in some),
        )
        for (model, other), some in pairs.items()
    ]


def _rows(
    found: RunsCompared, run: int, columns: Sequence[Column], champions: set[tuple[str, str]]
) -> Iterator[RunRow]:
    """Yield the systems of a run, in the order of its record."""
    entered = {contender.model: contender.name for contender in found.contenders if contender.run == run}
    for card in systems(found.runs[run].record):
        name = entered.get(card.name)
        cells = (_cell(found, run, card.name, column, best=(column.metric, name) in champions) for column in columns)
        yield RunRow(model=card.name, again=name is None, cells=tuple(cells))


def _cell(found: RunsCompared, run: int, model: str, column: Column, *, best: bool) -> RunCell:
    measurement = measured(found.runs[run].record).get((model, column.metric, ALL))
    if measurement is None:
        return RunCell(value=UNDEFINED, hint="not measured")
    unfit = _unfit(found.runs[0].record, measurement, column)
    return RunCell(
        value=number(measurement.estimate.value, unit=measurement.unit),
        interval=interval(measurement.estimate, unit=measurement.unit),
        unfit=unfit,
        best=best and unfit is None,
        hint=f"{measurement.estimate.method}\n{measurement.passport}",
    )


def _unfit(first: RunRecord, measurement: Measurement, column: Column) -> str | None:
    """Return why a number does not compare with those of the first run: the field that differs, or a doubt."""
    if doubt := measurement.not_comparable or (None if column.comparable else column.hindrance):
        return doubt
    passports = (m.passport for m in first.measurements if m.metric == column.metric and m.passport.subset == ALL)
    field = next(passports).difference(measurement.passport)
    return f"{field} differs" if field else None


def _best(found: RunsCompared, metric: str) -> list[str]:
    """Return the name of the best system by a metric, where it is told apart from every other one."""
    against = [comparison for comparison in found.standing if comparison.metric == metric]
    proven = len(against) == len(found.contenders) - 1 and all(finding(one) == ABOVE for one in against)
    return [against[0].model] if against and proven else []


def _difference(comparison: Comparison, *, title: str) -> DifferenceRow:
    unit, estimate = comparison.unit, comparison.estimate
    later, earlier = (number(value, unit=unit) for value in comparison.values or (math.nan, math.nan))
    # Only differences clip by clip have an effect size.
    test = "signs flipped by recording" if comparison.effect_size else "t"
    shares = [number(share, unit="proportion") for share in comparison.won_and_lost or ()]
    return DifferenceRow(
        title=title,
        higher_is_better=comparison.higher_is_better,
        values=(earlier, later),
        difference=difference(estimate.value, unit=unit),
        interval=difference_interval(estimate, unit=unit),
        effect_size=difference(comparison.effect_size.value, unit="") if comparison.effect_size else UNDEFINED,
        won_and_lost=", ".join(shares) or UNDEFINED,
        p_value=probability(comparison.p_adjusted),
        finding=found_better(comparison),
        hint=f"{estimate.method}\n{test}: p = {comparison.p_value:.2g}, n = {comparison.n}",
    )
