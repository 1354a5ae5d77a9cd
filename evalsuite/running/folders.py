"""Measuring plain folders of pictures, with no protocol and no sounds, by all metrics in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.decoding import DECODING
from evalsuite.errors import UserError
from evalsuite.measurement import Passport
from evalsuite.metrics.base import AUDIO, CLASSES, LABELS, REFERENCE, TRUE, Evidence, role_of, what
from evalsuite.profile import load_profile
from evalsuite.progress import Silent
from evalsuite.registry import resolve
from evalsuite.running.extract import class_features, embed_pictures
from evalsuite.running.picture_set import list_pictures
from evalsuite.running.roles import (
    encoder_hindrance,
    extractors,
    open_roles,
    picture_extractors,
    takes_hindrance,
    tower_of,
    with_alternatives,
)
from evalsuite.running.score import as_measurement, extractor_names
from evalsuite.running.store import Store
from evalsuite.running.workshop import Bench

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evalsuite.encoders.base import FeatureExtractor, Features
    from evalsuite.measurement import Measurement
    from evalsuite.metrics.base import Metric
    from evalsuite.profile import Profile
    from evalsuite.progress import Progress
    from evalsuite.running.picture_set import PictureSet
    from evalsuite.running.roles import Towers

USUAL = ("fid", "kid", "inception_score", "accuracy", "clip_similarity")
"""What is measured where nothing is named, as far as it can be."""
TEMPLATE = "This is a photo of {label}."


@dataclass(frozen=True, kw_only=True)
class FolderRequest:
    """What the user asks for."""

    pictures: Path
    """The folder of the pictures to measure; sub-folders are named after classes, where there are classes."""
    reference: Path | None = None
    """The folder of the reference pictures."""
    metrics: tuple[str, ...] = ()
    """Registered names or «module:attribute»; none stands for :data:`USUAL`."""
    table: Path | None = None
    """A CSV that says of every picture its class, its source or both."""
    profile: Path | str = "mini"
    """A profile file, or the name of one that ships with the suite: whose encoders to use."""
    template: str = TEMPLATE
    """The sentence about each class that the judge compares pictures with."""
    decoding: str = "upright"
    """How picture files are read: one of :data:`~evalsuite.decoding.WAYS`."""
    device: str = "cpu"
    """Where encoders run («cpu», «cuda», «cuda:1»)."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A request with every name resolved and every file hashed."""

    pictures: PictureSet
    """What is measured."""
    reference: PictureSet | None
    """What it is compared with."""
    profile: Profile
    """Whose encoders look at it."""
    template: str
    """The sentence about each class."""
    metrics: tuple[Metric, ...]
    """What can be measured."""
    towers: Mapping[str, Towers]
    """The extractors of each role that a metric needs."""
    left_out: tuple[str, ...]
    """Which of the usual metrics cannot be measured and why, one sentence each."""


def measure_folder(subject: Subject, *, progress: Progress | None = None) -> tuple[Measurement, ...]:
    """Measure a folder by all metrics. Each picture is decoded once, and never again while the store has its features.

    Raises ``UserError`` where a picture cannot be read.
    """
    with Store() as store:
        evidence = _evidence(subject, shop=Bench(store=store, progress=progress or Silent()))
        return tuple(
            as_measurement(subject.pictures.name, metric, metric.measure(evidence), passport=_passport(subject, metric))
            for metric in subject.metrics
        )


def open_subject(request: FolderRequest, *, progress: Progress | None = None) -> Subject:
    """Resolve a request. Loads no weights and decodes no picture.

    Raises ``UserError`` for whatever is wrong with the request, and for a metric it names that cannot be measured.
    """
    if "{label}" not in request.template:
        raise UserError(f"the template should hold {{label}}, where the class's name goes, found {request.template!r}")
    profile = load_profile(request.profile)
    asked: list[Metric] = [resolve("metrics", ref) for ref in request.metrics or USUAL]
    listed = partial(list_pictures, decoding=request.decoding, progress=progress or Silent())
    pictures = listed(request.pictures, table=request.table)
    reference = listed(request.reference) if request.reference else None
    hindered = {metric.name: _missing_medium(metric, pictures, reference) for metric in asked}
    possible = [metric for metric in asked if not hindered[metric.name]]
    towers = open_roles(possible, profile=profile, device=request.device)
    fewest = min(len(found.items) for found in (pictures, reference) if found)
    possible = with_alternatives(possible, n=fewest, towers=towers)
    hindered |= {metric.name: _missing_encoder(metric, towers=towers) for metric in possible}
    measured = tuple(metric for metric in possible if not hindered[metric.name])
    told = tuple(f"{name} {reason}" for name, reason in hindered.items() if reason)
    if told and (request.metrics or not measured):
        raise UserError(told[0])
    return Subject(
        pictures=pictures,
        reference=reference,
        profile=profile,
        template=request.template,
        metrics=measured,
        towers=towers,
        left_out=told,
    )


def _missing_medium(metric: Metric, pictures: PictureSet, reference: PictureSet | None) -> str | None:
    """Return what the metric needs besides the pictures and what to do, or ``None``."""
    made_from = {what(need) for need in metric.needs}
    if takes_hindrance(metric, None):
        return "needs several pictures of each sound: a protocol whose sweep has `takes` measures it"
    if AUDIO in made_from:
        return "needs the sounds that the pictures were made from: evalsuite score measures it"
    if TRUE in made_from:
        return "needs the real picture of each clip: evalsuite score measures it"
    if REFERENCE in made_from and reference is None:
        return "needs reference pictures: name their folder by --reference"
    if made_from & {CLASSES, LABELS} and not pictures.classes:
        return "needs the class of every picture: put them in sub-folders named after classes, or tell by --csv"
    return None


def _missing_encoder(metric: Metric, *, towers: Mapping[str, Towers]) -> str | None:
    lacking = encoder_hindrance(metric, towers=towers)
    return f"cannot be measured: {lacking}; --profile names other encoders" if lacking else None


def _evidence(subject: Subject, *, shop: Bench) -> Evidence:
    number = {label: index for index, label in enumerate(subject.pictures.classes)}
    items = subject.pictures.items
    return Evidence(
        features=_features(subject, shop=shop),
        # Where there are no classes, no metric was let through that looks at them.
        targets=np.array([number.get(item.label or "", 0) for item in items]),
        classes=subject.pictures.classes,
        sources=np.array([item.source for item in items]),
    )


def _features(subject: Subject, *, shop: Bench) -> dict[str, Features]:
    """Return all features that the metrics need, by key."""
    metrics, towers = subject.metrics, subject.towers
    found = _looked_at(subject.pictures, picture_extractors(metrics, towers=towers), shop=shop)
    if subject.reference:
        found |= _looked_at(subject.reference, extractors(metrics, REFERENCE, towers=towers), shop=shop)
    return found | class_features(
        subject.pictures.classes, metrics, towers=towers, template=subject.template, shop=shop
    )


def _looked_at(pictures: PictureSet, towers: Mapping[str, FeatureExtractor], *, shop: Bench) -> dict[str, Features]:
    return embed_pictures(
        pictures.identities, towers, load=pictures.paths, opened=pictures.decoded, shop=shop, title=pictures.name
    )


def _passport(subject: Subject, metric: Metric) -> Passport:
    """Name what the number depends on besides the pictures themselves, which are what is measured.

    The way of resizing is part of the extractor's name or fingerprint.
    """
    made_from = {what(need) for need in metric.needs}
    template = f"template={subject.template}" if CLASSES in made_from else ""
    details = (metric.details, template, f"decoding={subject.pictures.decoding}·{DECODING}")
    return Passport(
        metric=metric.name,
        version=metric.version,
        extractors=extractor_names(subject.towers[role_of(need)][tower_of(need)] for need in metric.needs),
        reference=subject.reference.stamp if subject.reference and REFERENCE in made_from else "",
        dataset=subject.pictures.labelling,
        n=len(subject.pictures.items),
        total=len(subject.pictures.items),
        details="·".join(part for part in details if part),
    )
