"""Contest: the models of finished runs compared, by metrics whose passports agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalsuite.comparison_record import Hindrance
from evalsuite.errors import UserError, did_you_mean
from evalsuite.running.compare import Scored, compared, leading_metric
from evalsuite.running.entrants import entrants, meetings, open_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from evalsuite.measurement import Estimate, Measurement
    from evalsuite.record import Comparison
    from evalsuite.run_folder import Run
    from evalsuite.running.entrants import Entrant, Pair

    ScoredPair = tuple[Scored, Scored]

ALL = "all"
"""In place of a metric's name: every metric that all runs measured."""
OF_THE_CLIPS = ("dataset", "n", "total")
"""The fields of a passport in which runs may differ where only the clips that both evaluated count."""
ADVICE = {
    "reference": "run both on the same clips with the same real pictures",
    **dict.fromkeys(OF_THE_CLIPS, "run both on the same clips, or add --shared-clips"),
}
"""What to do where a field of the passports differs."""
OTHERWISE = "run both again with one version of the suite and one profile"


@dataclass(frozen=True, kw_only=True)
class Untested:
    """Two values side by side: nothing in the records tells how sure their difference is."""

    metric: str
    model: str
    other: str
    unit: str
    estimate: Estimate
    """The model's value."""
    other_estimate: Estimate
    """The other's."""

    def flat(self) -> dict[str, Any]:
        """Return one flat row, as ``--json`` shows it."""
        row: dict[str, Any] = {"metric": self.metric, "model": self.model, "other": self.other}
        for prefix, estimate in (("", self.estimate), ("other_", self.other_estimate)):
            row |= {f"{prefix}{end}": getattr(estimate, end) for end in ("value", "low", "high")}
        return row


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What was compared."""

    comparisons: tuple[Comparison, ...]
    """One family of tests."""
    untested: tuple[Untested, ...]
    """What could not be tested: records of an older version of the suite keep too little."""
    notes: tuple[str, ...]
    """What a reader must know before believing the numbers, one sentence each."""


def compare_runs(
    paths: Sequence[Path], *, metrics: Sequence[str] = (), models: Sequence[str] = (), shared_clips: bool = False
) -> Contest:
    """Compare models of the runs in the folders ``paths``; :func:`~evalsuite.running.entrants.meetings` says which.

    ``metrics`` are names or :data:`ALL`; by default the one that reports lead with. With ``shared_clips`` the runs may
    have evaluated different clips, and only those of both count. Raises ``UserError`` where numbers do not compare.
    """
    runs = open_runs(paths)
    pairs, notes = who_meets(runs, *entrants(runs), models=models)
    if shared_clips:
        notes += about_clips(pairs)
    scored: list[ScoredPair] = []
    for metric in _chosen(runs, metrics):
        both = [(scored_by(metric, model), scored_by(metric, other)) for model, other in pairs]
        hindered = next((why for pair in both if (why := hindrance(*pair, shared_clips=shared_clips))), None)
        if hindered and hindered.field:
            raise UserError(f"{metric} does not compare: {hindered.reason}")
        if hindered and ALL not in metrics:
            raise UserError(f"{metric} cannot be compared: {hindered.reason}")
        notes += [f"{metric} is left out: {hindered.reason}."] if hindered else []
        scored += [] if hindered else both
    comparisons = compared(scored)
    told = {(c.metric, c.model, c.other) for c in comparisons}
    sides = [_side_by_side(*pair) for pair in scored]
    untested = tuple(side for side in sides if (side.metric, side.model, side.other) not in told)
    return Contest(comparisons=comparisons, untested=untested, notes=tuple(notes))


def who_meets(
    runs: Sequence[Run], entered: Sequence[Entrant], again: Sequence[str], *, models: Sequence[str] = ()
) -> tuple[list[Pair], list[str]]:
    """Return the pairs to compare, and notes about the runs. Raises ``UserError`` where there is no pair.

    ``entered`` and ``again`` are what :func:`~evalsuite.running.entrants.entrants` returns.
    """
    pairs = meetings(entered, across=len(runs) > 1, models=models)
    if pairs:
        drawn = [f"The same pictures in more than one run, which count once: {', '.join(again)}."] if again else []
        return pairs, [*_about_seeds(runs), *drawn]
    if set(again) & {entrant.card.name for entrant in entered if entrant.card.role == "system"}:
        raise UserError(
            "nothing to compare: the systems drew the same pictures in all runs; has the fingerprint changed?"
        )
    raise UserError("nothing to compare: name a second run, or two models by --models")


def _about_seeds(runs: Sequence[Run]) -> list[str]:
    seeds = dict.fromkeys(run.record.seed for run in runs)
    told = " and ".join(map(str, seeds))
    return [f"The runs drew with different seeds ({told}): part of a difference may be luck."] if len(seeds) > 1 else []


def about_clips(pairs: Iterable[Pair]) -> list[str]:
    """Return how many clips the runs share. Raises ``UserError`` where two share none."""
    told = {}
    for model, other in pairs:
        shared = len(model.clips.index.intersection(other.clips.index))
        if not shared:
            raise UserError(f"no clip was evaluated both in {model.run.path} and in {other.run.path}")
        if not shared == len(model.clips) == len(other.clips):
            each = f"{len(model.clips)} of {model.run.path.name} and {len(other.clips)} of {other.run.path.name}"
            told[model.run.path, other.run.path] = f"Only the {shared} clips in both runs count, of {each}."
    return list(told.values())


def _chosen(runs: Sequence[Run], asked: Sequence[str]) -> list[str]:
    """Return the metrics to compare by. Raises ``UserError`` for one that not all runs measured."""
    common = common_metrics(runs)
    if ALL in asked:
        return common
    for metric in asked:
        if metric not in common:
            raise UserError(f"not all of these runs measured {metric!r}{did_you_mean(metric, common)}")
    leading = leading_metric(m for m in runs[0].record.measurements if m.metric in common)
    return list(dict.fromkeys(asked)) or [leading or common[0]]


def common_metrics(runs: Sequence[Run]) -> list[str]:
    """Return the metrics that all runs measured over all clips. Raises ``UserError`` where there is none."""
    common = [metric for metric in _metrics(runs[0]) if all(metric in _metrics(run) for run in runs)]
    if not common:
        raise UserError("no metric was measured in all of these runs")
    return common


def _metrics(run: Run) -> list[str]:
    return list(dict.fromkeys(m.metric for m in run.record.measurements if m.passport.subset == "all"))


def scored_by(metric: str, entrant: Entrant) -> Scored:
    """Return what a model scored over all clips."""
    own = (m for m in entrant.run.record.measurements if (m.model, m.metric) == (entrant.card.name, metric))
    whole = next(m for m in own if m.passport.subset == "all")
    return Scored(name=entrant.name, measurement=whole, clips=entrant.clips)


def hindrance(model: Scored, other: Scored, *, shared_clips: bool) -> Hindrance | None:
    """Return why two numbers by one metric cannot be compared; ``None`` where they can.

    With ``shared_clips`` the two may have been evaluated on different clips.
    """
    ours, theirs = model.measurement, other.measurement
    if doubt := ours.not_comparable or theirs.not_comparable:
        return Hindrance(reason=doubt)
    clips = {field: getattr(ours.passport, field) for field in OF_THE_CLIPS}
    on_ours = theirs.passport.model_copy(update=clips)
    if shared_clips and on_ours != theirs.passport and (reason := _needs_all_clips(ours, theirs)):
        return Hindrance(reason=reason)
    field = ours.passport.difference(on_ours if shared_clips else theirs.passport)
    if field is None:
        return None
    mine, yours = (f"{getattr(one.measurement.passport, field)!r} of {one.name}" for one in (model, other))
    told = f"the passports differ in {field} ({mine}, {yours}); {ADVICE.get(field, OTHERWISE)}"
    return Hindrance(reason=told, field=field)


def _needs_all_clips(ours: Measurement, theirs: Measurement) -> str | None:
    """Return why a metric cannot be taken over the shared clips of two runs alone, or ``None``."""
    if not (ours.per_clip and theirs.per_clip):
        return "it has no value for a clip, so that it cannot be taken over the shared clips alone"
    if ours.estimate.replicates or theirs.estimate.replicates:
        return "its value for a clip depends on the run's other clips"
    return "it refers to other real pictures" if ours.passport.reference != theirs.passport.reference else None


def _side_by_side(model: Scored, other: Scored) -> Untested:
    return Untested(
        metric=model.measurement.metric,
        model=model.name,
        other=other.name,
        unit=model.measurement.unit,
        estimate=model.measurement.estimate,
        other_estimate=other.measurement.estimate,
    )
