"""The judgement: a run's snapshot held against the baseline's, model by model and metric by metric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalsuite.errors import UserError
from evalsuite.gating.decision import Drop, as_family
from evalsuite.gating.matching import differences_told, matched
from evalsuite.running.compare import CLIP_KEY, Scored, compared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evalsuite.gating.decision import Outcome
    from evalsuite.gating.margins import Gate
    from evalsuite.gating.snapshot import Scores, Snapshot
    from evalsuite.record import Comparison

    Pair = tuple[Scored, Scored]

CODES: dict[Outcome, int] = {"holds": 0, "inconclusive": 3, "regressed": 1}
"""Exit codes, from the best outcome to the worst. What cannot be used is the user's mistake, whose code is 2."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found of one model by one metric."""

    comparison: Comparison
    """The run's value less the baseline's; its p-values are those of two-sided tests."""
    drop: Drop
    """The same from the side of the gate."""
    total: int
    """How many clips the protocol has."""

    @property
    def outcome(self) -> Outcome:
        """What was shown."""
        return self.drop.outcome

    @property
    def to_decide(self) -> int | None:
        """How many clips more would decide; ``None`` where it is decided, and where no number would."""
        return self.drop.to_decide(self.comparison.n) if self.outcome == "inconclusive" else None

    def flat(self) -> dict[str, Any]:
        """Return one flat row, as ``--json`` shows it; the interval is the gate's, of 90 %."""
        told, drop = self.comparison, self.drop
        value, before = told.values or (None, None)
        low, high = (-drop.high, -drop.low) if told.higher_is_better else (drop.low, drop.high)
        return {
            "model": told.model,
            "metric": told.metric,
            "value": value,
            "baseline": before,
            "difference": told.estimate.value,
            "low": low,
            "high": high,
            "allowed": drop.margin,
            "p_value": drop.p_value,
            "p_adjusted": drop.p_adjusted,
            "n": told.n,
            "outcome": self.outcome,
            "to_decide": self.to_decide,
        }


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a gate says of a run."""

    findings: tuple[Finding, ...]
    """One for each gated model and metric."""
    notes: tuple[str, ...] = ()
    """What a reader must know before believing it, one sentence each."""

    @property
    def outcome(self) -> Outcome:
        """The worst that was found."""
        return self.worst_first[0].outcome

    @property
    def worst_first(self) -> list[Finding]:
        """The findings in the order in which they are told."""
        order = list(CODES)
        return sorted(self.findings, key=lambda finding: -order.index(finding.outcome))

    @property
    def code(self) -> int:
        """The exit code, see :data:`CODES`."""
        return CODES[self.outcome]


def judge(now: Snapshot, before: Snapshot, *, gate: Gate) -> Judgement:
    """Hold a run against the baseline. Raises ``UserError`` naming what differs where their numbers do not compare."""
    pairs = [(_scored(now, ours), _scored(before, theirs)) for ours, theirs in matched(now, before, gate=gate)]
    return Judgement(findings=findings(pairs, gate=gate), notes=tuple(differences_told(now, before)))


def findings(pairs: Sequence[Pair], *, gate: Gate) -> tuple[Finding, ...]:
    """Return what was found of pairs of the run's scores and the baseline's: all are one family of tests."""
    told = {(comparison.model, comparison.metric): comparison for comparison in compared(pairs)}
    comparisons = [_told(told, now) for now, _ in pairs]
    drops = as_family([_drop(c, pair, gate=gate) for c, pair in zip(comparisons, pairs, strict=True)])
    totals = [now.measurement.passport.total for now, _ in pairs]
    return tuple(
        Finding(comparison=comparison, drop=drop, total=total)
        for comparison, drop, total in zip(comparisons, drops, totals, strict=True)
    )


def _told(told: Mapping[tuple[str, str], Comparison], now: Scored) -> Comparison:
    metric = now.measurement.metric
    if (now.name, metric) not in told:
        raise UserError(f"{metric} of {now.name} cannot be gated: nothing tells how sure its difference is")
    return told[now.name, metric]


def _drop(comparison: Comparison, pair: Pair, *, gate: Gate) -> Drop:
    """Return a comparison from the side of the gate. Raises ``UserError`` where it can decide nothing."""
    now, before = pair
    estimate, metric = comparison.estimate, comparison.metric
    recordings = now.clips.index.get_level_values("source").nunique()
    margin = gate.margins[metric].allowed(before.measurement.estimate.value)
    if recordings < 2 or not math.isfinite(estimate.value):
        raise UserError(f"{metric} of {now.name} cannot be gated: {estimate.method}")
    if not margin > 0:
        raise UserError(f"{metric} of {now.name} was 0: a share of that allows nothing, so give an absolute margin")
    worse = -estimate.value if comparison.higher_is_better else estimate.value
    # The tests of the suite are symmetric: half of their p-value is that of the side on which the difference lies.
    p_value = comparison.p_value / 2 if worse > 0 else 1 - comparison.p_value / 2
    return Drop(
        value=worse,
        error=0.0 if math.isnan(estimate.standard_error) else estimate.standard_error,
        freedom=(len(estimate.replicates) or recordings) - 1,
        p_value=p_value,
        p_adjusted=p_value,
        margin=margin,
    )


def _scored(snapshot: Snapshot, scores: Scores) -> Scored:
    """Return scores as the comparison of runs takes them."""
    import pandas as pd

    index = pd.MultiIndex.from_arrays([snapshot.clips, snapshot.sources], names=CLIP_KEY)
    measurement = scores.measurement
    columns = {measurement.per_clip: list(scores.values)} if measurement.per_clip else {}
    return Scored(name=measurement.model, measurement=measurement, clips=pd.DataFrame(columns, index=index))
