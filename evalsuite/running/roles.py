"""Roles: which encoder makes the features that a metric needs, and which metrics can be measured with what is there."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING

from evalsuite.errors import NotFetchedError, UserError, did_you_mean
from evalsuite.metrics.base import (
    AUDIO,
    CLASSES,
    EXTENT,
    IMAGE,
    LABELS,
    LOGITS,
    PAIRS,
    PHRASE,
    REFERENCE,
    SECOND_EXTENT,
    TRUE,
    alternative_of,
    role_of,
    what,
)
from evalsuite.registry import resolve
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evalsuite.control.sweep import Sweep
    from evalsuite.datasets.base import ClipInfo, PictureSource
    from evalsuite.encoders.base import FeatureExtractor, Modality
    from evalsuite.metrics.base import Metric
    from evalsuite.profile import Profile

    Towers = Mapping[Modality, FeatureExtractor]

TOWERS: dict[str, Modality] = {
    IMAGE: "image",
    TRUE: "image",
    REFERENCE: "image",
    LOGITS: "head",
    AUDIO: "audio",
    CLASSES: "text",
    LABELS: "text",
    PHRASE: "text",
    PAIRS: "text",
    EXTENT: "segment",
    SECOND_EXTENT: "segment",
}
"""Which tower of an encoder makes what."""
REQUIRED = ("judge",)
"""Roles without whose weights no run begins; metrics of another role are left out where its weights are missing."""


class Absent(dict["Modality", "FeatureExtractor"]):
    """What a role has whose weights are not on this machine: no towers, but a reason."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def open_roles(metrics: Iterable[Metric], *, profile: Profile, device: str) -> dict[str, Towers]:
    """Open the encoders that the profile has for the roles that the metrics need. No weights are loaded.

    Where published weights are not on this machine, the role is :class:`Absent`, but for those of :data:`REQUIRED`,
    for which ``NotFetchedError`` is raised.
    """
    opened: dict[str, Towers] = {}
    for role in played(metrics):
        try:
            if role in profile.encoders:
                opened[role] = _open(role, profile=profile, device=device)
        except NotFetchedError as error:
            if role in REQUIRED:
                raise
            opened[role] = Absent(error.message)
    return opened


def played(metrics: Iterable[Metric]) -> tuple[str, ...]:
    """Return the roles whose features the metrics need."""
    return tuple(dict.fromkeys(role_of(need) for metric in metrics for need in metric.needs))


def metric_hindrance(
    metric: Metric, row: ClipInfo, pictures: PictureSource | None, *, towers: Mapping[str, Towers]
) -> str | None:
    """Return why the metric cannot be measured on these clips, or ``None``.

    Raises ``UserError`` where it needs features of a kind that does not exist.
    """
    made_from = {what(need) for need in metric.needs}
    if REFERENCE in made_from and (pictures is None or pictures.reference_picture(row) is None):
        return "there are no real pictures to refer to"
    if TRUE in made_from and (pictures is None or pictures.true_picture(row) is None):
        return "the clips have no real pictures"
    return encoder_hindrance(metric, towers=towers)


def takes_hindrance(metric: Metric, sweep: Sweep | None) -> str | None:
    """Return why a metric that compares several pictures of one sound has none to compare, or ``None``."""
    wanting = getattr(metric, "needs_takes", False)  # no part of the interface
    return "the protocol draws one picture of each sound" if wanting and (sweep is None or sweep.takes < 2) else None


def encoder_hindrance(metric: Metric, *, towers: Mapping[str, Towers]) -> str | None:
    """Return which encoder the metric lacks, or ``None``."""
    for need in metric.needs:
        role, tower = role_of(need), tower_of(need)
        if role not in towers:
            return f"the profile has no encoder for the role {role!r}"
        if isinstance(absent := towers[role], Absent):
            return absent.reason
        if tower not in towers[role]:
            return f"the encoder that the profile has for the role {role!r} has no {tower} tower"
    return None


def tower_of(key: str) -> Modality:
    """Return which tower makes the features ``key``. Raises ``UserError`` where there are no such features."""
    kind = what(key).partition(":")[0]
    if kind not in TOWERS:
        raise UserError(f"a metric needs unknown features {key!r}{did_you_mean(kind, TOWERS)}")
    return TOWERS[kind]


def extractors(
    metrics: Iterable[Metric], made_from: str, *, towers: Mapping[str, Towers]
) -> dict[str, FeatureExtractor]:
    """Return by key the extractors of all features that the metrics need and that are made from the same media."""
    needs = dict.fromkeys(need for metric in metrics for need in metric.needs)
    return {need: towers[role_of(need)][tower_of(need)] for need in needs if what(need) == made_from}


def picture_extractors(metrics: Iterable[Metric], *, towers: Mapping[str, Towers]) -> dict[str, FeatureExtractor]:
    """Return by key the image towers and heads that the metrics need of the measured pictures.

    With a head comes the image tower whose features it reads, under the key of these.
    """
    metrics = tuple(metrics)
    heads = extractors(metrics, LOGITS, towers=towers)
    behind = {image_key(key): towers[role_of(key)]["image"] for key in heads}
    return extractors(metrics, IMAGE, towers=towers) | behind | heads


def image_key(key: str) -> str:
    """Return under which key the image features of the same role stand."""
    return f"{role_of(key)}.{IMAGE}"


def with_alternatives(metrics: Sequence[Metric], *, n: int, towers: Mapping[str, Towers]) -> list[Metric]:
    """Return ``metrics`` and, for each that is mostly bias with ``n`` pictures in the smaller set, its alternative."""
    found = {metric.name: metric for metric in metrics}
    for metric in metrics:
        alternative = alternative_of(metric)
        if alternative and alternative not in found and any(n < dim for dim in _dims(metric, towers)):
            found[alternative] = resolve("metrics", alternative)
    return list(found.values())


def _dims(metric: Metric, towers: Mapping[str, Towers]) -> list[int]:
    """Return how many features the metric's pictures have, where there is an encoder for them."""
    roles = [role_of(need) for need in metric.needs if what(need) == IMAGE]
    return [towers[role]["image"].dim for role in roles if "image" in towers.get(role, {})]


def _open(role: str, *, profile: Profile, device: str) -> Towers:
    binding = profile.encoders[role]
    factory = resolve("encoders", binding.use)
    taken = signature(factory).parameters
    if binding.weights is None and "weights" in taken:
        raise UserError(f"profile {profile.name!r} gives the role {role!r} no weights: add `weights:` to it")
    known = [name for name in taken if name not in {"weights", "device"}]
    for option in binding.options:
        if option not in known:
            hint = did_you_mean(option, known) if known else ": it takes none"
            raise UserError(f"profile {profile.name!r}, role {role!r}: {binding.use!r} has no option {option!r}{hint}")
    weights = {} if binding.weights is None else {"weights": resolve_weights(binding.weights)}
    towers: Towers = factory(**weights, device=device, **binding.options)
    return towers
