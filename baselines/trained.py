"""What the baselines that are trained have in common: where weights lie, what they learn from, what training leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from evalsuite.datasets.base import Dataset, ShowsFrames, WordsConcepts
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json, sha256_tree
from evalsuite.registry import resolve
from evalsuite.resources import MINI_PREFIX, resolve_weights

if TYPE_CHECKING:
    from evalsuite.datasets.base import DatasetCard


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


def remove_state(output: Path) -> None:
    """Remove the state of this and of earlier trainings, and what they kept beside it under the same name."""
    for left in output.glob(f"training-{'[0-9a-f]' * SHORT}.*"):
        left.unlink()
