"""The verdict of a report: what the run found, in a few sentences. The numbers behind them stand in the table below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.reporting.comparable import hindrance
from evalsuite.reporting.lookup import (
    ALL,
    headline_metric,
    kind_of,
    measured,
    measured_metrics,
    ranked_systems,
    systems,
)
from evalsuite.reporting.standing import comparisons_by, told_apart
from evalsuite.reporting.words import (
    ABOVE,
    finding,
    interval,
    listed,
    metric_name,
    metric_title,
    number,
    probability,
    sizes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.record import RunRecord


def verdict(record: RunRecord) -> list[str]:
    """Return what the run found, in sentences: the best system, whether it is told apart, and the floors."""
    metric = headline_metric(record)
    ranked = [] if metric is None else foremost(record, metric)
    if metric is None or not ranked:
        return _nothing(record)
    return [_lead(record, ranked[0], metric), *the_others(record, ranked, metric), *above_floors(record, metric)]


def foremost(record: RunRecord, metric: str) -> list[str]:
    """Return the systems that have a value, from the best on; of references alone, the first."""
    first = [card.name for card in record.models[:1] if (card.name, metric, ALL) in measured(record)]
    return ranked_systems(record, metric) if systems(record) else first


def the_others(record: RunRecord, ranked: Sequence[str], metric: str) -> list[str]:
    """Return how the first of the systems stands to the others, as one sentence; nothing where there are none."""
    first, *others = ranked
    if not others:
        return []
    if tied := not_told_apart(record, first, others, metric=metric):
        return [f"{first} is not told apart from {listed(tied)}."]
    following = f"{others[0]} with {scored(record, others[0], metric)}"
    if len(others) == 1:
        return [f"Clearly behind comes {following}."]
    return [f"Every other system is clearly behind; next comes {following}."]


def not_told_apart(record: RunRecord, one: str, others: Sequence[str], *, metric: str) -> list[str]:
    """Return those of ``others`` whose number may be that of ``one``, for all that the run shows."""
    numbers, compared = measured(record), comparisons_by(record, metric)
    mine = numbers[one, metric, ALL]
    return [other for other in others if not told_apart(mine, numbers[other, metric, ALL], compared(one, other))]


def above_floors(record: RunRecord, metric: str) -> list[str]:
    """Return whether every system lies above every floor; nothing where that was not compared."""
    floors = {card.name for card in record.models if kind_of(card) == "floor"}
    compared = [c for c in record.comparisons if c.metric == metric and c.other in floors]
    if not compared:
        return []
    failed: dict[str, list[str]] = {}
    for comparison in compared:
        if finding(comparison) != ABOVE:
            failed.setdefault(comparison.other, []).append(comparison.model)
    if failed:
        told = "; ".join(f"{listed(models)} above {floor}" for floor, models in failed.items())
        return [f"Not every system is clearly above every floor; not shown to be: {told}."]
    models = {comparison.model for comparison in compared}
    subject = "Every system" if len(models) > 1 else compared[0].model
    worst = probability(max(comparison.p_adjusted for comparison in compared))
    return [f"{subject} is above every floor (largest adjusted p: {worst})."]


def scored(record: RunRecord, model: str, metric: str) -> str:
    """Return a value with its interval and, for a distance, the sizes behind it."""
    measurement = measured(record)[model, metric, ALL]
    ends = interval(measurement.estimate, unit=measurement.unit)
    behind = f" ({sizes(measurement.adequacy)})" if measurement.adequacy else ""
    return number(measurement.estimate.value, unit=measurement.unit) + (f" [{ends}]" if ends else "") + behind


def _lead(record: RunRecord, model: str, metric: str) -> str:
    score = scored(record, model, metric)
    if metric == "accuracy":
        return f"{model} draws the right class for {score} of sounds."
    return f"{model} scores {score} by {metric_name(metric)}."


def _nothing(record: RunRecord) -> list[str]:
    """Tell why there is no verdict."""
    reasons = ((name, hindrance(record.measurements, name)) for name in measured_metrics(record))
    told = "; ".join(f"{metric_title(name)} ({reason})" for name, reason in reasons if reason)
    return [f"No number of this run may be compared: {told}." if told else "Nothing has been measured yet."]
