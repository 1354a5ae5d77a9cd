"""How large the reports of runs are, how long they take to write, and what Lighthouse says of them.

`PYTHONPATH=tests python -m benchmarks.reports RUN…` prints the table of docs/benchmarks/report.md; with
`EVALSUITE_REPORTS=docs/benchmarks/report.md` it writes it there.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import click
from commandline import EVALSUITE
from lighthouse import FETCHES, audit, lighthouse_command
from pages import write_table

from evalsuite.run_folder import REPORT_FILE, load_run

HEADING = ("report", "models", "clips", "written in", "again in", "size", "accessibility", "best practices")


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def main(runs: tuple[Path, ...]) -> None:
    """Write the reports of RUNS twice and audit them."""
    os.environ.setdefault(FETCHES, "fetch")
    command = lighthouse_command()
    if isinstance(command, str):
        raise click.ClickException(command)
    write_table("EVALSUITE_REPORTS", HEADING, [_row(run, command) for run in runs], by="tests/benchmarks/reports.py")


def _row(run: Path, command: tuple[str, ...]) -> tuple[str, ...]:
    record = load_run(run).record
    first, again = _written(run), _written(run)
    page = run / REPORT_FILE
    found = audit(page, command=command)
    for name, place in found.failed.items():
        click.echo(f"{run.name}: {name}: {place}", err=True)
    scores = (str(found.scores[name]) for name in ("accessibility", "best-practices"))
    measured = f"{record.dataset.n:,} {'steps' if record.sweep else 'clips'}"
    cost = (f"{first:.1f} s", f"{again:.1f} s", f"{page.stat().st_size:,} bytes")
    return f"`{record.protocol.name}`", str(len(record.models)), measured, *cost, *scores


def _written(run: Path) -> float:
    """Write a report as its reader does, and return the seconds it took."""
    begun = time.perf_counter()
    subprocess.run([EVALSUITE, "report", run], check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
