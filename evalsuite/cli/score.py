"""``evalsuite score``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from evalsuite.cli.options import (
    data_option,
    device_option,
    json_option,
    make_request,
    models_option,
    no_report_option,
    output_option,
    profile_option,
    seed_option,
)
from evalsuite.cli.run import carry_out
from evalsuite.errors import UserError


@click.command(name="score")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--protocol", required=True, metavar="P", help="The protocol whose clips the pictures were made for.")
@click.option("--csv", "table", type=click.Path(path_type=Path), metavar="FILE", help="Says whose the pictures are.")
@click.option("--clip-column", default="clip", show_default=True, help="The CSV's column of clip ids.")
@click.option("--picture-column", default="picture", show_default=True, help="The CSV's column of files in FOLDER.")
@click.option("--name", help="What the report calls their maker.  [default: the folder's name]")
@click.option("--alone", is_flag=True, help="Leave the protocol's systems out; its references stay.")
@models_option
@profile_option
@data_option
@seed_option
@device_option
@output_option
@no_report_option
@json_option
def command(*, folder: Path, output: Path, no_report: bool, as_json: bool, **asked: Any) -> None:
    """Score the pictures in FOLDER that were made elsewhere, by any system, beside the protocol's own.

    A picture is named after its clip (1-100032-A-0.png), or a CSV says whose it is. Every model of the run is
    evaluated on the clips that have a readable picture.

    Example: evalsuite score my_pictures --protocol esc50_zeroshot

    By a table: evalsuite score my_pictures --protocol esc50_zeroshot --csv my_pictures/pairs.csv --clip-column sound
    """
    from evalsuite.running.picture_files import PictureFolder

    if asked["alone"] and asked["models"]:
        raise UserError("--alone leaves all systems out and --models names some: give one of the two")
    own = {option: asked.pop(option) for option in ("table", "clip_column", "picture_column", "alone")}
    name = asked.pop("name") or folder.resolve().name
    request = make_request(**asked, elsewhere=PictureFolder(folder=folder, name=name, **own))
    carry_out(request, output=output, no_report=no_report, as_json=as_json)
