"""Which scores of a run meet which of the baseline, and why some may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.errors import UserError, did_you_mean
from evalsuite.reporting.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evalsuite.gating.margins import Gate
    from evalsuite.gating.snapshot import Scores, Snapshot
    from evalsuite.measurement import Measurement

    Key = tuple[str, str]
    """Model and metric."""

KINDS = {"protocol": "protocol", "protocol_version": "protocol's version", "profile": "profile", "dataset": "data set"}
"""What must be the same, by the field of :class:`~evalsuite.gating.snapshot.Made`."""
OF_THE_CLIPS = ("dataset", "n", "total", "reference")
"""The fields of a passport that say which clips, and which real pictures, a number is about."""
OR_UPDATE = "or update the baseline, if that is meant"


def matched(now: Snapshot, before: Snapshot, *, gate: Gate) -> Iterator[tuple[Scores, Scores]]:
    """Yield the run's scores and the baseline's for every gated model and metric.

    Raises ``UserError`` naming what differs where two numbers do not compare, and what is missing where there are none.
    """
    for field, what in KINDS.items():
        ours, theirs = getattr(now.made, field), getattr(before.made, field)
        if ours != theirs:
            told = f"the {what} differs ({theirs} in the baseline, {ours} here)"
            raise UserError(f"{told}: run the same one, {OR_UPDATE}")
    earlier, current = _by_key(before), _by_key(now)
    for model in gate.models or before.fingerprints:
        for metric in gate.margins:
            theirs = _held(earlier, (model, metric), by="baseline", advice="update it with this gate")
            ours = _held(current, (model, metric), by="run", advice="run what the gate names")
            _refuse_difference(ours.measurement, theirs.measurement)
            yield ours, theirs


def differences_told(now: Snapshot, before: Snapshot) -> list[str]:
    """Return in what the two runs differ though their numbers compare, one sentence each."""
    notes = []
    if now.made.seed != before.made.seed:
        seeds = f"{now.made.seed}, the baseline's {before.made.seed}"
        notes.append(f"The run's seed is {seeds}: part of a difference may be luck.")
    if now.made.profile_sha256 != before.made.profile_sha256:
        notes.append(f"The profile {now.made.profile!r} has changed since the baseline was made.")
    if moved := _moved(now.made.packages, before.made.packages):
        notes.append(f"Versions have changed since the baseline was made: {', '.join(moved)}.")
    if added := [name for name in now.fingerprints if name not in before.fingerprints]:
        notes.append(f"Not gated, since the baseline does not know them: {', '.join(added)}.")
    if unsteady := _changed_without_cause(now, before):
        notes.append(_unsteady(unsteady))
    return notes


def _by_key(snapshot: Snapshot) -> dict[Key, Scores]:
    return {(scores.measurement.model, scores.measurement.metric): scores for scores in snapshot.scores}


def _held(scores: Mapping[Key, Scores], key: Key, *, by: str, advice: str) -> Scores:
    """Return one entry. Raises ``UserError`` with the nearest name where there is none."""
    for place, what in enumerate(("model", "metric")):
        known = {held[place] for held in scores}
        if key[place] not in known:
            near = did_you_mean(key[place], known)
            raise UserError(f"the {by} has no {what} {key[place]!r}{near}; {advice}")
    return scores[key]


def _refuse_difference(ours: Measurement, theirs: Measurement) -> None:
    """Raise ``UserError`` where two numbers of one model do not compare."""
    named = f"{ours.metric} of {ours.model}"
    if doubt := ours.not_comparable or theirs.not_comparable:
        raise UserError(f"{named} cannot be gated: {doubt}; gate another metric")
    if field := ours.passport.difference(theirs.passport):
        values = f"{getattr(theirs.passport, field)!r} in the baseline, {getattr(ours.passport, field)!r} here"
        same = "run the same clips" if field in OF_THE_CLIPS else "run with the same profile and version of the suite"
        raise UserError(f"{named} does not compare: the passports differ in {field} ({values}); {same}, {OR_UPDATE}")


def _moved(now: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Return the packages of which versions differ («torch 2.12 → 2.13»)."""
    return [
        f"{name} {before.get(name, 'none')} → {now.get(name, 'none')}"
        for name in sorted({*now, *before})
        if now.get(name) != before.get(name)
    ]


def _changed_without_cause(now: Snapshot, before: Snapshot) -> list[str]:
    """Return the models whose scores differ though fingerprint, seed and versions are the baseline's."""
    if (now.made.seed, now.made.packages) != (before.made.seed, before.made.packages):
        return []
    earlier = _by_key(before)
    changed = {
        model
        for (model, metric), scores in _by_key(now).items()
        if (model, metric) in earlier and not _equal(scores.values, earlier[model, metric].values)
    }
    return sorted(model for model in changed if now.fingerprints[model] == before.fingerprints[model])


def _equal(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Whether all values are the same, NaN as well."""
    return repr(ours) == repr(theirs)


def _unsteady(models: Sequence[str]) -> str:
    several = len(models) > 1
    told = "score otherwise though their fingerprints are" if several else "scores otherwise though its fingerprint is"
    return (
        f"{listed(models)} {told} the baseline's: another processor, a model that does not draw the same twice, "
        f"a fingerprint that leaves something out, or pictures that were mixed up."
    )
