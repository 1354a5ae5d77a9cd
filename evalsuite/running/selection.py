"""Which clips a run evaluates: the data set, its folds, and a small balanced sample where one is asked for."""

from __future__ import annotations

import os
from collections import defaultdict
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from evalsuite.control.steps import StepInfo
from evalsuite.errors import UserError, did_you_mean
from evalsuite.hashing import sha256_bytes
from evalsuite.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evalsuite.datasets.base import ClipInfo, Dataset
    from evalsuite.profile import Profile
    from evalsuite.protocol import ProtocolFile

DATA_VARIABLE = "EVALSUITE_DATA"


def open_dataset(protocol: ProtocolFile, *, profile: Profile, data: Mapping[str, Path]) -> Dataset:
    """Open the protocol's data set: at the user's folder where one is given, else as the profile binds it."""
    return open_named(protocol.dataset, profile=profile, data=data)


def open_named(name: str, *, profile: Profile, data: Mapping[str, Path]) -> Dataset:
    """Open the data set that protocols call ``name``, as :func:`open_dataset` does."""
    root = _given_root(name, data=data)
    if root is not None:
        return _open(name, root)
    if name not in profile.datasets:
        near = did_you_mean(name, profile.datasets)
        raise UserError(f"profile {profile.name!r} has no data set {name!r}{near}; or give --data {name}=FOLDER")
    binding = profile.datasets[name]
    return _open(binding.use, Path(binding.root).expanduser() if binding.root else None)


def select(dataset: Dataset, protocol: ProtocolFile) -> tuple[ClipInfo, ...]:
    """Return the rows of the protocol's split, folds and classes, in order. Raises ``UserError`` where none is left."""
    every, classes = dataset.manifest(), classes_of(dataset, protocol)
    strange = next((row for row in every if row.label not in dataset.classes), None)
    if strange is not None:
        raise UserError(f"clip {strange.id!r} has the label {strange.label!r}, which is no class of the data set")
    rows = [row for row in every if protocol.split is None or row.split == protocol.split]
    if not rows:
        raise UserError(
            f"no clip is in split {protocol.split!r}; the data set has {_known(row.split for row in every)}"
        )
    folds = protocol.folds
    rows = [row for row in rows if folds == "all" or row.fold in folds]
    if not rows:
        raise UserError(f"no clip is in folds {folds}; the data set has {_known(row.fold for row in every)}")
    rows = [row for row in rows if row.label in classes]
    if not rows:
        raise UserError(f"no clip of the data set is of the protocol's classes, {', '.join(classes)}")
    return tuple(rows)


def classes_of(dataset: Dataset, protocol: ProtocolFile) -> tuple[str, ...]:
    """Return the classes that the protocol evaluates, in the data set's order. Raises ``UserError``."""
    if protocol.classes == "all":
        return dataset.classes
    for name in protocol.classes:
        if name not in dataset.classes:
            near = did_you_mean(name, dataset.classes)
            raise UserError(
                f"the protocol evaluates the class {name!r}, which {dataset.card.name!r} does not have{near}"
            )
    return tuple(name for name in dataset.classes if name in protocol.classes)


def _known(parts: Iterable[int | str | None]) -> str:
    """Put the parts that there are into words."""
    return ", ".join(sorted({str(part) for part in parts if part is not None})) or "none"


def stratified(rows: Sequence[ClipInfo], *, limit: int | None) -> tuple[ClipInfo, ...]:
    """Return ``limit`` rows, one class after another in turn, in their old order; all rows where there is no limit.

    Of a sweep all steps of ``limit`` clips are returned; of a grid, those that join two of them. Within a class the
    order of choice is that of the ids' hashes, so that a small sample is not all of one recording or fold, and a larger
    sample contains every smaller one.
    """
    firsts = {_clips(row)[0].id: row for row in reversed(rows)}
    if limit is None or limit >= len(firsts):
        return tuple(rows)
    if limit < 1:
        raise UserError(f"--limit {limit} leaves no clip: give at least 1")
    by_class: dict[str, list[ClipInfo]] = defaultdict(list)
    for row in sorted(firsts.values(), key=lambda row: sha256_bytes(_clips(row)[0].id.encode())):
        by_class[row.label].append(row)
    turns = zip_longest(*(by_class[label] for label in sorted(by_class)))
    in_turn = [row for row in chain.from_iterable(turns) if row is not None]
    chosen = {_clips(row)[0].id for row in in_turn[:limit]}
    in_grid = {_clips(row)[0].id for row in rows if isinstance(row, StepInfo) and len(row.clips) == 1}
    left_out = set(firsts) - chosen

    def keeps(row: ClipInfo) -> bool:
        first, *others = (clip.id for clip in _clips(row))
        return first in chosen and not any(other in in_grid & left_out for other in others)

    return tuple(row for row in rows if keeps(row))


def _clips(row: ClipInfo) -> tuple[ClipInfo, ...]:
    """Return the clips that a row is made of: itself, or what a step of a sweep joins."""
    return row.clips if isinstance(row, StepInfo) else (row,)


def _given_root(name: str, *, data: Mapping[str, Path]) -> Path | None:
    """Return the folder that the command line or the environment gives for data set ``name``."""
    for other in data:
        if other != name:
            raise UserError(f"--data {other}=…: the protocol evaluates {name!r}{did_you_mean(other, [name])}")
    if name in data:
        return data[name]
    folder = os.environ.get(DATA_VARIABLE)
    candidate = Path(folder).expanduser() / name if folder else None
    return candidate if candidate is not None and candidate.is_dir() else None


def _open(ref: str, root: Path | None) -> Dataset:
    dataset: Dataset = resolve("datasets", ref)(root=root)
    return dataset
