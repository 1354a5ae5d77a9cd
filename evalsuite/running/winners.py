"""Whether it depends on the scorer which system is the best, by more than noise."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from evalsuite.reporting.words import ABOVE, finding
from evalsuite.running.compare import CLIP_KEY, Scored, compared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evalsuite.measurement import Measurement

Scores = dict[str, dict[str, "Measurement"]]
"""What every system scored, by the scorer's metric and the system's name."""
Claim = tuple[str, str, str]
"""By this metric, this system is clearly better than that one."""


def contested(scores: Scores, winners: Mapping[str, str], *, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the winners, by metric, that another scorer's winner contradicts: each is clearly ahead by its own.

    ``rows`` are those of the per-clip table. «Clearly» is an adjusted p below 0.05 of the paired comparison, clip by
    clip or block by block, and intervals that do not meet where there is no such comparison.
    """
    rivals = [(a, b) for a, b in combinations(winners, 2) if winners[a] != winners[b]]
    claims = [claim for a, b in rivals for claim in _claims(a, b, winners)]
    proven = _proven(claims, scores, rows=rows)
    parties = {metric for a, b in rivals if proven.issuperset(_claims(a, b, winners)) for metric in (a, b)}
    return {metric: winner for metric, winner in winners.items() if metric in parties}


def _claims(a: str, b: str, winners: Mapping[str, str]) -> tuple[Claim, Claim]:
    return (a, winners[a], winners[b]), (b, winners[b], winners[a])


def _proven(claims: Sequence[Claim], scores: Scores, *, rows: Sequence[Mapping[str, Any]]) -> set[Claim]:
    if not claims:
        return set()
    import pandas as pd

    clips = {str(name): own.set_index(CLIP_KEY) for name, own in pd.DataFrame(rows).groupby("model")}

    def scored(metric: str, system: str) -> Scored:
        return Scored(name=system, measurement=scores[metric][system], clips=clips[system])

    tested = compared((scored(metric, one), scored(metric, other)) for metric, one, other in dict.fromkeys(claims))
    findings = {(test.metric, test.model, test.other): finding(test) == ABOVE for test in tested}
    apart = {claim: _apart(scores[claim[0]][claim[1]], scores[claim[0]][claim[2]]) for claim in claims}
    return {claim for claim, holds in (apart | findings).items() if holds}


def _apart(better: Measurement, worse: Measurement) -> bool:
    """Return whether the intervals do not meet; undefined ones do."""
    if better.higher_is_better:
        return better.estimate.low > worse.estimate.high
    return better.estimate.high < worse.estimate.low
