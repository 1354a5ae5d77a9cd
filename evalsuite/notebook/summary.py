"""What a run found, small enough for the output of a cell: as HTML and as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.notebook.names import require
from evalsuite.reporting.caveats import caveats, sentences
from evalsuite.reporting.control_verdict import control_verdict
from evalsuite.reporting.guidance import guidance, shipped_calibration
from evalsuite.reporting.html import templates
from evalsuite.reporting.tables import headline_table, metric_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.notebook.strip import Strip
    from evalsuite.record import RunRecord
    from evalsuite.reporting.tables import Cell, Table
    from evalsuite.run_folder import Run

TEXT_WIDTH = 120
"""Characters beyond which a table of text goes on below."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a run found. A notebook shows it as HTML, anything else as text."""

    facts: str
    """Which run it is, in a line."""
    verdict: tuple[str, ...]
    """What was found, in sentences, the foremost first."""
    table: Table
    """Every model × the shown metrics, over all clips."""
    strip: Strip | None
    """Pictures; ``None`` where none are wanted or nothing orders the clips."""
    cautions: tuple[str, ...]
    """What to know before believing the numbers."""

    def _repr_html_(self) -> str:
        return templates().get_template("notebook.html.j2").render(summary=self, strip=self.strip)

    def __str__(self) -> str:
        notes = "\n".join([*self.table.footnotes, *(f"note: {caution}" for caution in self.cautions)])
        return "\n\n".join(part for part in (self.facts, *self.verdict[:1], _text(self.table), notes) if part)

    __repr__ = __str__


def summarise(run: Run, *, metrics: Sequence[str], strip: Strip | None) -> Summary:
    """Return the summary of a run, with ``metrics`` in place of the headline's where some are named.

    Raises ``UserError`` for a metric that was not measured.
    """
    record = run.record
    require("metric", metrics, among={measurement.metric for measurement in record.measurements})
    known = guidance(record, shipped_calibration(record))
    return Summary(
        facts=_facts(record),
        verdict=tuple(control_verdict(record)),
        table=metric_table(record, metrics) if metrics else headline_table(record),
        strip=strip,
        cautions=sentences(caveats(record, few_clips=known.few_clips)),
    )


def _facts(record: RunRecord) -> str:
    protocol, dataset = record.protocol, record.dataset
    counted = f"{dataset.n} {'steps' if record.sweep else 'clips'} of {len(dataset.classes)} classes"
    return f"{protocol.name} v{protocol.version} · profile {record.profile.name} · {counted} · seed {record.seed}"


def _text(table: Table) -> str:
    """Return a table as it is read, models by kind; empty where nothing was measured."""
    import pandas as pd

    rows = {(group.title, row.card.name): [*map(_words, row.cells)] for group in table.groups for row in group.rows}
    if not rows:
        return ""
    titles = [f"{column.title} {'↑' if column.higher_is_better else '↓'}" for column in table.columns]
    frame = pd.DataFrame(list(rows.values()), index=pd.MultiIndex.from_tuples(rows), columns=titles)
    return frame.to_string(line_width=TEXT_WIDTH)


def _words(cell: Cell) -> str:
    """Return a value with its interval, where it has one."""
    return f"{cell.value} [{cell.interval}]" if cell.interval else cell.value
