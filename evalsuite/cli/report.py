"""``evalsuite report``."""

from __future__ import annotations

from pathlib import Path

import click

from evalsuite.cli.options import data_option, folders


@click.command(name="report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--profile", help="The profile's file, where the run used one of your own.")
@click.option(
    "--figures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Also draw the figures of a control run for a paper, as PDF and SVG, into this folder.",
)
@data_option
def command(*, run: Path, profile: str | None, figures: Path | None, data: tuple[str, ...]) -> None:
    """Write the report of a finished run once more.

    Example: evalsuite report runs/esc50_zeroshot-1a2b3c4d
    """
    from evalsuite.running.run import report_again

    for file in report_again(run, profile=profile, data=folders(data), figures=figures):
        click.echo(file)
