"""The tables of README.md and docs/tables.md, from a finished run of esc50_zeroshot.

``PYTHONPATH=tests python -m benchmarks.standings RUN`` fills both, each between two marks.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click
from benchmarks.page import fill, table
from commandline import EVALSUITE

from evalsuite.run_folder import load_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.record import RunRecord

ROOT = Path(__file__).resolve().parents[2]
SUBSETS = ("concepts met in training", "concepts not met in training")


def rows(record: RunRecord) -> Iterator[list[str]]:
    found = {(each.model, each.metric, each.passport.subset): each.estimate for each in record.measurements}
    for card in record.models:
        accuracy = found[card.name, "accuracy", "all"]
        yield [
            card.name if card.role == "system" else f"*{card.name}*",
            f"{accuracy.value:.1%} [{100 * accuracy.low:.1f}–{100 * accuracy.high:.1f}]".replace("%", " %"),
            *(f"{100 * found[card.name, 'accuracy', subset].value:.1f} %" for subset in SUBSETS),
            f"{found[card.name, 'fid', 'all'].value:.0f}",
        ]


@click.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(*, run: Path) -> None:
    """Fill both tables."""
    head = ["model", "accuracy", SUBSETS[0], "not met", "FID"]
    fill(ROOT / "README.md", "standings", table(head, rows(load_run(run).record)))
    told = subprocess.run(
        [EVALSUITE, "table", str(run), "--format", "markdown"], check=True, capture_output=True, text=True
    )
    lines = [line for line in told.stdout.splitlines() if line.startswith("|")]
    fill(ROOT / "docs" / "tables.md", "esc50_zeroshot", lines)


if __name__ == "__main__":
    main()
