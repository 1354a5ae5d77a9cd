"""What the baselines that are trained have in common: where weights lie, what they learn from, what training leaves."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from evalsuite.datasets.base import Dataset, ShowsFrames, WordsConcepts
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json, sha256_tree
from evalsuite.registry import resolve
from evalsuite.resources import MINI_PREFIX, resolve_weights
from evalsuite.training_record import TrainingRecord, package_versions, save_training

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from evalsuite.datasets.base import DatasetCard
    from evalsuite.training import Fitted, Schedule

CONFIG_FILE = "config.json"
"""Beside a network's weights: its sizes."""


class Videos(Dataset, ShowsFrames, Protocol):
    """A data set of videos."""


def weights_hash(weights: Path | str) -> str:
    """Return the hash of a folder of weights; a hub's name stands for itself."""
    return sha256_tree(weights) if isinstance(weights, Path) else weights


def trained_folder(ref: str | None) -> Path | None:
    """Return the folder that a profile names for trained parts, ``None`` where it names none or it is not there."""
    folder = resolve_weights(ref) if ref else None
    return folder if isinstance(folder, Path) else None


def licence_beside(name: str) -> str:
    """Return the licence of parts trained beside the frozen ``name``; empty where that one's own terms decide it."""
    return "Apache-2.0" if name.startswith(MINI_PREFIX) else ""


def save_network(folder: Path, weights_file: str, *, config: Any, weights: Mapping[str, Tensor]) -> None:
    """Write a network's ``config``, a dataclass, and its weights, floats in float16, into ``folder``."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_FILE).write_text(json.dumps(asdict(config), indent=1) + "\n")
    halved = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in weights.items()}
    save_file({name: tensor.contiguous().cpu() for name, tensor in halved.items()}, folder / weights_file)


def open_network(folder: Path, weights_file: str, *, what: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the config's fields and the weights of a saved network. Raises ``UserError`` where ``folder`` has none."""
    from safetensors.torch import load_file

    for name in (CONFIG_FILE, weights_file):
        if not (folder / name).is_file():
            raise UserError(f"no trained {what} here: it has no {name}", file=folder)
    return json.loads((folder / CONFIG_FILE).read_text()), load_file(folder / weights_file)


def forget(model: object, *properties: str) -> None:
    """Drop a model's cached properties, and all hashes of folders: what training wrote makes them untrue."""
    sha256_tree.cache_clear()
    for name in properties:
        vars(model).pop(name, None)


def training_set(name: str | None, *, model: str) -> Dataset:
    """Open the data set that a profile names for ``model`` to be trained on. Raises ``UserError`` where it has none."""
    if name is None:
        raise UserError(f"the profile names no `training_set` under models.{model}: add one (evalsuite ls datasets)")
    dataset: Dataset = resolve("datasets", name)(root=None)
    return dataset


def training_videos(name: str | None, *, model: str) -> Videos:
    """Open a :func:`training_set` of videos. Raises ``UserError`` where its clips have no frames."""
    dataset = training_set(name, model=model)
    if not isinstance(dataset, ShowsFrames):
        raise UserError(f"models.{model}.training_set: {name!r} has sounds but no frames; name a set of videos")
    return dataset


def concepts_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the plain names of a data set's classes («dog» for «dog barking»), in the order of its classes."""
    names = dataset.plain_names if isinstance(dataset, WordsConcepts) else {}
    return tuple(names.get(label, label) for label in dataset.classes)


def stamp_of(card: DatasetCard) -> str:
    """Return «name@version», by which records and fingerprints know a data set."""
    return f"{card.name}@{card.version}"


def state_file(output: Path, *depends_on: Any) -> Path:
    """Return where a training keeps its state until it is done: one that depends on anything else is never taken up.

    ``depends_on`` is JSON-able: settings, data, seed, schedule.
    """
    return output / f"training-{sha256_json(depends_on)[:SHORT]}.state"


def finish(output: Path, fitted: Fitted, *, began: float, seed: int, schedule: Schedule, **facts: Any) -> None:
    """Write the record of a training that ``began`` at that reading of the monotonic clock, and remove its state.

    ``facts`` are the record's other fields: the model, its data and its encoders.
    """
    record = TrainingRecord(
        seed=seed,
        schedule=asdict(schedule),
        minutes=(time.monotonic() - began) / 60,
        packages=package_versions(),
        **facts,
        **vars(fitted),
    )
    save_training(output, record)
    remove_state(output)


def remove_state(output: Path) -> None:
    """Remove the state of this and of earlier trainings, and what they kept beside it under the same name."""
    for left in output.glob(f"training-{'[0-9a-f]' * SHORT}.*"):
        left.unlink()
