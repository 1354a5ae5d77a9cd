"""From a layout and finished runs to a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.questions import QUESTIONS
from evalsuite.registry import names
from evalsuite.reporting.lookup import KINDS
from evalsuite.reporting.standing import Standing
from evalsuite.reporting.words import UNDEFINED, listed
from evalsuite.tabling import digits
from evalsuite.tabling.columns import columns, shown_entries
from evalsuite.tabling.layout import Known
from evalsuite.tabling.model import DAGGER, Cell, Row, Section, Table
from evalsuite.tabling.published import published_rows
from evalsuite.tabling.stamp import RunStamp, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evalsuite.record import RunRecord
    from evalsuite.tabling.columns import Column
    from evalsuite.tabling.entries import Entry, ProtocolRuns
    from evalsuite.tabling.layout import Layout

PUBLISHED, PUBLISHED_TITLE = "published", "Published, not comparable"
"""The rows that papers print: their kind and their heading."""
BESIDE = {
    "standard error": "Beside each value stands its standard error over recordings. ",
    "interval": "In brackets stands the interval of 95 % over recordings. ",
    "none": "",
}
MARKED = (
    "Bold: best, and told apart from every other system; underlined: second, and told apart from the best and all "
    "below (paired test where the run has one, else disjoint 95 % intervals)."
)


def known_names(by_protocol: Mapping[str, ProtocolRuns]) -> Known:
    """Return the names that a layout of these runs may use."""
    entries = [entry for runs in by_protocol.values() for entry in runs.entries]
    measured = {metric for entry in entries for metric, _ in entry.scores}
    ours = {metric for metrics in QUESTIONS.values() for metric in metrics}
    models = {name for entry in entries for name in (entry.name, entry.card.name)}
    return Known(metrics=measured.union(ours, names("metrics")), models=models.union(names("models")))


def build_table(layout: Layout, by_protocol: Mapping[str, ProtocolRuns], *, command: str = "") -> Table:
    """Return the table of runs, by protocol, that a layout asks for.

    Raises ``UserError`` where none of its numbers was measured.
    """
    shown, left_out = columns(layout, by_protocol)
    if not shown:
        raise UserError(f"none of the numbers of the layout {layout.name!r} was measured: {', '.join(left_out)}")
    papers, sources = published_rows(layout, shown)
    first = next(iter(by_protocol.values())).record
    return Table(
        stamp=_stamp(layout, shown, by_protocol, command),
        caption=layout.caption.format_map(_facts(first)),
        label=f"tab:{layout.name.replace('_', '-')}",
        wide=layout.wide,
        heads=tuple(column.head for column in shown),
        sections=(*_sections(layout, shown, by_protocol), *_published(papers)),
        notes=(*_unfit(shown), *sources),
        legend=_legend(layout, shown),
        left_out=tuple(left_out),
    )


def _sections(layout: Layout, shown: Sequence[Column], by_protocol: Mapping[str, ProtocolRuns]) -> Iterator[Section]:
    """Yield the rows by kind, the systems first, without those that have no number."""
    chosen = [entry for runs in by_protocol.values() for entry in shown_entries(layout, list(runs.entries))]
    by_name: dict[str, Entry] = {}
    for entry in chosen:
        by_name.setdefault(entry.name, entry)
    for kind, title in KINDS.items():
        rows = [_row(entry, layout, shown) for entry in by_name.values() if entry.kind == kind]
        valued = tuple(row for row in rows if any(cell.measurement for cell in row.cells))
        if valued:
            yield Section(kind=kind, title=title, rows=valued)


def _published(papers: Sequence[Row]) -> Iterator[Section]:
    if papers:
        yield Section(kind=PUBLISHED, title=PUBLISHED_TITLE, rows=tuple(papers))


def _row(entry: Entry, layout: Layout, shown: Sequence[Column]) -> Row:
    title = layout.names.get(entry.name, layout.names.get(entry.card.name, entry.name))
    return Row(name=entry.name, title=title, cells=tuple(_cell(entry.name, column) for column in shown))


def _cell(name: str, column: Column) -> Cell:
    entry = next((entry for entry in column.shown if entry.name == name), None)
    if entry is None:
        return Cell(value=UNDEFINED)
    measurement = entry.scores[column.key]
    estimate, unit, unfit = measurement.estimate, measurement.unit, column.hindrance is not None
    kind = "none" if unfit else column.layout.uncertainty
    return Cell(
        value=digits.value(estimate, unit=unit, places=column.places),
        spread=digits.spread(estimate, unit=unit, places=column.places, kind=kind),
        dagger=unfit,
        standing=column.standings.get(name, Standing.NONE),
        measurement=measurement,
    )


def _unfit(shown: Sequence[Column]) -> list[str]:
    """Return which columns are not comparable and why, columns with one reason together."""
    reasons: dict[str, list[str]] = {}
    for column in shown:
        if column.hindrance:
            reasons.setdefault(column.hindrance, []).append(column.head.title)
    return [f"{DAGGER} {listed(titles)}: not comparable ({reason})." for reason, titles in reasons.items()]


def _legend(layout: Layout, shown: Sequence[Column]) -> str:
    ranked = any(column.standings for column in shown)
    return (BESIDE[layout.uncertainty] + (MARKED if ranked else "")).strip()


def _stamp(layout: Layout, shown: Sequence[Column], by_protocol: Mapping[str, ProtocolRuns], command: str) -> Stamp:
    passports = [str(entry.scores[column.key].passport) for column in shown for entry in column.shown]
    return Stamp(
        layout=layout,
        runs=tuple(RunStamp.of(run.record) for runs in by_protocol.values() for run in runs.runs),
        passports=tuple(dict.fromkeys(passports)),
        command=command,
    )


def _facts(record: RunRecord) -> dict[str, str | int]:
    """Return what a caption may say; see :data:`~evalsuite.tabling.layout.FIELDS`."""
    return {
        "title": record.protocol.title,
        "protocol": record.protocol.name,
        "version": record.protocol.version,
        "profile": record.profile.name,
        "dataset": record.dataset.card.name,
        "n": record.dataset.n,
        "total": record.dataset.total,
        "classes": len(record.dataset.classes),
        "recordings": record.dataset.sources,
        "seed": record.seed,
    }
