"""The tables of a sweep: the doses asked for and measured, the trends of every response, the tests of placebos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.control_words import dose, margin, metrics_of, p_clause
from evalsuite.reporting.lookup import groups
from evalsuite.reporting.tables import metric_table
from evalsuite.reporting.words import difference, difference_interval

if TYPE_CHECKING:
    from evalsuite.control_record import Equivalence, ResponseStamp, SweepStamp
    from evalsuite.record import RunRecord
    from evalsuite.reporting.tables import Table

NO_EFFECT, EFFECT, OPEN = "no effect", "an effect beyond the margin", "not shown to be without effect"


@dataclass(frozen=True, kw_only=True)
class DoseRow:
    """One dose, in words."""

    asked: str
    measured: str
    spread: str
    """Standard deviation of what was measured."""


@dataclass(frozen=True, kw_only=True)
class PlaceboRow:
    """Whether a dose is without effect on one model."""

    model: str
    kind: str
    """One of :data:`evalsuite.reporting.lookup.KINDS`."""
    change: str
    interval: str
    """The 90 % interval that the test rests on."""
    p_value: str
    finding: str


@dataclass(frozen=True, kw_only=True)
class ResponseTables:
    """What is told of one response in numbers."""

    numbers: Table
    """Its trends or, of too few doses, its mean; empty for the foremost response, which the first table tells."""
    margin: str
    """What counts as no effect; empty where none was declared."""
    placebo: tuple[PlaceboRow, ...]


def dose_rows(sweep: SweepStamp) -> list[DoseRow]:
    """Return every dose of the sweep, as asked for and as measured in the sounds."""
    unit = sweep.unit
    return [
        DoseRow(
            asked=dose(stamp.asked, unit=unit),
            measured=dose(stamp.measured, unit=unit),
            spread=dose(float(f"{stamp.spread:.2g}"), unit=unit),
        )
        for stamp in sweep.doses
    ]


def response_tables(record: RunRecord, response: ResponseStamp) -> ResponseTables:
    """Return the numbers of a response with their intervals, and the tests against its margin."""
    return ResponseTables(
        numbers=metric_table(record, metrics_of(record.sweep, response) if record.sweep else ()),
        margin=margin(response),
        placebo=tuple(_placebo(record, response)),
    )


def _placebo(record: RunRecord, response: ResponseStamp) -> list[PlaceboRow]:
    tests = {c.model: c.equivalence for c in record.curves if c.response == response.name and c.equivalence}
    return [
        PlaceboRow(
            model=card.name,
            kind=group.kind,
            change=difference(test.change.value, unit=response.unit),
            interval=difference_interval(test.change, unit=response.unit),
            p_value=p_clause(test.p_value),
            finding=_finding(test),
        )
        for group in groups(record)
        for card in group.cards
        if (test := tests.get(card.name))
    ]


def _finding(test: Equivalence) -> str:
    if test.equivalent:
        return NO_EFFECT
    return EFFECT if test.change.low > test.margin or test.change.high < -test.margin else OPEN
