"""Questions that every part of a report asks of a run record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.record import RunRecord

ALL = "all"


def measured(record: RunRecord) -> dict[tuple[str, str, str], Measurement]:
    """Index the measurements by model, metric and subset."""
    return {(m.model, m.metric, m.passport.subset): m for m in record.measurements}


def measured_chance(record: RunRecord, metric: str) -> tuple[float, str] | None:
    """Return what blind guessing scores on a metric over all clips, with its unit; ``None`` where unknown."""
    known = (m for m in record.measurements if m.metric == metric and m.passport.subset == ALL)
    return next(((m.chance, m.unit) for m in known if m.chance is not None), None)


def measured_metrics(record: RunRecord) -> list[str]:
    """Return the metrics with a value over all clips, in the protocol's order."""
    found = dict.fromkeys(m.metric for m in record.measurements if m.passport.subset == ALL)
    declared = [stamp.name for stamp in record.metrics if stamp.name in found]
    return declared + [name for name in found if name not in declared]


def measured_subsets(record: RunRecord, metric: str) -> list[str]:
    """Return the subsets, other than all clips, that a metric was measured on."""
    found = dict.fromkeys(m.passport.subset for m in record.measurements if m.metric == metric)
    return [subset for subset in found if subset != ALL]


def headline_metric(record: RunRecord) -> str | None:
    """Return the metric a report leads with: accuracy, else the first measured; ``None`` where there is none."""
    names = measured_metrics(record)
    return "accuracy" if "accuracy" in names else next(iter(names), None)


def card_of(record: RunRecord, model: str) -> ModelCard:
    """Return the card of a model of the run."""
    return next(card for card in record.models if card.name == model)
