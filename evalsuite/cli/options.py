"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.running.plan import Request

Command = Any


def request_options(command: Command) -> Command:
    """Add the argument and the options that make a :class:`~evalsuite.running.plan.Request`."""
    for option in reversed(_REQUEST):
        command = option(command)
    return command


def make_request(**given: Any) -> Request:
    """Return the request that the options of :func:`request_options` spell."""
    from evalsuite.running.plan import Request

    return Request(**given | {"models": split(given["models"]), "data": folders(given["data"])})


def split(names: str | None) -> tuple[str, ...]:
    """Split «a,b» into names."""
    return tuple(name.strip() for name in (names or "").split(",") if name.strip())


def folders(pairs: tuple[str, ...]) -> dict[str, Path]:
    """Read the «NAME=FOLDER» of ``--data``. Raises ``UserError``."""
    found = {}
    for pair in pairs:
        name, equals, folder = pair.partition("=")
        if not (name and equals and folder):
            raise UserError(f"--data {pair}: should be NAME=FOLDER, such as esc50=~/data/ESC-50-master")
        found[name] = Path(folder).expanduser()
        if not found[name].is_dir():
            raise UserError(f"--data {pair}: no such folder", file=found[name])
    return found


profile_option: Callable[[Command], Command] = click.option(
    "--profile", default="mini", show_default=True, help="Which assets to use: a shipped profile or a file."
)
device_option: Callable[[Command], Command] = click.option(
    "--device", default="cpu", show_default=True, help="Where models and encoders run: cpu, cuda, cuda:1."
)
data_option: Callable[[Command], Command] = click.option(
    "--data", multiple=True, metavar="NAME=FOLDER", help="A real data set's folder, by the protocol's name for it."
)
models_option: Callable[[Command], Command] = click.option(
    "--models", metavar="A,B", help="Models to run in place of the protocol's; or module:attribute."
)
seed_option: Callable[[Command], Command] = click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Run seed in place of the protocol's."
)
output_option: Callable[[Command], Command] = click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Where to."
)
no_report_option: Callable[[Command], Command] = click.option(
    "--no-report", is_flag=True, help="Leave the HTML report out."
)
json_option: Callable[[Command], Command] = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else."
)

_REQUEST: tuple[Callable[[Command], Command], ...] = (
    click.argument("protocol"),
    profile_option,
    models_option,
    data_option,
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only N clips, balanced over the classes."),
    seed_option,
    device_option,
)
