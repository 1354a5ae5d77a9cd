"""Entrants: the models of finished runs, under names that tell them apart, and which of them meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from evalsuite.errors import UserError, did_you_mean
from evalsuite.run_folder import load_run
from evalsuite.running.compare import CLIP_KEY, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from evalsuite.model import ModelCard
    from evalsuite.run_folder import Run


@dataclass(frozen=True, kw_only=True)
class Entrant:
    """A model of a run."""

    run: Run
    card: ModelCard
    name: str
    """«RUN/MODEL» where several runs have a model of that name."""
    clips: pd.DataFrame
    """Its rows of the per-clip table, by clip and recording."""


Pair = tuple[Entrant, Entrant]


def open_runs(paths: Iterable[Path], *, one_protocol: bool = False) -> list[Run]:
    """Open finished runs of one profile, one version of a protocol and one data set. Raises ``UserError``.

    They may be of several protocols that share a data set, unless it is to be ``one_protocol``.
    """
    runs = [load_run(path) for path in paths]
    folders = Counter(run.path.resolve() for run in runs)
    for run in runs:
        if run.record.status != "complete":
            raise UserError("the run is not complete: run the command of its record again", file=run.path)
        if folders[run.path.resolve()] > 1:
            raise UserError("the run is named twice", file=run.path)
    for other in runs[1:]:
        _refuse_difference(runs[0], other, one_protocol=one_protocol)
    return runs


def entrants(runs: Sequence[Run]) -> tuple[list[Entrant], list[str]]:
    """Return the models of ``runs``, run by run in the order of the record, and the names of those that came again.

    A model that drew the very same pictures in an earlier run is no other model: it enters once.
    """
    entered: list[Entrant] = []
    again = []
    for run in runs:
        clips = {str(name): own.set_index(CLIP_KEY).sort_index() for name, own in run.clips().groupby("model")}
        for card in run.record.models:
            entrant = Entrant(run=run, card=card, name=card.name, clips=clips[card.name])
            if any(_same_pictures(entrant, other) for other in entered):
                again.append(card.name)
            else:
                entered.append(entrant)
    return _told_apart(entered), list(dict.fromkeys(again))


def meetings(entered: Sequence[Entrant], *, across: bool, models: Sequence[str] = ()) -> list[Pair]:
    """Return who meets whom: the model first whose gains are positive, which is the one of the later run.

    Models asked for by name («MODEL» or «RUN/MODEL») all meet each other. Else, in one run, every system meets every
    floor, yardstick and other system; ``across`` runs each system meets its namesakes or, where there are none, every
    system of the other runs. Raises ``UserError`` where a name is not known.
    """
    if models:
        return [_later_first(*pair) for pair in combinations(_named(entered, models), 2)]
    if not across:
        by_name = {entrant.card.name: entrant for entrant in entered}
        return [(by_name[model.name], by_name[other.name]) for model, other in pairs([e.card for e in entered])]
    systems = [entrant for entrant in entered if entrant.card.role == "system"]
    others = [(later, earlier) for earlier, later in combinations(systems, 2) if earlier.run is not later.run]
    namesakes = [pair for pair in others if pair[0].card.name == pair[1].card.name]
    return namesakes or others


def _same_pictures(entrant: Entrant, other: Entrant) -> bool:
    keys = entrant.clips["image_key"]
    return entrant.card.name == other.card.name and bool(keys.equals(other.clips["image_key"]))


def _told_apart(entered: Sequence[Entrant]) -> list[Entrant]:
    """Return the entrants, those of one name with their run's name before it."""
    known = Counter(entrant.name for entrant in entered)
    folders = Counter(path.name for path in {entrant.run.path for entrant in entered})
    told = []
    for entrant in entered:
        path = entrant.run.path
        label = path.name if folders[path.name] == 1 else str(path)
        told.append(replace(entrant, name=f"{label}/{entrant.name}") if known[entrant.name] > 1 else entrant)
    return told


def _named(entered: Sequence[Entrant], models: Sequence[str]) -> list[Entrant]:
    known = {name for entrant in entered for name in (entrant.name, entrant.card.name)}
    for name in models:
        if name not in known:
            raise UserError(f"no model {name!r} in these runs{did_you_mean(name, known)}")
    return [entrant for entrant in entered if {entrant.name, entrant.card.name} & set(models)]


def _later_first(earlier: Entrant, later: Entrant) -> Pair:
    """Return the pair as it is told; of one run, systems come before references."""
    return (earlier, later) if earlier.run is later.run else (later, earlier)


def _refuse_difference(run: Run, other: Run, *, one_protocol: bool) -> None:
    ours, theirs = run.record, other.record
    protocols = (ours.protocol.name, theirs.protocol.name)
    told = {
        **({"protocol": protocols} if one_protocol else {}),
        "profile": (ours.profile.name, theirs.profile.name),
        "data set": (ours.dataset.card.name, theirs.dataset.card.name),
        "data set's version": (ours.dataset.card.version, theirs.dataset.card.version),
    }
    if protocols[0] == protocols[1]:
        told["protocol's version"] = (str(ours.protocol.version), str(theirs.protocol.version))
    for field, (mine, yours) in told.items():
        if mine != yours:
            what = f"the {field} differs ({mine} there, {yours} here)"
            raise UserError(f"does not compare with {run.path}: {what}; run both with the same one", file=other.path)
