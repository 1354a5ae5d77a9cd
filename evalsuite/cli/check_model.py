"""``evalsuite check-model``."""

from __future__ import annotations

import click

from evalsuite.cli.options import device_option, profile_option
from evalsuite.errors import UserError


@click.command(name="check-model")
@click.argument("ref")
@profile_option
@device_option
def command(*, ref: str, profile: str, device: str) -> None:
    """Check whether a model keeps the interface's promises. Takes a minute; measures nothing.

    Example: evalsuite check-model my_module:MyModel
    """
    from evalsuite.profile import load_profile
    from evalsuite.running.models import open_model
    from evalsuite.running.promises import broken, check_promises

    model = open_model(ref, profile=load_profile(profile), device=device)
    looked = []
    for promise in check_promises(model):
        looked.append(promise)
        word = {True: "kept", False: "BROKEN", None: "note"}[promise.kept]
        click.echo(f"{word:8}{promise.name}: {promise.found}")
    if names := [promise.name for promise in broken(looked)]:
        raise UserError(f"model {model.card.name!r} breaks: {', '.join(names)}")
