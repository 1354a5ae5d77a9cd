"""Questions that every part of a report asks of a run record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.questions import CONTROL, OTHER, question_of
from evalsuite.reporting.comparable import hindrance, stand_in
from evalsuite.reporting.control_words import headline, told_apart
from evalsuite.reporting.standing import best_first

if TYPE_CHECKING:
    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.record import RunRecord

ALL = "all"
KINDS = {
    "system": "Systems",
    "ceiling": "Ceilings",
    "yardstick": "Yardsticks",
    "floor": "Floors",
    "reference": "References",
}
"""What a model is to a report, in the order of every table, and the heading of its group. A reference whose card names
no bound stays a plain one."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The models of one kind."""

    kind: str
    """One of :data:`KINDS`."""
    title: str
    cards: tuple[ModelCard, ...]


def groups(record: RunRecord) -> list[Group]:
    """Return the models of a run by kind, without empty groups: systems from the best on, the rest as recorded."""
    order = {name: place for place, name in enumerate(ranked_systems(record, headline_metric(record)))}
    cards = sorted(record.models, key=lambda card: order.get(card.name, len(order)))
    by_kind = {kind: tuple(card for card in cards if kind_of(card) == kind) for kind in KINDS}
    return [Group(kind=kind, title=KINDS[kind], cards=cards) for kind, cards in by_kind.items() if cards]


def ranked_systems(record: RunRecord, metric: str | None) -> list[str]:
    """Return the systems that have a value by ``metric`` over all clips, from the best on."""
    scores = {m.model: m for m in record.measurements if m.metric == metric and m.passport.subset == ALL}
    return best_first({card.name: scores[card.name] for card in systems(record) if card.name in scores})


def systems(record: RunRecord) -> list[ModelCard]:
    """Return the cards of the systems, as recorded."""
    return [card for card in record.models if card.role == "system"]


def kind_of(card: ModelCard) -> str:
    """Return what a model is to a report, one of :data:`KINDS`."""
    return "system" if card.role == "system" else card.bound or "reference"


def measured(record: RunRecord) -> dict[tuple[str, str, str], Measurement]:
    """Index the measurements by model, metric and subset."""
    return {(m.model, m.metric, m.passport.subset): m for m in record.measurements}


def measured_chance(record: RunRecord, metric: str) -> tuple[float, str] | None:
    """Return what blind guessing scores on a metric over all clips, with its unit; ``None`` where unknown."""
    known = (m for m in record.measurements if m.metric == metric and m.passport.subset == ALL)
    return next(((m.chance, m.unit) for m in known if m.chance is not None), None)


def measured_metrics(record: RunRecord) -> list[str]:
    """Return the metrics with a value over all clips, in the protocol's order.

    Of a sweep's many, those that answer by the foremost response; the part on control tells the others.
    """
    apart = told_apart(record.sweep) if record.sweep else frozenset()
    found = dict.fromkeys(m.metric for m in record.measurements if m.passport.subset == ALL and m.metric not in apart)
    declared = [stamp.name for stamp in record.metrics if stamp.name in found]
    return declared + [name for name in found if name not in declared]


def measured_subsets(record: RunRecord, metric: str) -> list[str]:
    """Return the subsets, other than all clips, that a metric was measured on."""
    found = dict.fromkeys(m.passport.subset for m in record.measurements if m.metric == metric)
    return [subset for subset in found if subset != ALL]


def headline_metric(record: RunRecord) -> str | None:
    """Return the metric a report leads with; ``None`` where none is comparable.

    It is the answer to a sweep, where there is one, else accuracy, else the first that is comparable.
    """
    names = [name for name in measured_metrics(record) if not hindrance(record.measurements, name)]
    preferred = [*([headline(record.sweep)] if record.sweep else []), "accuracy"]
    return next((name for name in (*preferred, *names) if name in names), None)


def leading_metrics(record: RunRecord) -> list[str]:
    """Return the metrics of a report's first table: one for each question, all on control and all of a user's own.

    A question is answered by the first of its metrics that can be compared or has a stand-in, else by the first.
    """
    names = measured_metrics(record)
    readable = sorted(names, key=lambda name: bool(hindrance(record.measurements, name) and not stand_in(record, name)))
    first = {question_of(name): name for name in reversed(readable)}
    return [name for name in names if question_of(name) in (CONTROL, OTHER) or first[question_of(name)] == name]
