"""What is known of trained parts: a record and a model card beside the weights, read by models and reports alike."""

from __future__ import annotations

import json
import textwrap
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evalsuite.errors import UserError
from evalsuite.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

FILE = "training.json"
CARD_FILE = "README.md"
_PACKAGES = ("torch", "transformers", "diffusers", "numpy", "accelerate")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class Point(_Section):
    """Where a training stood after some step."""

    step: int
    """Optimiser steps taken so far."""
    loss: float
    """Training loss, smoothed over some fifty steps."""
    held_out_loss: float | None
    """Loss on what was held out; ``None`` where nothing was."""


class TrainingRecord(_Section):
    """How the trained parts of a model came to be."""

    model: str
    """Name of the model."""
    profile: str = ""
    """Name of the profile it was trained with; empty where unknown."""
    trained_on: tuple[str, ...]
    """Training sets, each as «name@version»."""
    concepts_met: tuple[str, ...] | None
    """Plain names of the classes met («crackling fire»); ``None`` where unknown."""
    encoders: tuple[str, ...]
    """Frozen encoders and generators that it was trained with."""
    clips: int
    """Clips of the training sets, those held out included."""
    held_out_clips: int
    """How many of them were kept out, to tell how well the model generalises."""
    seed: int
    """Seed of the training."""
    schedule: dict[str, Any]
    """The fields of :class:`~evalsuite.training.Schedule`."""
    steps: int
    """Optimiser steps taken."""
    stopped_early: bool
    """Whether training stopped because the held-out loss fell no more."""
    loss: float
    """Smoothed training loss of the last steps."""
    held_out_loss: float | None
    """Loss on what was held out, of these weights: the lowest met, where training might stop early."""
    curve: tuple[Point, ...]
    """Both losses in the course of the training; empty where unknown."""
    minutes: float
    """Minutes that it took; of the last sitting, where it was interrupted."""
    device: str
    """Where it ran."""
    packages: dict[str, str]
    """Versions of the packages that the weights depend on."""
    licence: str
    """Licence of the weights."""
    citation: str
    """Where the model is described."""
    extra: dict[str, float] = Field(default_factory=dict)
    """What only this model measures in training, by name («selection_precision»)."""


def save_training(folder: Path, record: TrainingRecord) -> None:
    """Write ``training.json`` and the model card ``README.md`` into ``folder``, each atomically."""
    text = json.dumps(record.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write_atomically(folder / FILE, f"{text}\n".encode())
    write_atomically(folder / CARD_FILE, model_card(record).encode())


def load_training(folder: Path) -> TrainingRecord | None:
    """Return the record in ``folder``, ``None`` where there is none. Raises ``UserError`` for an unreadable one."""
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        return TrainingRecord.model_validate_json(file.read_text())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "its beginning"
        raise UserError(f"unreadable training record: {first['msg']} at {where}; train again", file=file) from error


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that trained weights depend on."""
    return {package: version(package) for package in _PACKAGES}


def remake_command(record: TrainingRecord) -> str:
    """Return the command that trains the model in the same way again."""
    return f"evalsuite train {record.model} --profile {record.profile or 'PROFILE'} --seed {record.seed}"


def model_card(record: TrainingRecord) -> str:
    """Return the model card in Markdown."""
    return f"""# {record.model}: trained parts

The parts of `{record.model}` that evalsuite trained; everything else of the model is frozen and not in this folder.
{f"The model: {record.citation}." if record.citation else ""}

{_bullets(_facts(record))}

To train it again:

```
{remake_command(record)}
```

`{FILE}` beside this card holds the same and more: the schedule, the loss in the course of the training, and the
versions of the packages.
{_concepts(record)}"""


def _facts(record: TrainingRecord) -> dict[str, str]:
    held_out = "" if record.held_out_loss is None else f"{record.held_out_loss:.4g}"
    early = ", stopped early because the held-out loss fell no more" if record.stopped_early else ""
    return {
        "Trained on": ", ".join(record.trained_on),
        "Clips": f"{record.clips:,}, of which {record.held_out_clips:,} were held out",
        "Trained with the frozen": ", ".join(f"`{name}`" for name in record.encoders),
        "Steps": f"{record.steps:,} with seed {record.seed}{early}",
        "Training loss": f"{record.loss:.4g}",
        "Held-out loss": held_out,
        **{name.replace("_", " ").capitalize(): f"{value:.4g}" for name, value in record.extra.items()},
        "Licence": record.licence,
    }


def _bullets(facts: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts.items() if value)


def _concepts(record: TrainingRecord) -> str:
    if record.concepts_met is None:
        return ""
    names = f"Concepts met in training ({len(record.concepts_met)}): {', '.join(record.concepts_met)}."
    return f"\n{textwrap.fill(names, 120)}\n"
