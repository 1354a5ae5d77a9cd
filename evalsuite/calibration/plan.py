"""The plan of a calibration: a run of no model, with every metric that the profile's encoders can play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.calibration.families import by_family
from evalsuite.errors import UserError
from evalsuite.metrics.base import IMAGE, LOGITS, what
from evalsuite.profile import load_profile
from evalsuite.protocol import load_protocol
from evalsuite.registry import names, resolve
from evalsuite.running.plan import Plan, open_pictures
from evalsuite.running.roles import metric_hindrance, open_roles, played, takes_hindrance
from evalsuite.running.selection import open_dataset, select, stratified

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.metrics.base import Metric

PROTOCOL = "esc50_zeroshot"
"""Whose clips and whose sentences of the judge are used."""
LEAST_CLASSES = 2


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the user asks for: everything that decides the numbers of a calibration."""

    profile: Path | str = "mini"
    """A profile file, or the name of one that ships with the suite."""
    metrics: tuple[str, ...] = ()
    """Registered names or «module:attribute»; every registered metric that can be measured where none is given."""
    defects: tuple[str, ...] = ()
    """Names of defects; all where none is given."""
    limit: int | None = None
    """How many clips at most, balanced over the classes."""
    seed: int = 0
    """From which every choice derives."""
    device: str = "cpu"
    """Where encoders run."""


def make_plan(asked: Asked) -> Plan:
    """Resolve what is asked for; loads no weights. Raises ``UserError``, also for a metric that cannot be measured."""
    protocol = load_protocol(PROTOCOL).model_copy(update={"seed": asked.seed, "subsets": False})
    profile = load_profile(asked.profile)
    dataset = open_dataset(protocol, profile=profile, data={})
    every = select(dataset, protocol)
    rows = stratified(every, limit=asked.limit)
    if len({row.label for row in rows}) < LEAST_CLASSES:
        raise UserError(f"--limit {len(rows)} leaves one class: a calibration needs two, give a larger number")
    pictures = open_pictures(profile, dataset)
    if pictures is None or pictures.true_picture(rows[0]) is None:
        raise UserError(f"profile {profile.name!r} has no real pictures of these clips: a calibration damages those")
    metrics: list[Metric] = [resolve("metrics", ref) for ref in asked.metrics or names("metrics")]
    towers = open_roles(metrics, profile=profile, device=asked.device)
    hindered = {
        m.name: _sightless(m) or takes_hindrance(m, None) or metric_hindrance(m, rows[0], pictures, towers=towers)
        for m in metrics
    }
    usable = by_family(metric for metric in metrics if not hindered[metric.name])
    left_out = tuple(f"{name} is left out: {reason}." for name, reason in hindered.items() if reason)
    if left_out and (asked.metrics or not usable):
        raise UserError(left_out[0])
    return Plan(
        protocol=protocol,
        profile=profile,
        dataset=dataset,
        asked=every,
        rows=rows,
        pictures=pictures,
        models=(),
        towers={role: towers[role] for role in played(usable)},
        metrics=usable,
        device=asked.device,
        left_out=left_out,
    )


def _sightless(metric: Metric) -> str | None:
    return None if {what(need) for need in metric.needs} & {IMAGE, LOGITS} else "it looks at no picture"
