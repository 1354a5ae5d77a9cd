"""The Markdown summary for a pull request: the verdict, then a table, then what to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.gating.wording import advice, change, size, verdict
from evalsuite.reporting.words import metric_name, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.gating.baseline import Baseline
    from evalsuite.gating.judgement import Finding, Judgement

HEADING = ("model", "metric", "baseline", "now", "change", "allowed", "outcome")
MARKS = {"holds": "✅", "inconclusive": "❔", "regressed": "❌"}
UNUSABLE = "⛔"


def summary(judgement: Judgement, baseline: Baseline, *, run: str) -> str:
    """Return a judgement as Markdown, the worst findings first."""
    rows = [HEADING, ["---"] * len(HEADING), *map(_row, judgement.worst_first)]
    last = baseline.history[-1]
    why = f": {last.why}" if last.why else ""
    told = [*judgement.notes, f"Run `{run}`, held against the baseline of {last.when[:10]} by {last.who}{why}."]
    verdict_line = f"## {MARKS[judgement.outcome]} {verdict(judgement)}"
    return "\n".join([verdict_line, "", *map(_line, rows), "", *(f"- {note}" for note in told), ""])


def summary_of_error(message: str, *, run: str) -> str:
    """Return, as Markdown, why a run could not be held against its baseline."""
    return f"## {UNUSABLE} Unusable: `{run}` cannot be held against the baseline\n\n{message}\n"


def _row(finding: Finding) -> Sequence[str]:
    told = finding.comparison
    now, before = (number(value, unit=told.unit) for value in told.values or ())
    outcome = f"{MARKS[finding.outcome]} {finding.outcome}"
    if finding.outcome == "inconclusive":
        outcome += f": {advice(finding)}"
    allowed = size(finding, finding.drop.margin)
    moved = "none" if finding.drop.same else change(finding)
    return told.model, metric_name(told.metric), before, now, moved, allowed, outcome


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
