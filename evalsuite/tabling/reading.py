"""The cells of a LaTeX table, with their lines: what a paper says, whatever its spacing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.tabling.escaping import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_ENVIRONMENT = re.compile(r"\\(?P<which>begin|end)\s*\{tabular[xy]?\*?\}")
_ARGUMENT = re.compile(r"\s*(?:\[[^\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})")
_TOKEN = re.compile(r"\\\\\s*\*?(?:\s*\[[^\]]*\])?|\\.|[{}&]", re.DOTALL)
_RULE = re.compile(
    r"""\s*\\(?:
    (?:toprule|midrule|bottomrule|hline|addlinespace)(?![A-Za-z]) (?:\s*\[[^\]]*\])?
    | (?:rowcolor|cmidrule|cline|specialrule)(?![A-Za-z]) (?:\s*\[[^\]]*\]|\s*\([^)]*\)|\s*\{[^{}]*\})*
    )""",
    re.VERBOSE,
)
"""What may stand before a row. A brace behind the first kind belongs to the row: «{*}» is a star to be printed."""
_SPANNING = re.compile(r"\s*\\multicolumn\s*\{\s*(\d+)\s*\}\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*\{(.*)\}\s*", re.DOTALL)
_BOLD = re.compile(r"\\(?:textbf|bfseries|mathbf|boldsymbol|bm)(?![A-Za-z])")
_UNDERLINED = re.compile(r"\\(?:underline|uline)(?![A-Za-z])")


@dataclass(frozen=True)
class TexCell:
    """A cell as it is written."""

    tex: str
    line: int
    """Where it begins in its file, from 1."""

    @cached_property
    def text(self) -> str:
        """What it says, without styles."""
        spanning = _SPANNING.fullmatch(self.tex)
        return plain(spanning[2] if spanning else self.tex)

    @property
    def span(self) -> int:
        """How many columns it takes."""
        spanning = _SPANNING.fullmatch(self.tex)
        return int(spanning[1]) if spanning else 1

    @property
    def said(self) -> tuple[str, bool, bool]:
        """What counts of it: the text without any blank, whether it is bold, and whether it is underlined."""
        text = re.sub(r"\s", "", self.text).translate(str.maketrans("−–", "--"))
        return text, bool(_BOLD.search(self.tex)), bool(_UNDERLINED.search(self.tex))

    def __str__(self) -> str:
        _, bold, underlined = self.said
        marks = [word for word, holds in (("bold", bold), ("underlined", underlined)) if holds]
        return f"«{self.text}»" + (f", {' and '.join(marks)}" if marks else "")


@dataclass(frozen=True)
class TexRow:
    """A row: at least one cell."""

    cells: tuple[TexCell, ...]

    @property
    def line(self) -> int:
        """Where it begins in its file, from 1."""
        return self.cells[0].line

    @property
    def name(self) -> str:
        """What its first cell says."""
        return self.cells[0].text


def without_comments(text: str) -> str:
    """Return LaTeX without its comments, line by line as it was."""
    return _COMMENT.sub(r"\1", text)


def read_table(text: str, *, after: int, before: int, file: Path) -> list[TexRow]:
    """Return the rows of the first ``tabular`` below line ``after`` (from 1) and above line ``before``.

    ``text`` is a whole file :func:`without_comments`. Raises ``UserError`` where there is no such table, and where its
    braces do not match.
    """
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
    begin, end = starts[after - 1], starts[min(before, len(starts)) - 1]
    found = list(_ENVIRONMENT.finditer(text, begin, end))
    if len(found) < 2 or [match["which"] for match in found[:2]] != ["begin", "end"]:
        raise UserError("no tabular follows these comments: keep them above their table", file=file, line=after)
    place = found[0].end()
    while argument := _ARGUMENT.match(text, place):  # the columns, and before them a width
        place = argument.end()
    rows = [_row(text, cells) for cells in _split(text, place, found[1].start(), file=file)]
    return [row for row in rows if len(row.cells) > 1 or row.cells[0].tex.strip()]


def _split(text: str, begin: int, end: int, *, file: Path) -> Iterator[list[tuple[int, int]]]:
    """Yield the cells of each row as places in the text."""
    cells: list[tuple[int, int]] = []
    depth = 0
    for match in _TOKEN.finditer(text, begin, end):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth < 0:
            raise UserError("a brace is closed that was not opened", file=file, line=_line(text, match.start()))
        if depth or not (match[0] == "&" or match[0].startswith("\\\\")):
            continue
        cells.append((begin, match.start()))
        begin = match.end()
        if match[0] != "&":
            yield cells
            cells = []
    if depth:
        raise UserError("a brace of the table above is never closed", file=file, line=_line(text, end))
    yield [*cells, (begin, end)]


def _row(text: str, cells: list[tuple[int, int]]) -> TexRow:
    return TexRow(tuple(_cell(text, begin, end) for begin, end in cells))


def _cell(text: str, begin: int, end: int) -> TexCell:
    """Return a cell without the rules above its row."""
    while rule := _RULE.match(text, begin, end):
        begin = rule.end()
    tex = text[begin:end]
    return TexCell(tex.strip(), _line(text, begin + len(tex) - len(tex.lstrip())))


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
