"""Scoring: features become measurements with passports, and one row per clip."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.hashing import SHORT, sha256_json
from evalsuite.measurement import Measurement, Passport
from evalsuite.metrics.base import (
    CLASSES,
    JUDGE_CLASSES,
    JUDGE_IMAGE,
    JUDGE_REFERENCE,
    LABELS,
    REFERENCE,
    TRUE,
    Evidence,
    what,
)
from evalsuite.metrics.classification import predictions
from evalsuite.metrics.retrieval import class_similarities
from evalsuite.metrics.similarity import nearest_rows
from evalsuite.running.extract import extractor_of
from evalsuite.running.generate import picture_identity
from evalsuite.running.sweeping import step_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from evalsuite.datasets.base import ClipInfo
    from evalsuite.encoders.base import FeatureExtractor, Features
    from evalsuite.metrics.base import Metric, Outcome, Steps
    from evalsuite.running.generate import Drawing
    from evalsuite.running.plan import Plan

ALL = "all"
MET = "concepts met in training"
NOT_MET = "concepts not met in training"
SUBSET_METRIC = "accuracy"
"""The metric that is also measured on the subsets."""


def make_evidence(plan: Plan, features: Mapping[str, Features], *, steps: Steps | None = None) -> Evidence:
    """Return what the metrics may look at for one model, clips in the order of the plan's rows."""
    number = {label: index for index, label in enumerate(plan.classes)}
    return Evidence(
        features=features,
        targets=np.array([number[row.label] for row in plan.rows]),
        classes=plan.classes,
        sources=np.array([row.source for row in plan.rows]),
        steps=steps,
    )


def measure(plan: Plan, name: str, evidence: Evidence) -> tuple[list[Measurement], dict[str, Any]]:
    """Measure model ``name``. Returns its measurements and its per-clip columns, by the metric's name."""
    measurements: list[Measurement] = []
    columns: dict[str, Any] = {}
    for metric in plan.metrics:
        outcome = metric.measure(evidence)
        measurements.append(as_measurement(name, metric, outcome, passport=_passport(plan, metric, subset=ALL)))
        if outcome.per_clip is not None:
            columns[metric.name] = outcome.per_clip
        for subset, labels in _subsets(plan).items() if metric.name == SUBSET_METRIC else ():
            outcome = metric.measure(evidence.subset(_inside(plan.rows, labels)))
            passport = _passport(plan, metric, subset=subset)
            measurements.append(as_measurement(name, metric, outcome, passport=passport))
    return measurements, columns


def clip_rows(
    name: str,
    drawings: Sequence[Drawing],
    evidence: Evidence,
    columns: Mapping[str, Any],
    *,
    asked: Sequence[ClipInfo],
) -> list[dict[str, Any]]:
    """Return the rows of model ``name`` in the per-clip table; ``asked`` are all clips that the protocol asks for."""
    guesses: Sequence[str | None] = predicted(evidence) or [None] * len(drawings)
    nearest: Sequence[tuple[str | None, float]] = nearest_real(evidence, asked) or [(None, math.nan)] * len(drawings)
    return [
        {
            "model": name,
            "clip_id": drawing.scored.id,
            "label": drawing.scored.label,
            "source": drawing.scored.source,
            "fold": drawing.scored.fold,
            "seed": drawing.seed,
            "heard_clip_id": drawing.heard.id,
            "image_key": drawing.key,
            "predicted": guess,
            "nearest_real": real,
            "nearest_real_similarity": similarity,
            **step_columns(drawing.scored, evidence.steps, index),
            **{column: float(values[index]) for column, values in columns.items()},
        }
        for index, (drawing, guess, (real, similarity)) in enumerate(zip(drawings, guesses, nearest, strict=True))
    ]


def predicted(evidence: Evidence) -> list[str] | None:
    """Return the class that the judge sees in each picture, as accuracy counts it; ``None`` where there is no judge."""
    needs = JUDGE_IMAGE, JUDGE_CLASSES
    if not evidence.features.keys() >= set(needs):
        return None
    seen = predictions(class_similarities(evidence, needs=needs), evidence.targets)
    return [evidence.classes[index] for index in seen]


def nearest_real(evidence: Evidence, asked: Sequence[ClipInfo]) -> list[tuple[str, float]] | None:
    """Return for each picture the clip of ``asked`` whose reference picture is nearest, and the cosine of the two.

    That is in the judge's features; a tie goes to the smaller id. ``None`` where no metric asked the judge about
    reference pictures: a sweep's protocols ask for none.
    """
    if not evidence.features.keys() >= {JUDGE_IMAGE, JUDGE_REFERENCE}:
        return None
    ids = [row.id for row in asked]
    in_order = sorted(range(len(ids)), key=ids.__getitem__)
    index, cosines = nearest_rows(evidence.features[JUDGE_IMAGE], evidence.features[JUDGE_REFERENCE][in_order])
    return [(ids[in_order[place]], float(cosine)) for place, cosine in zip(index, cosines, strict=True)]


def _subsets(plan: Plan) -> dict[str, frozenset[str]]:
    """Return the labels of each subset that has clips: the same for every model, from what the systems' cards say."""
    cards = [model.card for model in plan.models if model.card.role == "system"]
    told = [card.concepts_met for card in cards if card.concepts_met is not None]
    if not plan.protocol.subsets or not told:
        return {}
    met = frozenset().union(*told)
    subsets = {MET: met, NOT_MET: frozenset(plan.classes) - met}
    return {subset: labels for subset, labels in subsets.items() if _inside(plan.rows, labels).any()}


def _inside(rows: Sequence[ClipInfo], labels: frozenset[str]) -> npt.NDArray[np.bool_]:
    return np.array([row.label in labels for row in rows], dtype=np.bool_)


def as_measurement(model: str, metric: Metric, outcome: Outcome, *, passport: Passport) -> Measurement:
    """Return what ``metric`` found of ``model``, with what a number says of itself."""
    return Measurement(
        model=model,
        metric=metric.name,
        estimate=outcome.estimate,
        higher_is_better=metric.higher_is_better,
        unit=metric.unit,
        chance=outcome.chance,
        per_clip=metric.name if outcome.per_clip is not None else None,
        adequacy=outcome.adequacy,
        passport=passport,
    )


def extractor_names(extractors: Iterable[FeatureExtractor]) -> tuple[str, ...]:
    """Return each extractor as a passport names it, once."""
    return tuple(dict.fromkeys(f"{tower.name}@{tower.fingerprint[:SHORT]}" for tower in extractors))


def _passport(plan: Plan, metric: Metric, *, subset: str) -> Passport:
    labels = frozenset(plan.classes) if subset == ALL else _subsets(plan)[subset]
    made_from = {what(need) for need in metric.needs}
    template = f"template={plan.protocol.judge_template}" if CLASSES in made_from else ""
    # The cards of the run's systems say what is inside: under one name, other systems may give other classes.
    inside = "" if subset == ALL else f"classes={sha256_json(sorted(labels))[:SHORT]}"
    # The same clips are easier to recognise among fewer classes.
    among = f"among={sha256_json(plan.classes)[:SHORT]}" if made_from & {CLASSES, LABELS} else ""
    return Passport(
        metric=metric.name,
        version=metric.version,
        extractors=extractor_names(extractor_of(plan, key) for key in metric.needs),
        reference=_reference(plan, made_from),
        dataset=plan.dataset_stamp,
        subset=subset,
        n=int(_inside(plan.rows, labels).sum()),
        total=int(_inside(plan.asked, labels).sum()),
        details="·".join(part for part in (metric.details, template, among, inside) if part),
    )


def _reference(plan: Plan, made_from: set[str]) -> str:
    """Name the real pictures of a metric: their source, and a hash of which of it are used; empty where it has none.

    Sets are referred to the pictures of all clips that the protocol asks for, however few are evaluated: a small
    reference would add a bias of its own.
    """
    if plan.pictures is None or not made_from & {REFERENCE, TRUE}:
        return ""
    rows = plan.asked if REFERENCE in made_from else plan.rows
    return f"{plan.pictures.card.name}@{sha256_json([picture_identity(plan, row) for row in rows])[:SHORT]}"
