"""Sweeps in a run: which clips go through one, and which step each evaluated row is."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.control.steps import StepInfo
from evalsuite.control.swept import Swept
from evalsuite.control_record import DoseStamp, SweepStamp
from evalsuite.errors import UserError, did_you_mean
from evalsuite.hashing import sha256_json
from evalsuite.metrics.base import Steps
from evalsuite.running.embedding import embed
from evalsuite.running.selection import open_dataset, select, stratified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip
    from evalsuite.control.sweep import Sweep
    from evalsuite.control.swept import Subject
    from evalsuite.control_record import Curve
    from evalsuite.datasets.base import ClipInfo, Dataset
    from evalsuite.encoders.base import Features, Modality
    from evalsuite.metrics.base import Evidence, FloatArray
    from evalsuite.profile import Profile
    from evalsuite.protocol import ProtocolFile
    from evalsuite.running.plan import Plan
    from evalsuite.running.workshop import Workshop


def dataset_of(protocol: ProtocolFile, *, profile: Profile, data: Mapping[str, Path]) -> Dataset:
    """Open what the protocol evaluates: its data set or, where it has a sweep, the sweep's steps over it."""
    dataset = open_dataset(protocol, profile=profile, data=data)
    if protocol.sweep is None:
        return dataset
    return Swept(dataset, protocol.sweep, subjects(select(dataset, protocol), protocol.sweep, classes=dataset.classes))


def subjects(rows: Sequence[ClipInfo], sweep: Sweep, *, classes: Sequence[str]) -> list[Subject]:
    """Return what goes through the sweep: a balanced sample of ``rows``, alone or joined as it says."""
    swept = [row for row in rows if not sweep.classes or row.label in sweep.classes]
    if not swept:
        near = did_you_mean(sweep.classes[0], classes)
        raise UserError(f"the data set has none of the sweep's classes, such as {sweep.classes[0]!r}{near}")
    chosen = stratified(swept, limit=sweep.clips)
    if sweep.pairs is None:
        return [(info,) for info in chosen]
    by_class: dict[str, list[ClipInfo]] = defaultdict(list)
    for info in chosen:
        by_class[info.label].append(info)
    if len(by_class) < 2:
        raise UserError("the sweep joins clips of two classes: evaluate at least two")
    in_order = [by_class[label] for label in classes if label in by_class]
    return list(_grid(in_order) if sweep.pairs == "grid" else _ring(in_order))


def _ring(by_class: Sequence[Sequence[ClipInfo]]) -> Iterator[Subject]:
    """Join each clip with one of the next class; the last class's with the first's."""
    for own, others in zip(by_class, [*by_class[1:], by_class[0]], strict=True):
        for number, info in enumerate(own):
            yield info, others[number % len(others)]


def _grid(by_class: Sequence[Sequence[ClipInfo]]) -> Iterator[Subject]:
    """Join the clips of every two classes, each class's first with the other's first, and so on; then each alone.

    Every class gives as many clips as the one that has fewest.
    """
    even = list(zip(*by_class, strict=False))
    for classmates in even:
        yield from combinations(classmates, 2)
    for classmates in even:
        yield from ((info,) for info in classmates)


def steps_of(plan: Plan, *, shop: Workshop) -> Steps | None:
    """Return which step of the plan's sweep each row is; ``None`` where nothing is swept.

    Measured doses are kept in the store, so that a cached run need not make the sounds again.
    """
    rows = swept_rows(plan.rows)
    if not rows:
        return None

    def load(indices: Sequence[int]) -> Iterator[Clip]:
        return shop.clips.stream([rows[index] for index in indices])

    doses = embed([row.sha256 for row in rows], {"dose": _DoseReader()}, load=load, shop=shop, title="doses")["dose"]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(row.subject for row in rows))}
    classes = {label: index for index, label in enumerate(plan.classes)}
    return Steps(
        subjects=np.array([numbers[row.subject] for row in rows]),
        doses=doses[:, 0].astype(np.float64),
        asked=np.array([row.dose for row in rows]),
        takes=np.array([row.take for row in rows]),
        second=np.array([-1 if row.second_label is None else classes[row.second_label] for row in rows]),
    )


def swept_rows(rows: Sequence[ClipInfo]) -> list[StepInfo]:
    """Return ``rows`` where they are the steps of a sweep, none where they are clips."""
    return [row for row in rows if isinstance(row, StepInfo)]


def with_every_take(rows: Sequence[ClipInfo], sweep: Sweep | None) -> Sequence[ClipInfo]:
    """Return those of ``rows`` whose sound has all its takes: pictures made elsewhere may lack some.

    Raises ``UserError`` where no sound has.
    """
    if sweep is None:
        return rows
    takes = Counter((row.subject, row.dose) for row in swept_rows(rows))
    whole = [row for row in swept_rows(rows) if takes[row.subject, row.dose] == sweep.takes]
    if not whole:
        raise UserError(f"no sound has pictures of all its {sweep.takes} takes")
    return whole


def step_columns(row: ClipInfo, steps: Steps | None, index: int) -> dict[str, object]:
    """Return what the per-clip table says of a step; nothing for a clip."""
    if steps is None or not isinstance(row, StepInfo):
        return {}
    return {
        "subject": row.subject,
        "dose": row.dose,
        "measured_dose": float(steps.doses[index]),
        "take": row.take,
        "second_label": row.second_label,
        "caption": row.caption,
    }


def sweep_stamp(plan: Plan, steps: Steps | None) -> SweepStamp | None:
    """Return what the record says of the plan's sweep; ``None`` where it has none."""
    from evalsuite.control.responses import stamps_of

    sweep, dataset = plan.protocol.sweep, plan.dataset
    if sweep is None or steps is None or not isinstance(dataset, Swept):
        return None
    given = {dose: steps.doses[steps.asked == dose] for dose in sweep.doses}
    return SweepStamp(
        transform=dataset.transform.name,
        title=dataset.transform.title,
        unit=dataset.transform.unit,
        sounds=dataset.transform.sounds,
        pairs=sweep.pairs,
        doses=tuple(
            DoseStamp(asked=dose, measured=float(np.nanmean(found)), spread=float(np.nanstd(found)))
            for dose, found in given.items()
        ),
        takes=sweep.takes,
        subjects=len({int(subject) for subject in steps.subjects}),
        responses=stamps_of(sweep),
    )


def model_curves(plan: Plan, name: str, evidence: Evidence, columns: Mapping[str, FloatArray]) -> tuple[Curve, ...]:
    """Return how model ``name`` answered the sweep, from its per-clip ``columns``; nothing where nothing is swept."""
    from evalsuite.control.curves import curves_of

    sweep, steps = plan.protocol.sweep, evidence.steps
    if sweep is None or steps is None:
        return ()
    return curves_of(name, sweep, values=columns, steps=steps, sources=evidence.sources)


class _DoseReader:
    """Reads off a clip what its transform measured, as an extractor, so that the store can keep it."""

    name = "dose"
    fingerprint = sha256_json(["dose", 1])
    modality: Modality = "audio"
    dim = 1

    def embed(self, batch: Sequence[Clip]) -> Features:
        """Return the measured doses, float32 (n, 1)."""
        return np.array([[np.nan if clip.dose is None else clip.dose] for clip in batch], np.float32)
