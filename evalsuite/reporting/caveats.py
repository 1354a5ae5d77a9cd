"""What would change the verdict of a report, or must be known to believe it: each with the part that tells more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.agreement import doubts, other_winners
from evalsuite.reporting.columns import metric_columns, unfitness
from evalsuite.reporting.lookup import (
    headline_metric,
    leading_metrics,
    measured_subsets,
    ranked_systems,
    systems,
)
from evalsuite.reporting.verdict import not_told_apart
from evalsuite.reporting.words import listed, metric_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evalsuite.record import RunRecord

SECTIONS = {
    "differences": "Differences",
    "intervals": "Intervals",
    "scorers": "Scorers",
    "results": "Results",
    "meanings": "Meaning",
    "training": "Training",
    "subsets": "Subsets",
    "provenance": "Provenance",
}
"""The parts of a report that a caveat may be read on in, and how it calls them."""


@dataclass(frozen=True, kw_only=True)
class Caveat:
    """What one part of the report has to say against the verdict."""

    section: str
    """One of :data:`SECTIONS`, an anchor of the report."""
    sentences: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the part is called."""
        return SECTIONS[self.section]


def caveats(record: RunRecord, *, few_clips: Sequence[str] = ()) -> list[Caveat]:
    """Return what would change the verdict, what the numbers show first and what the run is last.

    ``few_clips`` says which metrics are not to be read on so few clips.
    """
    found = {
        "differences" if record.comparisons else "intervals": _ties(record),
        "scorers": (*other_winners(record, leader=_leader(record)), *doubts(record)),
        "results": _not_comparable(record),
        "meanings": few_clips,
        "training" if record.contamination else "subsets": (*_contaminated(record), *_untold(record)),
        "provenance": (*_kind_of_run(record), *record.notes),
    }
    return [Caveat(section=section, sentences=tuple(told)) for section, told in found.items() if told]


def sentences(told: Iterable[Caveat]) -> tuple[str, ...]:
    """Return the caveats without the parts that they belong to."""
    return tuple(sentence for caveat in told for sentence in caveat.sentences)


def _leader(record: RunRecord) -> str | None:
    return next(iter(ranked_systems(record, headline_metric(record))), None)


def _ties(record: RunRecord) -> list[str]:
    """Return which systems may as well stand the other way round: each with those that come after it."""
    metric = headline_metric(record)
    if metric is None:
        return []
    ranked = ranked_systems(record, metric)
    behind = {one: not_told_apart(record, one, ranked[place:], metric=metric) for place, one in enumerate(ranked, 1)}
    tied = "; ".join(f"{one} from {listed(others)}" for one, others in behind.items() if others)
    return [f"Not told apart by {metric_name(metric)}: {tied}."] if tied else []


def _not_comparable(record: RunRecord) -> list[str]:
    """Return what the headline table cannot compare."""
    return [unfitness(column) for column in metric_columns(record, leading_metrics(record)) if column.hindrance]


def _contaminated(record: RunRecord) -> list[str]:
    """Return who met what is evaluated in training, and of whom that is not known."""
    told = {"no": "Not zero-shot here", "unknown": "Not known to be zero-shot here"}
    by_finding = {found: [row.name for row in record.contamination if row.zero_shot == found] for found in told}
    return [f"{told[found]}: {listed(names)}." for found, names in by_finding.items() if names]


def _untold(record: RunRecord) -> list[str]:
    """Return which systems may know what the subsets call not met: those tell of what others were trained on."""
    metric = headline_metric(record)
    if metric is None or not measured_subsets(record, metric):
        return []
    names = [card.name for card in systems(record) if card.concepts_met is None]
    told = "does not tell which concepts were met in training: none of its numbers need be zero-shot."
    return [f"The card of {name} {told}" for name in names]


def _kind_of_run(record: RunRecord) -> list[str]:
    """Return what the kind of run says of all its numbers."""
    synthetic = record.dataset.card.synthetic
    said = f"Profile “{record.profile.name}”{', synthetic data' if synthetic else ''}"
    found = {
        "This run has not ended: numbers may be missing.": record.status == "running",
        f"{said}: the numbers compare these systems and are not comparable with those in papers.": synthetic
        or record.profile.name == "mini",
    }
    return [sentence for sentence, holds in found.items() if holds]
