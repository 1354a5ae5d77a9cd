"""The panel: each question goes to scorers that know nothing of each other, so that no single one decides."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.questions import PANELS
from evalsuite.reporting.comparable import hindrance
from evalsuite.reporting.words import listed, metric_name, metric_title
from evalsuite.running.encoder_identity import encoders_of, made_with
from evalsuite.running.winners import contested
from evalsuite.scorer_panel import Agreement, Scorer, ScorerPanel
from evalsuite.stats import kendall_tau

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evalsuite.measurement import Measurement
    from evalsuite.record import EncoderStamp, RunRecord
    from evalsuite.running.winners import Scores
    from evalsuite.stats.intervals import Values

    Eyes = Mapping[str, Sequence[EncoderStamp]]
    """The encoders behind each metric."""


def ask_panels(
    record: RunRecord, measurements: Sequence[Measurement], *, rows: Sequence[Mapping[str, Any]]
) -> tuple[ScorerPanel, ...]:
    """Return how the scorers of each question rank the systems of a run, and where they are not to be believed.

    ``record`` tells of systems and encoders, ``rows`` are those of the per-clip table. A question that was put to one
    scorer alone is left out, unless a system was made with that scorer's encoder.
    """
    systems = [card.name for card in record.models if card.role == "system"]
    scored = [m for m in measurements if m.model in systems and m.passport.subset == "all"]
    asked = {question: _asked(question, scored, systems) for question in PANELS}
    panels = (_panel(question, scores, record, rows=rows) for question, scores in asked.items() if any(scores.values()))
    return tuple(panel for panel in panels if panel.agreements or any(scorer.met for scorer in panel.scorers))


def _asked(question: str, scored: Sequence[Measurement], systems: Sequence[str]) -> Scores:
    """Return what every scorer gives the systems that all scorers have a value for."""
    values = {(m.metric, m.model): m for m in scored if math.isfinite(m.estimate.value)}
    measured = {metric for metric, _ in values}
    spoken = [
        [name for name in names if name in measured and not hindrance(scored, name)] for names in PANELS[question]
    ]
    metrics = [names[0] for names in spoken if names]
    shared = [system for system in systems if all((metric, system) in values for metric in metrics)]
    return {metric: {system: values[metric, system] for system in shared} for metric in metrics}


def _panel(question: str, scores: Scores, record: RunRecord, *, rows: Sequence[Mapping[str, Any]]) -> ScorerPanel:
    eyes: Eyes = {metric: encoders_of(next(iter(own.values())), record) for metric, own in scores.items()}
    scorers = [_scorer(metric, own, record, eyes[metric]) for metric, own in scores.items()]
    systems = tuple(next(iter(scores.values())))
    pairs = list(combinations(scores, 2)) if len(systems) > 1 else []
    doubted = contested(scores, {s.metric: s.winner for s in scorers if s.winner}, rows=rows)
    return ScorerPanel(
        question=question,
        systems=systems,
        scorers=tuple(scorers),
        agreements=tuple(
            Agreement(scorers=(a, b), tau=kendall_tau(_merits(scores[a]), _merits(scores[b]))) for a, b in pairs
        ),
        winner_depends=bool(doubted),
        warnings=(*_of_winners(doubted), *_of_makers(scorers, record, eyes), *_of_one_eye(pairs, eyes)),
    )


def _scorer(metric: str, own: Mapping[str, Measurement], record: RunRecord, eyes: Sequence[EncoderStamp]) -> Scorer:
    merits = _merits(own)
    ranks = [1 + int((merits > merit).sum()) for merit in merits]
    winner = list(own)[ranks.index(1)] if ranks.count(1) == 1 else None
    met = made_with((card for card in record.models if card.name in own), eyes)
    return Scorer(metric=metric, ranks=tuple(ranks), winner=winner, met=met)


def _merits(own: Mapping[str, Measurement]) -> Values:
    """Return the systems' values, (systems,), higher for better."""
    return np.array([m.estimate.value if m.higher_is_better else -m.estimate.value for m in own.values()])


def _of_winners(doubted: Mapping[str, str]) -> Iterator[str]:
    if doubted:
        by = {winner: [metric_name(m) for m, w in doubted.items() if w == winner] for winner in doubted.values()}
        told = ", ".join(f"{winner} by {listed(metrics)}" for winner, metrics in by.items())
        yield f"The winner depends on the scorer: {told}, each by more than noise."


def _of_makers(scorers: Sequence[Scorer], record: RunRecord, eyes: Eyes) -> Iterator[str]:
    for scorer in scorers:
        if scorer.met:
            cards = [card for card in record.models if card.name in scorer.met]
            encoders = listed(sorted({stamp.name for stamp in eyes[scorer.metric] if made_with(cards, [stamp])}))
            made = "that system was" if len(scorer.met) == 1 else "these systems were"
            judge = f"{metric_title(scorer.metric)} is no independent judge of {listed(scorer.met)}"
            yield f"{judge}: {made} trained or guided with its encoder ({encoders})."


def _of_one_eye(pairs: Sequence[tuple[str, str]], eyes: Eyes) -> Iterator[str]:
    for a, b in pairs:
        shared = {stamp.fingerprint for stamp in eyes[a]} & {stamp.fingerprint for stamp in eyes[b]}
        names = sorted({stamp.name for stamp in eyes[a] if stamp.fingerprint in shared})
        if names:
            both = f"{metric_title(a)} and {metric_name(b)} both look through {listed(names)}"
            yield f"{both}: that they agree says little."
