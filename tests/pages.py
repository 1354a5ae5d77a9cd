"""Tables of the documentation that a test writes: prose stands above a mark, the table below it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def write_table(variable: str, heading: Sequence[str], rows: Sequence[Sequence[str]], *, by: str) -> None:
    """Print a table, and write it into the file that the environment's ``variable`` names, below its mark."""
    lines = [_line(heading), _line(["---"] * len(heading)), *map(_line, rows)]
    print("\n".join(["", *lines]))  # noqa: T201 - seen with pytest -s
    if name := os.environ.get(variable):
        page, mark = Path(name), f"<!-- the rest is written by {by} -->"
        prose = page.read_text(encoding="utf-8").partition(mark)[0] if page.exists() else ""
        page.write_text("\n".join([f"{prose}{mark}", "", *lines, ""]), encoding="utf-8")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
