"""A table as LaTeX, for a document that loads booktabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.reporting.standing import Standing
from evalsuite.tabling.escaping import GLYPH, GLYPH_DEFINITION, escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.tabling.model import Cell, Row, Section, Table

STYLES = {Standing.BEST: r"\textbf{%s}", Standing.SECOND: r"\underline{%s}", Standing.NONE: "%s"}
NEEDS = r"needs: \usepackage{booktabs}"


def latex(table: Table) -> str:
    """Return the table as a floating environment, below comments that say where it comes from."""
    stamp = [f"%% {line}" for line in [*table.stamp.lines(), NEEDS]]
    body = list(_environment(table))
    if any(GLYPH in line for line in body):
        body.insert(1, GLYPH_DEFINITION)
    return "\n".join([*stamp, *body, ""])


def _environment(table: Table) -> Iterator[str]:
    name = "table*" if table.wide else "table"
    yield rf"\begin{{{name}}}[t]"
    yield r"\centering"
    yield rf"\caption{{{escaped(table.caption)}}}"
    yield rf"\label{{{table.label}}}"
    yield rf"\begin{{tabular}}{{@{{}}l{'r' * len(table.heads)}@{{}}}}"
    yield r"\toprule"
    yield from _headings(table)
    for section in table.sections:
        yield from _section(section, width=len(table.heads) + 1, first=section is table.sections[0])
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield from _below(table)
    yield rf"\end{{{name}}}"


def _headings(table: Table) -> Iterator[str]:
    """Yield the spanning headings with their rules, the titles, and units with arrows."""
    if any(title for title, _ in table.spans):
        yield _line("", *(rf"\multicolumn{{{width}}}{{c}}{{{escaped(title)}}}" for title, width in table.spans))
        yield "".join(_span_rules(table))
    yield _line("", *(escaped(head.title) for head in table.heads))
    if any(head.below for head in table.heads):
        yield _line("", *(escaped(head.below) for head in table.heads))


def _span_rules(table: Table) -> Iterator[str]:
    column = 2
    for title, width in table.spans:
        if title:
            yield rf"\cmidrule(lr){{{column}-{column + width - 1}}}"
        column += width


def _section(section: Section, *, width: int, first: bool) -> Iterator[str]:
    yield r"\midrule"
    if not first:
        yield rf"\multicolumn{{{width}}}{{@{{}}l}}{{\textit{{{escaped(section.title)}}}}} \\"
    for row in section.rows:
        yield _row(row)


def _row(row: Row) -> str:
    return _line(escaped(row.title), *(_cell(cell) for cell in row.cells))


def _cell(cell: Cell) -> str:
    value = STYLES[cell.standing] % escaped(cell.plain)
    return rf"{value}\,{{\scriptsize {escaped(cell.spread)}}}" if cell.spread else value


def _line(*cells: str) -> str:
    return rf"{' & '.join(cells)} \\".lstrip()


def _below(table: Table) -> Iterator[str]:
    """Yield what stands below the table: a paragraph for each note, so that none can be overlooked."""
    for text in (*table.notes, table.legend):
        if text:
            yield rf"\par\smallskip{{\footnotesize {escaped(text)}\par}}"
