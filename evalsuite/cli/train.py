"""``evalsuite train``."""

from __future__ import annotations

from pathlib import Path

import click

from evalsuite.cli.options import device_option, profile_option
from evalsuite.errors import UserError


@click.command(name="train")
@click.argument("model")
@profile_option
@device_option
@click.option(
    "--output", type=click.Path(path_type=Path), help="Folder of the trained parts.  [default: trained/MODEL]"
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the training.")
def command(*, model: str, profile: str, device: str, output: Path | None, seed: int) -> None:
    """Train a model's trainable parts on the profile's training data.

    Example: evalsuite train seeingsounds --output trained/seeingsounds
    """
    from evalsuite.model import Trainable
    from evalsuite.profile import load_profile
    from evalsuite.running.models import open_model

    opened = open_model(model, profile=load_profile(profile), device=device)
    if not isinstance(opened, Trainable):
        raise UserError(f"model {opened.card.name!r} has nothing to train: it has no `train(output, *, seed)`")
    folder = output or Path("trained") / opened.card.name
    folder.mkdir(parents=True, exist_ok=True)
    card = opened.train(folder, seed=seed)
    click.echo(f"{card.name} {card.fingerprint} in {folder}")
