"""``evalsuite train``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evalsuite.cli.options import device_option, json_option, profile_option
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from evalsuite.model import ModelCard


@click.command(name="train")
@click.argument("model")
@profile_option
@device_option
@click.option(
    "--output", type=click.Path(path_type=Path), help="Folder of the trained parts.  [default: trained/MODEL]"
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the training.")
@json_option
def command(*, model: str, profile: str, device: str, output: Path | None, seed: int, as_json: bool) -> None:
    """Train a model's trainable parts on the profile's training data.

    Interrupted, it goes on where it was when it is run again, and ends at the same weights.

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
    left = _left(folder, opened.train(folder, seed=seed))
    click.echo(json.dumps(left, indent=1, ensure_ascii=False) if as_json else _sentence(left))


def _left(folder: Path, card: ModelCard) -> dict[str, Any]:
    """Return what a training left in ``folder``, having written its report where the model keeps a record."""
    from evalsuite.reporting.training import write_training_report
    from evalsuite.training_record import CARD_FILE, load_training

    left: dict[str, Any] = {"model": card.name, "fingerprint": card.fingerprint, "weights": str(folder)}
    record = load_training(folder)
    if record is None:
        return left
    report = write_training_report(folder, record)
    figures = record.model_dump(mode="json", include={"steps", "stopped_early", "loss", "held_out_loss"})
    return left | {"card": str(folder / CARD_FILE), "report": str(report)} | figures


def _sentence(left: dict[str, Any]) -> str:
    kept = f", card {left['card']}, report {left['report']}" if "report" in left else ""
    return f"{left['model']} {left['fingerprint'][:12]}: weights {left['weights']}{kept}"
