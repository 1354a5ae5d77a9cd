"""What a comparison of runs found, in sentences: who is better, by how much, and by what the runs do not compare."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from evalsuite.reporting.caveats import Caveat, caveats
from evalsuite.reporting.lookup import ALL, headline_metric
from evalsuite.reporting.verdict import scored
from evalsuite.reporting.words import (
    ABOVE,
    BELOW,
    NOT_TOLD_APART,
    capitalised,
    difference,
    difference_interval,
    finding,
    listed,
    metric_name,
    number,
    probability,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.comparison_record import Contender, RunsCompared
    from evalsuite.measurement import Passport
    from evalsuite.record import Comparison, RunRecord

BETTER = {ABOVE: "clearly better", BELOW: "clearly worse", NOT_TOLD_APART: "not told apart"}
"""How a finding is told of runs, of which neither lies above the other on the page."""


def letter(run: int) -> str:
    """Return the letter that a run goes by on the page.

    >>> letter(0), letter(1)
    ('A', 'B')
    """
    return ascii_uppercase[run]


def whose(contender: Contender) -> str:
    """Return a system as a sentence names it («run A’s seeingsounds»)."""
    return f"run {letter(contender.run)}’s {contender.model}"


def found_better(comparison: Comparison) -> str:
    """Return how the first of a comparison does: «clearly better», «clearly worse» or «not told apart»."""
    return BETTER[finding(comparison)]


def comparison_verdict(found: RunsCompared) -> list[str]:
    """Return who is better by the headline metric, in sentences: a pair of runs each, then the best of all."""
    if found.metric is None:
        return [f"These runs do not compare: {'; '.join(differing_fields(found))}."]
    pairs = dict.fromkeys(_runs(found, comparison) for comparison in found.headline)
    told = [sentence for pair in pairs for sentence in _of_two_runs(found, pair)]
    untested = [f"Nothing in the records tells how sure a difference by {metric_name(found.metric)} is."]
    return [*(told or untested), *_instead(found), *_best(found)]


def comparison_caveats(found: RunsCompared) -> list[Caveat]:
    """Return what a reader must know: what is told of the comparison, then of each run, of all of them at once."""
    own = [_of_the_run(run.record) for run in found.runs]
    everyone = [note for note in own[0] if all(note in notes for notes in own)]
    single = [
        f"Run {letter(place)}: {note}" for place, notes in enumerate(own) for note in notes if note not in everyone
    ]
    unlike = [f"{capitalised(reason)}." for reason in differing_fields(found)] if found.metric else []
    told = {"differences": (*found.notes, *unlike), "provenance": (*everyone, *single)}
    return [Caveat(section=section, sentences=sentences) for section, sentences in told.items() if sentences]


def differing_fields(found: RunsCompared) -> list[str]:
    """Return by which metrics two runs do not compare and why, metrics with one reason together."""
    metrics: dict[tuple[int, int, str], list[str]] = {}
    for (metric, earlier, later), hindrance in found.hindrances.items():
        why = _difference(found, metric, earlier, later, hindrance.field) if hindrance.field else hindrance.reason
        metrics.setdefault((earlier, later, why), []).append(metric_name(metric))
    return [
        f"runs {letter(earlier)} and {letter(later)} do not compare by {listed(names)}: {why}"
        for (earlier, later, why), names in metrics.items()
    ]


def spelt(passport: Passport, field: str) -> str:
    """Return a field of a passport in words."""
    value = getattr(passport, field)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _of_the_run(record: RunRecord) -> list[str]:
    """Return what the kind of run says of all its numbers, and what was noted while it ran."""
    told = (caveat for caveat in caveats(record) if caveat.section == "provenance")
    return [sentence for caveat in told for sentence in caveat.sentences]


def _difference(found: RunsCompared, metric: str, earlier: int, later: int, field: str) -> str:
    """Return in what the passports of two runs differ."""
    values = (
        next(m.passport for m in found.runs[run].record.measurements if m.metric == metric and m.passport.subset == ALL)
        for run in (earlier, later)
    )
    one, other = (spelt(passport, field) for passport in values)
    return f"{field} differs in the passport ({one} in {letter(earlier)}, {other} in {letter(later)})"


def contenders(found: RunsCompared) -> dict[str, Contender]:
    """Return the systems by their names in comparisons."""
    return {contender.name: contender for contender in found.contenders}


def _runs(found: RunsCompared, comparison: Comparison) -> tuple[int, int]:
    """Return the later and the earlier run of a comparison."""
    known = contenders(found)
    return known[comparison.model].run, known[comparison.other].run


def _of_two_runs(found: RunsCompared, runs: tuple[int, int]) -> list[str]:
    """Return what the systems of one run do against those of another: the sum of it, then everyone by name."""
    own = [comparison for comparison in found.headline if _runs(found, comparison) == runs]
    if len(own) == 1:
        return [_single(found, own[0])]
    by_finding = {words: some for words in BETTER.values() if (some := [c for c in own if found_better(c) == words])}
    later, earlier = map(letter, runs)
    if by_finding.keys() == {BETTER[NOT_TOLD_APART]}:
        summed = f"none of {len(own)} comparisons tells run {later} apart from run {earlier}"
    else:
        counts = listed(f"{words} in {len(some)}" for words, some in by_finding.items())
        summed = f"in {len(own)} comparisons of run {later} with run {earlier}, {later} is {counts}"
    named = (
        f"{capitalised(words)}: {'; '.join(_brief(found, one) for one in some)}." for words, some in by_finding.items()
    )
    return [f"By {metric_name(own[0].metric)}, {summed}.", *named]


def _single(found: RunsCompared, comparison: Comparison) -> str:
    """Return one comparison as a sentence."""
    known, words = contenders(found), found_better(comparison)
    later, earlier = whose(known[comparison.model]), whose(known[comparison.other])
    by = f"by {metric_name(comparison.metric)}"
    if words == BETTER[NOT_TOLD_APART]:
        begun = f"{later} and {earlier} cannot be told apart {by}"
    else:
        begun = f"{later} is {words} than {earlier} {by}"
    values = [number(value, unit=comparison.unit) for value in comparison.values or ()]
    against = f"{values[0]} against {values[1]}, " if values else ""
    return f"{capitalised(begun)}: {against}a difference of {size(comparison)}."


def _brief(found: RunsCompared, comparison: Comparison) -> str:
    known = contenders(found)
    one, other = known[comparison.model].model, known[comparison.other].model
    return f"{one if one == other else f'{one} against {other}'} {size(comparison)}"


def size(comparison: Comparison) -> str:
    """Return a difference with its interval and its adjusted p-value."""
    estimate, unit = comparison.estimate, comparison.unit
    points = " percentage points" if unit == "proportion" else ""
    ends = difference_interval(estimate, unit=unit)
    p = probability(comparison.p_adjusted)
    return (
        difference(estimate.value, unit=unit)
        + points
        + (f" [{ends}]" if ends else "")
        + f", adjusted p {p if p.startswith('<') else f'= {p}'}"
    )


def _instead(found: RunsCompared) -> list[str]:
    """Tell why the runs are not compared by the metric that the first run's report leads with."""
    usual = headline_metric(found.runs[0].record)
    if usual is None or usual == found.metric or found.metric is None:
        return []
    return [f"They do not compare by {metric_name(usual)}; {metric_name(found.metric)} stands in its place."]


def _best(found: RunsCompared) -> list[str]:
    """Tell the best of all systems by the headline metric, where there are more than the two of a single duel."""
    against = [comparison for comparison in found.standing if comparison.metric == found.metric]
    if len(against) < 2 or found.metric is None:
        return []
    best = contenders(found)[against[0].model]
    value = scored(found.runs[best.run].record, best.model, found.metric)
    unproven = [comparison.other for comparison in against if finding(comparison) != ABOVE]
    return [f"The best of all is {whose(best)} with {value}, {_apart(found, unproven)}."]


def _apart(found: RunsCompared, unproven: Sequence[str]) -> str:
    if not unproven:
        return "told apart from every other system"
    return f"not told apart from {listed(whose(contenders(found)[name]) for name in unproven)}"
