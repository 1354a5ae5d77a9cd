"""What a gate says, in words: one sentence per model and metric, and one for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.reporting.words import difference, metric_name

if TYPE_CHECKING:
    from evalsuite.gating.judgement import Finding, Judgement

VERDICTS = {
    "holds": "none became worse by more than is allowed",
    "inconclusive": "none is shown to have become worse by more than is allowed, and yet it may be so of {n}",
    "regressed": "{n} became worse by more than is allowed",
}


def verdict(judgement: Judgement) -> str:
    """Return what was found of all («Regressed: of 6 scores, 1 became worse by more than is allowed.»)."""
    outcome, findings = judgement.outcome, judgement.findings
    n = sum(finding.outcome == outcome for finding in findings)
    scores = f"{len(findings)} score{'s' * (len(findings) > 1)}"
    return f"{outcome.capitalize()}: of {scores}, {VERDICTS[outcome].format(n=n)}."


def told(judgement: Judgement) -> str:
    """Return all there is to say, line by line: the verdict, every finding, and what to know."""
    notes = (f"note: {note}" for note in judgement.notes)
    return "\n".join([verdict(judgement), *map(sentence, judgement.worst_first), *notes])


def sentence(finding: Finding) -> str:
    """Return what was found of one model by one metric.

    «accuracy of seeingsounds fell by 2.3 points [1.1, 3.4], more than the 1.0 allowed»
    """
    return f"{metric_name(finding.comparison.metric)} of {finding.comparison.model} {change(finding)}{_ending(finding)}"


def change(finding: Finding) -> str:
    """Return by how much a score moved, with the interval («fell by 2.3 points [1.1, 3.4]»)."""
    drop, by = finding.drop, finding.comparison.estimate.value
    if drop.same:
        return "is what it was: no value differs"
    ends = (drop.low, drop.high) if drop.value > 0 else (-drop.high, -drop.low)
    low, high = (size(finding, end) for end in ends)
    if by == 0:
        return f"is what it was on the whole [{low}, {high}]"
    points = " points" if finding.comparison.unit == "proportion" else ""
    return f"{'rose' if by > 0 else 'fell'} by {size(finding, abs(by))}{points} [{low}, {high}]"


def size(finding: Finding, value: float) -> str:
    """Return a difference of the finding's metric in figures, one of proportions in percentage points."""
    return difference(value, unit=finding.comparison.unit).removeprefix("+")


def advice(finding: Finding) -> str:
    """Return what would decide what was not: more clips, or a margin that these clips can decide."""
    if finding.to_decide is None:
        return "that is so near to what is allowed that more clips would hardly decide"
    told = f"run {finding.to_decide:,} more clips to decide"
    left = finding.total - finding.comparison.n
    if left >= finding.to_decide:
        return told
    margin = size(finding, finding.drop.decidable)
    return f"{told} (the protocol has {left:,} more; without, margins from {margin} on are decided)"


def _ending(finding: Finding) -> str:
    allowed, worse = f"the {size(finding, finding.drop.margin)} allowed", finding.drop.value > 0
    match finding.outcome:
        case "regressed":
            return f", more than {allowed}"
        case "inconclusive":
            unknown = "whether by more than" if worse else "that it became worse by more than"
            return f": {unknown} {allowed} {'is not known' if worse else 'is not ruled out'}; {advice(finding)}"
    return f", within {allowed}" if worse else ""
