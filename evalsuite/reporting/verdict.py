"""The first screen of a report: what the run found, and what to know before believing it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evalsuite.reporting.comparable import hindrance
from evalsuite.reporting.lookup import (
    ALL,
    groups,
    headline_metric,
    kind_of,
    measured,
    measured_chance,
    measured_metrics,
    measured_subsets,
)
from evalsuite.reporting.words import (
    ABOVE,
    finding,
    interval,
    metric_name,
    metric_title,
    number,
    privilege,
    probability,
    sizes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evalsuite.model import ModelCard
    from evalsuite.record import RunRecord


def verdict(record: RunRecord) -> list[str]:
    """Return what the run found, in sentences: the systems from the best on, then what they are held against."""
    metric = headline_metric(record)
    systems = [] if metric is None else ranked_systems(record, metric)
    if metric is None or not systems:
        return _nothing(record)
    first, others = _lead(record, systems[0], metric), the_others(record, systems[1:], metric)
    return [first, *others, *above_floors(record, metric), *held_against(record, metric)]


def ranked_systems(record: RunRecord, metric: str) -> list[str]:
    """Return the systems that have a value, from the best on; of references alone, the first."""
    systems = [card for card in record.models if card.role == "system"] or list(record.models[:1])
    return [card.name for card in _best_first(record, _measured_among(record, systems, metric), metric)]


def the_others(record: RunRecord, systems: Sequence[str], metric: str) -> list[str]:
    """Return what the systems after the first score, as one sentence; nothing where there are none."""
    scores = "; ".join(f"{name} {scored(record, name, metric)}" for name in systems)
    return [f"The other systems: {scores}."] if scores else []


def _nothing(record: RunRecord) -> list[str]:
    """Tell why there is no verdict."""
    reasons = ((name, hindrance(record.measurements, name)) for name in measured_metrics(record))
    told = "; ".join(f"{metric_title(name)} ({reason})" for name, reason in reasons if reason)
    return [f"No number of this run may be compared: {told}." if told else "Nothing has been measured yet."]


def cautions(record: RunRecord, *, few_clips: Sequence[str] = ()) -> list[str]:
    """Return what a reader must know before believing the numbers: what the record implies, then its notes.

    ``few_clips`` says which metrics are not to be read on so few clips.
    """
    dataset = record.dataset
    synthetic = ", synthetic data" if dataset.card.synthetic else ""
    found = {
        "This run has not ended: numbers may be missing.": record.status == "running",
        f"Profile “{record.profile.name}”{synthetic}: these numbers compare systems with one another. They are not"
        " comparable with those in papers.": record.profile.name == "mini" or dataset.card.synthetic,
    }
    implied = [sentence for sentence, holds in found.items() if holds]
    return [*implied, *_untold(record), *few_clips, *record.notes]


def _untold(record: RunRecord) -> list[str]:
    """Return which systems may know what the subsets call not met: those tell of what others were trained on."""
    metric = headline_metric(record)
    if metric is None or not measured_subsets(record, metric):
        return []
    names = [card.name for card in record.models if card.role == "system" and card.concepts_met is None]
    told = "does not tell which concepts were met in training: none of its numbers need be zero-shot."
    return [f"The card of {name} {told}" for name in names]


def _lead(record: RunRecord, model: str, metric: str) -> str:
    score = scored(record, model, metric)
    if metric == "accuracy":
        return f"{model} draws the right class for {score} of sounds."
    return f"{model} scores {score} by {metric_name(metric)}."


def _measured_among(record: RunRecord, cards: Iterable[ModelCard], metric: str) -> list[ModelCard]:
    """Return those of ``cards`` that have a value over all clips."""
    return [card for card in cards if (card.name, metric, ALL) in measured(record)]


def _best_first(record: RunRecord, cards: Iterable[ModelCard], metric: str) -> list[ModelCard]:
    """Return ``cards``, all of which have a value, from the best on; what is not defined comes last."""

    def merit(card: ModelCard) -> float:
        measurement = measured(record)[card.name, metric, ALL]
        value = measurement.estimate.value
        if math.isnan(value):
            return -math.inf
        return value if measurement.higher_is_better else -value

    return sorted(cards, key=merit, reverse=True)


def scored(record: RunRecord, model: str, metric: str) -> str:
    """Return a value with its interval and, for a distance, the sizes behind it."""
    measurement = measured(record)[model, metric, ALL]
    ends = interval(measurement.estimate, unit=measurement.unit)
    behind = f" ({sizes(measurement.adequacy)})" if measurement.adequacy else ""
    return number(measurement.estimate.value, unit=measurement.unit) + (f" [{ends}]" if ends else "") + behind


def above_floors(record: RunRecord, metric: str) -> list[str]:
    """Return whether every system lies above every floor; nothing where that was not compared."""
    floors = {card.name for card in record.models if kind_of(card) == "floor"}
    compared = [c for c in record.comparisons if c.metric == metric and c.other in floors]
    if not compared:
        return []
    failed: dict[str, list[str]] = {}
    for comparison in compared:
        if finding(comparison) != ABOVE:
            failed.setdefault(comparison.model, []).append(comparison.other)
    if failed:
        listed = "; ".join(f"{model} above {' or '.join(others)}" for model, others in failed.items())
        return [f"Not every system is clearly above every floor; not shown to be: {listed}."]
    models = {comparison.model for comparison in compared}
    subject = "Every system" if len(models) > 1 else compared[0].model
    worst = probability(max(comparison.p_adjusted for comparison in compared))
    return [f"{subject} is above every floor (largest adjusted p: {worst})."]


def held_against(record: RunRecord, metric: str) -> list[str]:
    """Return what the references and blind guessing score, as one paragraph."""
    told = {
        group.title: [_named(record, card, metric) for card in _measured_among(record, group.cards, metric)]
        for group in groups(record)
        if group.kind != "system"
    }
    chance = measured_chance(record, metric)
    told["Blind guessing"] = [] if chance is None else [number(chance[0], unit=chance[1])]
    sentences = [f"{title}: {'; '.join(scores)}." for title, scores in told.items() if scores]
    return [" ".join(sentences)] if sentences else []


def _named(record: RunRecord, card: ModelCard, metric: str) -> str:
    """Return a reference with its value and with what it may see."""
    measurement, clause = measured(record)[card.name, metric, ALL], privilege(card)
    value = number(measurement.estimate.value, unit=measurement.unit)
    return f"{card.name}, {clause}, {value}" if clause else f"{card.name} {value}"
