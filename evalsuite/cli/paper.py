"""``evalsuite paper``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalsuite.cli.options import json_option
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from evalsuite.tabling.verify import Verified

DIFFERS = 1
"""Exit code of ``verify`` where a table no longer says what its runs do."""


@click.group(name="paper")
def command() -> None:
    """Check the numbers of a paper against the runs they come from.

    Example: evalsuite paper verify paper/results.tex
    """


@command.command(name="verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE.tex...")
@click.option(
    "--runs",
    multiple=True,
    type=click.Path(path_type=Path),
    default=("runs",),
    show_default=True,
    metavar="FOLDER",
    help="Where runs lie, or a run; may be repeated.",
)
@json_option
def verifying(*, files: tuple[Path, ...], runs: tuple[Path, ...], as_json: bool) -> int:
    """Derive every cell of the suite's tables anew and name each that no longer matches.

    Numbers are computed from the stored values of clips, where their metric has any, else taken from the record. Ends
    with exit code 1 where anything differs, and 2 where a file or a run cannot be used.

    Example: evalsuite paper verify paper.tex --runs runs
    """
    from evalsuite.tabling.verify import verify_paper

    for folder in runs:
        if not folder.is_dir():
            raise UserError("no such folder: say by --runs where the runs lie", file=folder)
    found = [verified for file in files for verified in verify_paper(file, runs=runs)]
    if as_json:
        click.echo(json.dumps([{**asdict(verified), "file": str(verified.file)} for verified in found]))
    else:
        click.echo("\n".join(line for verified in found for line in _lines(verified)))
    return DIFFERS if any(verified.mismatches for verified in found) else 0


def _lines(verified: Verified) -> list[str]:
    """Return what differs, a line each, and how the cells were derived."""
    wrong = [f"{verified.file}:{mismatch}" for mismatch in verified.mismatches]
    clips, record = (sum(counts.values()) for counts in (verified.from_clips, verified.from_record))
    result = f"{len(wrong)} mismatch{'es' * (len(wrong) > 1)}" if wrong else "matches"
    told = f"{verified.file}:{verified.line}: table {verified.layout}: {result}"
    origins = [
        f"{count} numbers from clips ({', '.join(verified.from_clips)})" if (count := clips) else "",
        f"{record} from the record, by metrics without a value for a clip ({', '.join(verified.from_record)})"
        if record
        else "",
    ]
    return [*wrong, "; ".join([told, *(origin for origin in origins if origin)])]
