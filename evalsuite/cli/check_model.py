"""``evalsuite check-model``."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from threading import Timer
from typing import TYPE_CHECKING

import click

from evalsuite.cli.options import device_option, profile_option
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.conformance.finding import Finding

SLOW_SECONDS = 3.0
"""After this long, a terminal says which promise is being looked at."""
WORDS = {True: "kept", False: "BROKEN", None: "note"}


@click.command(name="check-model")
@click.argument("ref")
@profile_option
@device_option
@click.option("--json", "as_json", is_flag=True, help="One JSON list on stdout, nothing else.")
def command(*, ref: str, profile: str, device: str, as_json: bool) -> None:
    """Check whether a model keeps the interface's promises. Takes a minute; measures nothing.

    Ends with exit code 2 where a promise is broken.

    Example: evalsuite check-model my_module:MyModel
    """
    from evalsuite.conformance.kit import check_promises
    from evalsuite.profile import load_profile
    from evalsuite.running.models import open_model

    reopen = partial(open_model, ref, profile=load_profile(profile), device=device)
    model = reopen()
    looked = {}
    for name, finding in check_promises(model, reopen=reopen, watch=_told_if_slow):
        looked[name] = finding
        if not as_json:
            _tell(name, finding)
    if as_json:
        click.echo(json.dumps([{"name": name, **asdict(finding)} for name, finding in looked.items()]))
    if broken := [name for name, finding in looked.items() if finding.kept is False]:
        raise UserError(f"model {model.card.name!r} breaks: {', '.join(broken)}")


def _tell(name: str, finding: Finding) -> None:
    """Write what was found of one promise, and below it the smallest case that breaks it."""
    click.echo(f"{WORDS[finding.kept]:8}{name}: {finding.found}")
    if finding.case:
        click.echo(f"{'':8}smallest case: {finding.case}")


@contextmanager
def _told_if_slow(name: str) -> Iterator[None]:
    """Say on a terminal's stderr what is being looked at, once that takes long."""
    from rich.console import Console

    status = Console(stderr=True).status(f"looking at: {name}")
    timer = Timer(SLOW_SECONDS, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
