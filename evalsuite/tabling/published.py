"""Published numbers as rows of a table, each marked, with their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.published_numbers import published_numbers
from evalsuite.reporting.beside import beside
from evalsuite.reporting.words import UNDEFINED
from evalsuite.tabling.layout import ALL
from evalsuite.tabling.model import DAGGER, Cell, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evalsuite.reporting.beside import Beside, Source
    from evalsuite.reporting.beside import Column as Printed
    from evalsuite.tabling.columns import Column
    from evalsuite.tabling.layout import Layout


def published_rows(layout: Layout, columns: Sequence[Column]) -> tuple[list[Row], list[str]]:
    """Return a row for each system that the layout's papers print a number of, and the notes that must stand with them.

    Papers' numbers are never put beside those of a made-up world, nor beside several protocols: then there is no row.
    """
    if layout.published == () or any(column.runs is not columns[0].runs for column in columns):
        return [], []
    found = beside(columns[0].runs.record)
    rows: list[Row] = []
    notes: list[str] = []
    for place, source in enumerate(found.sources if found else (), start=1):
        theirs = _by_column(found, place, columns) if found and source.paper in _papers(layout) else {}
        if theirs:
            mark = f"[{len({row.title.rpartition(' ')[2] for row in rows}) + 1}]"
            rows += _rows(theirs, mark, len(columns))
            titles = {column: columns[column].head.title for column in theirs}
            notes += [_citation(source, mark), *_marks(theirs, mark, titles)]
    return rows, notes


def _papers(layout: Layout) -> frozenset[str]:
    """Return the citations of the papers that the layout names."""
    papers = published_numbers()
    return frozenset(papers[name].paper for name in (papers if layout.published is None else layout.published))


def _by_column(found: Beside, source: int, columns: Sequence[Column]) -> dict[int, Printed]:
    """Return what a source prints, by the place of the table's column."""
    printed = {one.metric: told for one in found.metrics for told in one.published if told.source == source}
    metrics = {place: column.spec.metric for place, column in enumerate(columns) if column.spec.subset == ALL}
    return {place: printed[metric] for place, metric in metrics.items() if metric in printed}


def _rows(theirs: Mapping[int, Printed], mark: str, width: int) -> list[Row]:
    values = {place: dict(printed.values) for place, printed in theirs.items()}
    systems = dict.fromkeys(system for own in values.values() for system in own)
    return [
        Row(
            name=f"{system} {mark}",
            title=f"{system} {mark}",
            cells=tuple(_cell(values.get(place, {}).get(system)) for place in range(width)),
        )
        for system in systems
    ]


def _cell(printed: str | None) -> Cell:
    return Cell(value=UNDEFINED) if printed is None else Cell(value=printed.removesuffix(" %"), dagger=True)


def _citation(source: Source, mark: str) -> str:
    quoted = f", quoted by {source.quoted_by}" if source.quoted_by else ""
    return f"{mark} {source.paper}, {source.where}{quoted} ({source.confidence})."


def _marks(theirs: Mapping[int, Printed], mark: str, titles: Mapping[int, str]) -> list[str]:
    """Return why each of a source's numbers is not comparable, columns with one reason together."""
    alike: dict[str, list[str]] = {}
    for place, printed in theirs.items():
        alike.setdefault(printed.mark, []).append(titles[place])
    return [f"{DAGGER} {', '.join(names)} of {mark}: {reason}." for reason, names in alike.items()]
