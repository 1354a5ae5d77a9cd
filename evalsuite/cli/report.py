"""``evalsuite report``."""

from __future__ import annotations

from pathlib import Path

import click

from evalsuite.cli.options import data_option, folders
from evalsuite.errors import UserError


@click.command(name="report")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option("--profile", help="The profile's file, where a run used one of your own.")
@click.option(
    "--figures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Also draw the figures of a control run for a paper, as PDF and SVG, into this folder.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the page of several runs goes.  [default: compare-….html beside the first run]",
)
@data_option
def command(
    *, runs: tuple[Path, ...], profile: str | None, figures: Path | None, output: Path | None, data: tuple[str, ...]
) -> None:
    """Write the report of a finished run once more, or one page that compares several runs.

    Example: evalsuite report runs/esc50_zeroshot-1a2b3c4d

    Did a new checkpoint help, and for which sounds? Example: evalsuite report runs/OLD runs/NEW -o comparison.html
    """
    from evalsuite.running.run import report_again, report_together

    known = folders(data)
    if len(runs) > 1:
        if figures:
            raise UserError("--figures draws the sweep of one run: name that run alone")
        click.echo(report_together(runs, output=output, profile=profile, data=known))
        return
    if output:
        raise UserError(f"--output is for several runs: the report of one lies in its folder, {runs[0]}")
    for file in report_again(runs[0], profile=profile, data=known, figures=figures):
        click.echo(file)
