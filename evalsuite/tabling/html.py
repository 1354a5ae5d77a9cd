"""A table as a fragment of HTML, without any style of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from evalsuite.reporting.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.tabling.model import Cell, Row, Table

STYLES = {
    Standing.BEST: Markup("<strong>{}</strong>"),
    Standing.SECOND: Markup("<u>{}</u>"),
    Standing.NONE: Markup("{}"),
}


def html(table: Table) -> str:
    """Return the table and a paragraph for each note, in a ``figure``."""
    return "\n".join([comment(table), *_lines(table), ""])


def comment(table: Table) -> str:
    """Return where the table comes from as a comment, which two hyphens would end."""
    told = "\n".join(table.stamp.lines()).replace("--", "- -")
    return f"<!--\n{told}\n-->"


def _lines(table: Table) -> Iterator[str]:
    yield "<figure>"
    yield Markup("<table>\n<caption>{}</caption>\n<thead>").format(table.caption)
    if any(title for title, _ in table.spans):
        heading = Markup('<th scope="colgroup" colspan="{}">{}</th>')
        yield _line(Markup("<td></td>"), *(heading.format(width, title) for title, width in table.spans))
    column = Markup('<th scope="col">{} {}</th>')
    yield _line(Markup("<td></td>"), *(column.format(head.title, head.below) for head in table.heads))
    yield "</thead>"
    for section in table.sections:
        yield "<tbody>"
        if section is not table.sections[0]:
            heading = Markup('<th scope="rowgroup" colspan="{}">{}</th>')
            yield _line(heading.format(len(table.heads) + 1, section.title))
        yield from (_row(row) for row in section.rows)
        yield "</tbody>"
    yield "</table>"
    yield from (Markup("<p>{}</p>").format(text) for text in (*table.notes, table.legend) if text)
    yield "</figure>"


def _row(row: Row) -> str:
    return _line(Markup('<th scope="row">{}</th>').format(row.title), *map(_cell, row.cells))


def _cell(cell: Cell) -> Markup:
    value = STYLES[cell.standing].format(cell.plain)
    spread = Markup(" <small>{}</small>").format(cell.spread) if cell.spread else ""
    return Markup("<td>{}{}</td>").format(value, spread)


def _line(*cells: Markup) -> str:
    return f"<tr>{''.join(cells)}</tr>"
