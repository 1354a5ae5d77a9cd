"""``evalsuite run``."""

from __future__ import annotations

import json
import math
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from evalsuite.cli.options import json_option, make_request, no_report_option, output_option, request_options

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table
    from rich.text import Text

    from evalsuite.measurement import Estimate, Measurement
    from evalsuite.record import Run
    from evalsuite.running.plan import Request

MAIN_METRICS = 4
"""How many metrics the closing table has room for: the protocol's first."""


@click.command(name="run")
@request_options
@output_option
@no_report_option
@json_option
def command(*, output: Path, no_report: bool, as_json: bool, **asked: Any) -> None:
    """Plan, generate, score and report.

    Whatever was made before is found again: after an interrupt run the same command to go on.

    Example: evalsuite run esc50_zeroshot --limit 100

    Your model: evalsuite run esc50_zeroshot --models my_module:MyModel --device cuda

    Your data: evalsuite run esc50_zeroshot --data esc50=~/data/ESC-50-master
    """
    carry_out(make_request(**asked), output=output, no_report=no_report, as_json=as_json)


def carry_out(request: Request, *, output: Path, no_report: bool, as_json: bool) -> None:
    """Do what is asked for and tell what was found: a table and notes on stderr, JSON on stdout where it is wanted."""
    from evalsuite.record import REPORT_FILE
    from evalsuite.running.progress import for_stderr
    from evalsuite.running.run import run_protocol

    run = run_protocol(
        request,
        output=output,
        report=not no_report,
        progress=for_stderr(),
        command=shlex.join(["evalsuite", *sys.argv[1:]]),
    )
    report = None if no_report else run.path / REPORT_FILE
    _tell(run, report)
    if as_json:
        click.echo(json.dumps(_summary(run, report)))


def _summary(run: Run, report: Path | None) -> dict[str, Any]:
    return {
        "run": str(run.path),
        "report": str(report) if report else None,
        "measurements": [_row(m) for m in run.record.measurements],
    }


def _row(measurement: Measurement) -> dict[str, Any]:
    """Return a measurement flat, with null for what is not defined: JSON has no NaN."""
    row = {**measurement.flat(), "subset": measurement.passport.subset}
    return {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}


def _tell(run: Run, report: Path | None) -> None:
    """Close with the main numbers and where to read on."""
    from rich.console import Console

    console = Console(stderr=True)
    console.print(closing_table(run))
    for note in run.record.notes:
        console.print(f"note: {note}", markup=False, highlight=False)
    console.print(
        f"{'report' if report else 'run'}: {report or run.path}", markup=False, highlight=False, soft_wrap=True
    )


def closing_table(run: Run) -> Table:
    """Return the main numbers, systems first, with a heading and a rule for each kind of reference."""
    from rich.table import Table

    from evalsuite.reporting.lookup import groups

    metrics = [metric.name for metric in run.record.metrics][:MAIN_METRICS]
    table = Table("model", *metrics)
    whole = [m for m in run.record.measurements if m.passport.subset == "all"]
    cells = {(m.model, m.metric): _cell(m.estimate) for m in whole}
    for group in groups(run.record):
        table.add_section()
        table.add_row(group.title.lower(), style="dim")
        for card in group.cards:
            table.add_row(card.name, *(cells[card.name, metric] for metric in metrics))
    return table


def _cell(estimate: Estimate) -> Text:
    """Return a value with its interval, where it has one."""
    from rich.text import Text

    ends = f" [{estimate.low:.3g}, {estimate.high:.3g}]" if math.isfinite(estimate.low) else ""
    return Text(f"{estimate.value:.3g}{ends}")
