"""The snapshot: what a gate needs to know of a run, and a repository can keep. Scores, no pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from evalsuite.errors import UserError, did_you_mean
from evalsuite.measurement import Measurement
from evalsuite.running.compare import CLIP_KEY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from evalsuite.record import RunRecord
    from evalsuite.run_folder import Run

DIGITS = 6
"""To how many digits scores of clips are kept. A run is rounded alike when it is gated, so that equal stays equal."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class Made(_Section):
    """What a run was made by."""

    protocol: str
    """Name of the protocol."""
    protocol_version: int
    """Its declared version."""
    protocol_sha256: str
    """Hash of its content, with the models and the seed that were asked for."""
    profile: str
    """Name of the profile."""
    profile_sha256: str
    """Hash of its content."""
    dataset: str
    """Name of the data set."""
    dataset_sha256: str
    """Hash of the evaluated clips' rows."""
    seed: int
    """The run seed."""
    packages: dict[str, str]
    """Versions of evalsuite, of Python and of the packages that numbers depend on."""


class Scores(_Section):
    """What one model scored by one metric."""

    measurement: Measurement
    """The value over all clips, with its replicates and its passport."""
    values: tuple[float, ...] = ()
    """The value of every clip, in the order of :attr:`Snapshot.clips`, to :data:`DIGITS` digits; NaN where a clip has
    none. Empty where a metric has values of whole sets only: it is compared by its replicates."""


class Snapshot(_Section):
    """A run, as a gate sees it."""

    schema_version: int = 1
    """Version of this schema."""
    made: Made
    """What it was made by."""
    fingerprints: dict[str, str]
    """Every gated model's fingerprint, by its name."""
    clips: tuple[str, ...]
    """Ids of the evaluated clips, sorted."""
    sources: tuple[str, ...]
    """The recording that each of them was cut from."""
    scores: tuple[Scores, ...]
    """One entry per model and metric, in the order of the record."""


def take_snapshot(run: Run, *, metrics: Collection[str], models: Collection[str] = ()) -> Snapshot:
    """Return what a gate keeps of a finished run: ``models``, by default the systems, by ``metrics``.

    Raises ``UserError`` where the run is not complete, and naming the nearest one where it lacks a model or metric.
    """
    record = run.record
    if record.status != "complete":
        raise UserError("the run is not complete: run the command of its record again", file=run.path)
    cards = {card.name: card for card in record.models}
    gated = models or [card.name for card in record.models if card.role == "system"]
    require(gated, cards, what="model")
    require(metrics, measured(record), what="metric")
    table = {str(name): own.sort_values(CLIP_KEY) for name, own in run.clips().groupby("model")}
    whole = [m for m in record.measurements if m.passport.subset == "all" and m.model in gated and m.metric in metrics]
    first = next(iter(table.values()))
    return Snapshot(
        made=_made(record),
        fingerprints={name: cards[name].fingerprint for name in gated},
        clips=tuple(first["clip_id"]),
        sources=tuple(first["source"]),
        scores=tuple(Scores(measurement=m, values=_values(table[m.model], m)) for m in whole),
    )


def measured(record: RunRecord) -> tuple[str, ...]:
    """Return the names of the metrics that a run measured."""
    return tuple(metric.name for metric in record.metrics)


def require(names: Collection[str], known: Collection[str], *, what: str) -> None:
    """Raise ``UserError`` with the nearest one where a name is not among what the run has."""
    for name in names:
        if name not in known:
            raise UserError(f"the run has no {what} {name!r}{did_you_mean(name, known)}")


def rounded(values: Sequence[float]) -> tuple[float, ...]:
    """Return values to :data:`DIGITS` significant digits.

    >>> rounded([0.123456789, 1.0])
    (0.123457, 1.0)
    """
    return tuple(float(f"{value:.{DIGITS}g}") for value in values)


def _values(rows: pd.DataFrame, measurement: Measurement) -> tuple[float, ...]:
    return rounded(rows[measurement.per_clip].tolist()) if measurement.per_clip else ()


def _made(record: RunRecord) -> Made:
    environment = record.environment
    return Made(
        protocol=record.protocol.name,
        protocol_version=record.protocol.version,
        protocol_sha256=record.protocol.sha256,
        profile=record.profile.name,
        profile_sha256=record.profile.sha256,
        dataset=record.dataset.card.name,
        dataset_sha256=record.dataset.sha256,
        seed=record.seed,
        packages={"evalsuite": environment.evalsuite, "python": environment.python, **environment.packages},
    )
