"""``evalsuite report``."""

from __future__ import annotations

from pathlib import Path

import click

from evalsuite.cli.options import data_option, folders


@click.command(name="report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--profile", help="The profile's file, where the run used one of your own.")
@data_option
def command(*, run: Path, profile: str | None, data: tuple[str, ...]) -> None:
    """Write the report of a finished run once more.

    Example: evalsuite report runs/esc50_zeroshot-1a2b3c4d
    """
    from evalsuite.running.run import report_again

    click.echo(report_again(run, profile=profile, data=folders(data)))
