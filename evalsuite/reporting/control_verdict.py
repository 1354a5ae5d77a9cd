"""The first screen of a control run: whether the pictures answered, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evalsuite.reporting.control_words import LISTENING, headline, margin, p_clause, subjects
from evalsuite.reporting.lookup import ALL, headline_metric, kind_of, measured
from evalsuite.reporting.verdict import above_floors, foremost, scored, the_others, verdict
from evalsuite.reporting.words import capitalised, difference, difference_interval, listed, metric_name, number

if TYPE_CHECKING:
    from evalsuite.control_record import Equivalence, SweepStamp
    from evalsuite.record import RunRecord

EXPECTED = {"rising": "rises", "falling": "falls"}


def control_verdict(record: RunRecord) -> list[str]:
    """Return what a run found, in sentences: of a sweep how the first system answered, then the others.

    The foremost response decides what is asked: whether it is left alone, whether both sources show, or whether it
    follows the dose. A run that has no sweep, or none that led to a number, has the usual verdict.
    """
    sweep, metric = record.sweep, headline_metric(record)
    if sweep is None or metric is None or metric != headline(sweep):
        return verdict(record)
    systems, tests = foremost(record, metric), _tests(record, sweep)
    if tests and sweep.responses[0].expects == "none":
        return _told(_placebo(sweep, tests, systems=systems))
    tell = _together if sweep.pairs == "grid" else _listening if metric == LISTENING else _trends
    found = tell(record, sweep, systems)
    placebos = [card.name for card in record.models if kind_of(card) == "yardstick" and card.name in tests]
    left_alone = [_left_alone(sweep, name, tests[name]) for name in placebos]
    return _told([*found, *above_floors(record, metric), *left_alone])


def _told(paragraphs: list[str]) -> list[str]:
    return [paragraph for paragraph in paragraphs if paragraph]


def _trends(record: RunRecord, sweep: SweepStamp, systems: list[str]) -> list[str]:
    """Tell of the first system whether its pictures follow the dose, and which of the others do as well."""
    first, *others = systems
    name = sweep.responses[0].name
    share = measured(record).get((first, f"{name}_monotone_share", ALL))
    monotone = f", {number(share.estimate.value, unit=share.unit)} monotone" if share else ""
    subject, score = capitalised(metric_name(name)), scored(record, first, f"{name}_spearman")
    lead = f"{subject} in the pictures of {first} {_follows(record, sweep, first)}: median Spearman {score} over"
    alike: dict[str, list[str]] = {}
    for model in others:
        alike.setdefault(_follows(record, sweep, model), []).append(model)
    also = [f"It {follows} in those of {listed(models)}." for follows, models in alike.items()]
    return [f"{lead} {subjects(sweep)}{monotone}.", " ".join(also)]


def _follows(record: RunRecord, sweep: SweepStamp, model: str) -> str:
    """Return whether the foremost response follows the dose: where its correlation's interval lies beside zero."""
    asked = sweep.responses[0]
    estimate = measured(record)[model, f"{asked.name}_spearman", ALL].estimate
    moved = "rises" if estimate.low > 0 else "falls" if estimate.high < 0 else ""
    if math.isnan(estimate.low):
        return f"has no interval that could show whether it follows {sweep.title}"
    if not moved:
        return f"is not shown to follow {sweep.title}"
    wrong = ", against what is expected" if EXPECTED.get(asked.expects, moved) != moved else ""
    return f"{moved} with {sweep.title}{wrong}"


def _together(record: RunRecord, sweep: SweepStamp, systems: list[str]) -> list[str]:
    """Tell how often both sources show and, of the first system, how often they would without mixing."""
    first, name = systems[0], sweep.responses[0].name
    alone = f"{name}_alone"
    lead = f"{first} shows both sources in {scored(record, first, name)} of its pictures of two sounds"
    if (first, alone, ALL) in measured(record):
        lead += f"; its pictures of one sound alone would pass for both in {scored(record, first, alone)}"
    return [f"{lead}.", *the_others(record, systems, name)]


def _listening(record: RunRecord, _: SweepStamp, systems: list[str]) -> list[str]:
    """Tell how much the sound decides of the pictures."""
    share = f"{scored(record, systems[0], LISTENING)} of what varies between the pictures of {systems[0]}"
    return [f"{share} is decided by the sound, the rest by the seed.", *the_others(record, systems, LISTENING)]


def _placebo(sweep: SweepStamp, tests: dict[str, Equivalence], *, systems: list[str]) -> list[str]:
    """Tell for every system whether the dose leaves the response alone, then for the references."""
    found = [_left_alone(sweep, model, tests[model]) for model in systems if model in tests]
    by_finding = {
        holds: [m for m, t in tests.items() if m not in systems and t.equivalent == holds] for holds in (1, 0)
    }
    words = {1: "without effect", 0: "not shown to be without effect"}
    told = "; ".join(f"{words[holds]}: {listed(models)}" for holds, models in by_finding.items() if models)
    return [*found[:1], " ".join(found[1:]), f"The references, {told}." if told else ""]


def _left_alone(sweep: SweepStamp, model: str, test: Equivalence) -> str:
    asked, limit = sweep.responses[0], margin(sweep.responses[0])
    ends = difference_interval(test.change, unit=asked.unit)
    change = difference(test.change.value, unit=asked.unit) + (f" [{ends}]" if ends else "")
    score, name = f"change {change}, {p_clause(test.p_value)}", metric_name(asked.name)
    if test.equivalent:
        return f"{model}: {sweep.title} has no effect on {name} larger than {limit} ({score})."
    return f"{model}: {sweep.title} is not shown to be without effect on {name} (margin {limit}; {score})."


def _tests(record: RunRecord, sweep: SweepStamp) -> dict[str, Equivalence]:
    """Return the tests of the foremost response against its margin, by model."""
    foremost = next((response.name for response in sweep.responses), "")
    return {c.model: c.equivalence for c in record.curves if c.response == foremost and c.equivalence}
