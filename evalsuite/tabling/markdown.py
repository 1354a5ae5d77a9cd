"""A table as Markdown, in the dialect that GitHub reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evalsuite.reporting.standing import Standing
from evalsuite.tabling.html import comment

if TYPE_CHECKING:
    from evalsuite.tabling.model import Cell, Table

STYLES = {Standing.BEST: "**%s**", Standing.SECOND: "<u>%s</u>", Standing.NONE: "%s"}
"""Markdown has no sign for underlined text."""
SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$]|^[-+])")


def markdown(table: Table) -> str:
    """Return the table with its caption above and its notes below. A heading holds what stands above a column."""
    headings = [" ".join(part for part in (head.group, head.title, head.below) if part) for head in table.heads]
    rows = [_line("", *map(_escaped, headings)), _line(":--", *("--:" for _ in table.heads))]
    for section in table.sections:
        if section is not table.sections[0]:
            rows.append(_line(f"*{_escaped(section.title)}*", *("" for _ in table.heads)))
        rows += [_line(_escaped(row.title), *map(_cell, row.cells)) for row in section.rows]
    below = [_escaped(text) for text in (*table.notes, table.legend) if text]
    return "\n\n".join([comment(table), _escaped(table.caption), "\n".join(rows), *below]) + "\n"


def _cell(cell: Cell) -> str:
    return f"{STYLES[cell.standing] % _escaped(cell.plain)} {_escaped(cell.spread)}".rstrip()


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Return plain text on one line; a backslash before a sign of Markdown makes it a plain one."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
