"""A table as CSV: what a spreadsheet or a plotting script reads, to full precision."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.tabling.model import Cell, Table

ENDS = {"": "value", " standard error": "standard_error", " low": "low", " high": "high"}
"""What there is of each number, by the end of its column's name; the value has the name alone."""


def spreadsheet(table: Table) -> str:
    """Return a row for each model and, for each metric, a column for every one of :data:`ENDS` and for its clips (n).

    Proportions are proportions, not per cent. What is not defined or was not measured is empty. A last column for each
    metric that is not comparable says why. Published numbers are left out: they are not the suite's.
    """
    unfit = {head.key: head.hindrance for head in table.heads if head.hindrance}
    titles = [f"{head.key}{end}" for head in table.heads for end in (*ENDS, " n")]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["model", "kind", *titles, *(f"{key} not comparable" for key in unfit)])
    for section in table.sections:
        for row in section.rows:
            if any(cell.measurement for cell in row.cells):
                numbers = [number for cell in row.cells for number in _numbers(cell)]
                writer.writerow([row.name, section.kind, *numbers, *unfit.values()])
    return stream.getvalue()


def _numbers(cell: Cell) -> list[str]:
    if cell.measurement is None:
        return [""] * (len(ENDS) + 1)
    estimate = cell.measurement.estimate
    found = (float(getattr(estimate, field)) for field in ENDS.values())
    return [*(repr(number) if math.isfinite(number) else "" for number in found), str(cell.measurement.passport.n)]
