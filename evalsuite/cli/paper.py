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
    from collections.abc import Iterator

    from evalsuite.tabling.figures import VerifiedFigure
    from evalsuite.tabling.verify import Verified

DIFFERS = 1
"""Exit code of ``verify`` where a table or a figure no longer says what its runs do."""


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
    """Derive every cell of the suite's tables anew and name each that no longer matches, and each figure.

    Numbers are computed from the stored clips, where these say them, else taken from the record. Of figures, the hash
    of what they plot is held against the run's. Ends with exit code 1 where anything differs, and 2 where a file or a
    run cannot be used.

    Example: evalsuite paper verify paper.tex --runs runs
    """
    from evalsuite.tabling.verify import verify_paper

    for folder in runs:
        if not folder.is_dir():
            raise UserError("no such folder: say by --runs where the runs lie", file=folder)
    found = [verified for file in files for verified in verify_paper(file, runs=runs)]
    if as_json:
        click.echo(json.dumps([asdict(verified) for verified in found], default=str))
    else:
        click.echo("\n".join(line for verified in found for line in _lines(verified)))
    return DIFFERS if any(verified.mismatches for verified in found) else 0


def _lines(verified: Verified | VerifiedFigure) -> list[str]:
    """Return what differs, a line each, and what was held against what."""
    from evalsuite.tabling.figures import VerifiedFigure

    wrong = [f"{verified.file}:{mismatch}" for mismatch in verified.mismatches]
    result = f"{len(wrong)} mismatch{'es' * (len(wrong) > 1)}" if wrong else "matches"
    if isinstance(verified, VerifiedFigure):
        told = [f"figure {verified.figure}: {_figure(verified, result)}"]
    else:
        told = [f"table {verified.layout}: {result}", *_origins(verified)]
    return [*wrong, f"{verified.file}:{verified.line}: {'; '.join(told)}"]


def _figure(verified: VerifiedFigure, result: str) -> str:
    if verified.path is None:
        return "no such file"
    return f"{result}; drawn from the {verified.drawn_from}" if verified.drawn_from else "not ours: it names no run"


def _origins(verified: Verified) -> Iterator[str]:
    """Say how the cells of a table were derived."""
    clips, record = (sum(counts.values()) for counts in (verified.from_clips, verified.from_record))
    if clips:
        yield f"{clips} numbers from clips ({', '.join(verified.from_clips)})"
    if record:
        yield f"{record} from the record, by metrics that clips do not say ({', '.join(verified.from_record)})"
