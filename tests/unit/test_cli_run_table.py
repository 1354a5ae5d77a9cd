"""The table that `evalsuite run` closes with."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reporting_example import REFERENCES, SYSTEM, example_run
from rich.console import Console

from evalsuite.cli.run import closing_table

if TYPE_CHECKING:
    from pathlib import Path


def test_references_stand_below_the_systems_by_what_they_mark(tmp_path: Path) -> None:
    run, _ = example_run(tmp_path, models=(SYSTEM, *REFERENCES[::-1]), classes=("dog", "cat"), per_class=2)
    shown = io.StringIO()
    Console(width=200, file=shown).print(closing_table(run))
    first = [line.split("│")[0].strip() for line in shown.getvalue().splitlines() if "│" in line]
    assert first == [
        "systems",
        "seeingsounds",
        "ceilings",
        "text_oracle",
        "real",
        "floors",
        "silence",
        "shuffled_audio",
    ]
