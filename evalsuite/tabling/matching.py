"""Two tables held against each other: the rows that a paper has, and those that its runs give."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.tabling.escaping import plain
from evalsuite.tabling.recompute import is_per_clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evalsuite.tabling.model import Cell, Head, Row, Table
    from evalsuite.tabling.reading import TexCell, TexRow

Named = dict[tuple[str, int], "TexRow"]
"""Rows by what their first cells say, and by which of that name they are."""


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """One thing that no longer matches."""

    line: int
    """Where it stands in the paper, from 1."""
    row: str = ""
    column: str = ""
    says: str
    """What the paper says; empty where something is missing."""
    should: str
    """What it should say."""
    origin: str = ""
    """Where that comes from."""

    def __str__(self) -> str:
        places = [f"{kind} «{name}»" for kind, name in (("row", self.row), ("column", self.column)) if name]
        where = f"{', '.join(places)}: " if places else ""
        said = f"says {self.says}; " if self.says else ""
        return f"{self.line}: {where}{said}{self.should}{f' ({self.origin})' if self.origin else ''}"


def compare_rows(
    rows: Sequence[TexRow], fresh: Sequence[TexRow], table: Table, *, renamed: Mapping[str, str]
) -> Iterator[Mismatch]:
    """Yield what differs between the ``rows`` of a paper and those that were written ``fresh`` from ``table``.

    Rows are found by name. Headings of sections, and what stands above the names, are the author's. ``renamed`` says
    what the author calls models instead.
    """
    headings = next(place for place, row in enumerate(fresh) if row.name)
    for ours, theirs in zip(fresh[:headings], rows[:headings], strict=False):
        yield from _compare_headings(theirs, ours)
    titles = {_key(old): plain(new) for old, new in renamed.items()}
    expected = _named([row for row in fresh[headings:] if len(row.cells) > 1], titles)
    found = _named([row for row in rows[headings:] if len(row.cells) > 1], {})
    last = rows[-1].line if rows else 1
    yield from _compare_names(expected, found, last=last)
    told = [row for section in table.sections for row in section.rows]
    for row, key in zip(told, expected, strict=True):
        if key in found:
            yield from _compare_cells(found[key], expected[key], row, table.heads)


def _named(rows: Sequence[TexRow], titles: Mapping[str, str]) -> Named:
    seen: Counter[str] = Counter()
    named: Named = {}
    for row in rows:
        name = _key(titles.get(_key(row.name), row.name))
        seen[name] += 1
        named[name, seen[name]] = row
    return named


def _key(name: str) -> str:
    return "".join(name.split())


def _compare_headings(row: TexRow, ours: TexRow) -> Iterator[Mismatch]:
    """Yield the headings that differ. The first cell stands above the names."""
    theirs = row.cells[1:]
    if [(cell.said[0], cell.span) for cell in theirs] == [(cell.said[0], cell.span) for cell in ours.cells[1:]]:
        return
    should = " & ".join(cell.text for cell in ours.cells[1:])
    says = " & ".join(cell.text for cell in theirs)
    yield Mismatch(line=row.line, says=f"«{says}»", should=f"the headings should be «{should}»")


def _compare_names(expected: Named, found: Named, *, last: int) -> Iterator[Mismatch]:
    """Yield rows that are missing, that are nobody's, and that have changed places."""
    for key, row in expected.items():
        if key not in found:
            yield Mismatch(line=last, row=row.name, says="", should="the row is missing, or its name was changed")
    for key, row in found.items():
        if key not in expected:
            yield Mismatch(line=row.line, row=row.name, says="", should="no such row comes from these runs")
    now, before = [key for key in found if key in expected], [key for key in expected if key in found]
    for here, should in zip(now, before, strict=True):
        if here != should:
            row = found[here]
            told = f"the row «{expected[should].name}» should stand here"
            yield Mismatch(line=row.line, row=row.name, says="", should=told)


def _compare_cells(row: TexRow, ours: TexRow, told: Row, heads: Sequence[Head]) -> Iterator[Mismatch]:
    if len(row.cells) != len(ours.cells):
        should = f"the row should have {len(ours.cells)} cells"
        yield Mismatch(line=row.line, row=row.name, says=f"{len(row.cells)} cells", should=should)
        return
    for theirs, own, cell, head in zip(row.cells[1:], ours.cells[1:], told.cells, heads, strict=True):
        if theirs.said != own.said:
            yield _different(row, theirs, own, cell, head)


def _different(row: TexRow, theirs: TexCell, own: TexCell, cell: Cell, head: Head) -> Mismatch:
    return Mismatch(
        line=theirs.line,
        row=row.name,
        column=f"{head.group}: {head.title}" if head.group else head.title,
        says=str(theirs),
        should=f"should say {own}",
        origin=_origin(cell),
    )


def _origin(cell: Cell) -> str:
    if cell.measurement is None:
        return ""
    return f"from {cell.measurement.passport.n} clips" if is_per_clip(cell.measurement) else "from the record"
