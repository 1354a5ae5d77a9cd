"""Whether the scorers of a run agree: each question with its scorers' rankings side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.lookup import ALL, measured
from evalsuite.reporting.words import capitalised, coefficient, listed, metric_name, metric_title, number

if TYPE_CHECKING:
    from evalsuite.record import RunRecord
    from evalsuite.scorer_panel import Scorer, ScorerPanel


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Where a scorer puts a system."""

    rank: int
    """1 is the best."""
    value: str
    made_with: bool
    """Whether the system was trained or guided with the scorer's encoder."""


@dataclass(frozen=True, kw_only=True)
class PanelTable:
    """One question."""

    question: str
    scorers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Placing, ...]], ...]
    """Every system with its place by each scorer, from the best by the first scorer on."""
    agreements: tuple[tuple[str, str], ...]
    """Two scorers, and Kendall's tau-b of their rankings."""
    finding: str
    """Whether they name one winner; empty where a warning tells that they do not."""
    warnings: tuple[str, ...]


def panel_tables(record: RunRecord) -> list[PanelTable]:
    """Return a table for each question that was put to scorers."""
    return [_table(record, panel) for panel in record.panels]


def doubts(record: RunRecord) -> list[str]:
    """Return what the panels have to say against single scorers."""
    return [warning for panel in record.panels for warning in panel.warnings]


def other_winners(record: RunRecord, *, leader: str | None) -> list[str]:
    """Return which questions have one winner to all their scorers, and it is not the system that leads the verdict."""
    return [told for panel in record.panels if (told := _other_winner(panel, leader))]


def _other_winner(panel: ScorerPanel, leader: str | None) -> str:
    winners = {scorer.winner for scorer in panel.scorers}
    winner = winners.pop() if len(winners) == 1 else None
    if winner is None or winner == leader or leader not in panel.systems:
        return ""
    scorers = listed(metric_name(scorer.metric) for scorer in panel.scorers)
    return f"On {panel.question}, {scorers} put {winner} first."


def _table(record: RunRecord, panel: ScorerPanel) -> PanelTable:
    rows = (
        (system, tuple(_placing(record, scorer, system, rank=scorer.ranks[place]) for scorer in panel.scorers))
        for place, system in enumerate(panel.systems)
    )
    return PanelTable(
        question=capitalised(panel.question),
        scorers=tuple(metric_title(scorer.metric) for scorer in panel.scorers),
        rows=tuple(sorted(rows, key=lambda row: row[1][0].rank)),
        agreements=tuple((_pair(*one.scorers), coefficient(one.tau)) for one in panel.agreements),
        finding=_finding(panel),
        warnings=panel.warnings,
    )


def _pair(one: str, other: str) -> str:
    return f"{metric_title(one)} and {metric_name(other)}"


def _placing(record: RunRecord, scorer: Scorer, system: str, *, rank: int) -> Placing:
    measurement = measured(record)[system, scorer.metric, ALL]
    value = number(measurement.estimate.value, unit=measurement.unit)
    return Placing(rank=rank, value=value, made_with=system in scorer.met)


def _finding(panel: ScorerPanel) -> str:
    """Return whether the scorers name one winner; empty where a warning tells that they do not."""
    winners = {scorer.winner for scorer in panel.scorers}
    if panel.winner_depends:
        return ""
    if len(panel.scorers) == 1:
        return "One scorer alone was asked: there is nothing to hold it against."
    if len(winners) > 1:
        return "They name different winners, but one of these leads at least may be noise."
    winner = winners.pop()
    return f"They name one winner: {winner}." if winner else "None of them names a winner."
