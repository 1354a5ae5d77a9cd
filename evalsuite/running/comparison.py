"""Several runs of one protocol compared by every metric, for one page: who wins, where, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.comparison_record import Contender, Hindrance, RunsCompared
from evalsuite.errors import UserError
from evalsuite.reporting.columns import metric_columns
from evalsuite.reporting.control_words import claims_direction
from evalsuite.reporting.lookup import ALL, headline_metric, leading_metrics, measured
from evalsuite.reporting.selection import PREFERRED
from evalsuite.reporting.standing import best_first
from evalsuite.reporting.words import listed, metric_name
from evalsuite.running.compare import compared, family
from evalsuite.running.contest import about_clips, common_metrics, hindrance, scored_by, who_meets
from evalsuite.running.duels import duel
from evalsuite.running.entrants import entrants, open_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from evalsuite.comparison_record import Duel
    from evalsuite.record import Comparison
    from evalsuite.run_folder import Run
    from evalsuite.running.entrants import Entrant, Pair

    Meeting = tuple[str, Entrant, Entrant]
    """By this metric, this system meets that one."""

MOST_RUNS = 12
"""How many runs fit on a page."""


def compare_whole_runs(paths: Sequence[Path]) -> RunsCompared:
    """Compare the systems of the runs in the folders ``paths`` by every metric that all of them measured.

    Runs that share only some clips are compared on those. A metric by which two runs do not compare is left out for
    them, with the reason. Raises ``UserError`` where the runs have nothing in common.
    """
    if len(paths) > MOST_RUNS:
        raise UserError(f"{len(paths)} runs do not fit on a page: name at most {MOST_RUNS}, or use evalsuite table")
    runs = open_runs(paths, one_protocol=True)
    entered, again = entrants(runs)
    pairs, notes = who_meets(runs, entered, again)
    return _Contest(runs, entered, pairs).result([*notes, *about_clips(pairs)])


def beside_the_first(runs: Sequence[Run]) -> Path:
    """Return where the page of several runs goes by default, named after all of them.

    The runs in runs/esc50_zeroshot-1a2b3c4d and runs/esc50_zeroshot-5e6f7a8b meet in
    runs/compare-esc50_zeroshot-1a2b3c4d-5e6f7a8b.html.
    """
    folder, prefix = runs[0].path.resolve(), f"{runs[0].record.protocol.name}-"
    others = (run.path.resolve().name.removeprefix(prefix) for run in runs[1:])
    return runs[0].path.parent / f"compare-{'-'.join([folder.name, *others])}.html"


class _Contest:
    """The runs and who meets whom in them."""

    def __init__(self, runs: Sequence[Run], entered: Sequence[Entrant], pairs: Sequence[Pair]) -> None:
        self._runs, self._pairs = runs, pairs
        self._systems = [entrant for entrant in entered if entrant.card.role == "system"]
        sweep = runs[0].record.sweep
        self._metrics = [metric for metric in common_metrics(runs) if claims_direction(sweep, metric)]
        self._hindrances: dict[tuple[str, int, int], Hindrance] = {}

    def result(self, notes: Iterable[str]) -> RunsCompared:
        pairs = ((metric, pair) for metric in self._metrics for pair in self._pairs if _measured(metric, pair))
        meetings = [(metric, *pair) for metric, pair in pairs if self._compares(metric, pair)]
        rivals = list(self._rivals())
        tests = _Tests([*meetings, *rivals])
        headline = self._headline(meetings)
        return RunsCompared(
            runs=tuple(self._runs),
            contenders=tuple(self._contender(system) for system in self._systems),
            metric=headline,
            headline=tests.family(one for one in meetings if one[0] == headline),
            others=tests.family(one for one in meetings if one[0] != headline),
            standing=tests.family(rivals),
            hindrances=self._hindrances,
            duels=tuple(self._duels(meetings)),
            notes=(*notes, *tests.lacking(meetings)),
        )

    def _compares(self, metric: str, pair: Pair) -> bool:
        """Return whether two systems compare by a metric; where they do not, keep why."""
        later, earlier = pair
        found = hindrance(scored_by(metric, earlier), scored_by(metric, later), shared_clips=True)
        if found:
            self._hindrances[metric, self._place(earlier), self._place(later)] = found
        return found is None

    def _headline(self, meetings: Sequence[Meeting]) -> str | None:
        """Return what the first run's report leads with or, where the runs do not compare by it, the next metric."""
        preferred = [headline_metric(self._runs[0].record), *self._metrics]
        known = {metric for metric, _, _ in meetings}
        return next((metric for metric in preferred if metric in known), None)

    def _rivals(self) -> Iterator[Meeting]:
        """Yield the best system by each metric of the first table against every other, where all compare."""
        record = self._runs[0].record
        for metric in (column.metric for column in metric_columns(record, leading_metrics(record))):
            able = {s.name: s for s in self._systems if metric in self._metrics and _measured(metric, [s])}
            ranked = best_first({name: scored_by(metric, system).measurement for name, system in able.items()})
            pairs = [(able[ranked[0]], able[name]) for name in ranked[1:]]
            scored = ((scored_by(metric, best), scored_by(metric, other)) for best, other in pairs)
            if not any(hindrance(*both, shared_clips=False) for both in scored):
                yield from ((metric, *pair) for pair in pairs)

    def _duels(self, meetings: Sequence[Meeting]) -> Iterator[Duel]:
        """Yield the duels, each by the metric that galleries are ordered by or else the first with values for clips."""
        for later, earlier in self._shown():
            metrics = (metric for metric, one, other in meetings if one is later and other is earlier)
            told = (
                (scored_by(metric, earlier), scored_by(metric, later))
                for metric in sorted(metrics, key=lambda metric: metric != PREFERRED)
            )
            both = next((pair for pair in told if pair[0].measurement.per_clip), None)
            sides = self._contender(earlier), self._contender(later)
            if both and (fought := duel(*both, sides=sides)):
                yield fought

    def _shown(self) -> list[Pair]:
        """Return who is shown clip by clip: the first run's systems with their namesakes, else two of each two runs."""
        found = [pair for pair in self._pairs if pair[1].run is self._runs[0]]
        if all(later.card.name == earlier.card.name for later, earlier in found):
            return found
        first: dict[Path, Pair] = {}
        for pair in found:
            first.setdefault(pair[0].run.path, pair)
        return list(first.values())

    def _contender(self, system: Entrant) -> Contender:
        return Contender(run=self._place(system), model=system.card.name, name=system.name)

    def _place(self, system: Entrant) -> int:
        return self._runs.index(system.run)


class _Tests:
    """All comparisons of a page, each computed once, whichever families of tests it belongs to."""

    def __init__(self, meetings: Iterable[Meeting]) -> None:
        asked = {_key(meeting): meeting for meeting in meetings}
        found = compared((scored_by(metric, one), scored_by(metric, other)) for metric, one, other in asked.values())
        self._found = {(one.metric, frozenset((one.model, one.other))): one for one in found}

    def family(self, meetings: Iterable[Meeting]) -> tuple[Comparison, ...]:
        """Return what was found for some of them, adjusted as one family, told from the side of the first."""
        known = ((self._found[_key(meeting)], meeting) for meeting in meetings if _key(meeting) in self._found)
        return family(one if one.model == model.name else one.turned() for one, (_, model, _) in known)

    def lacking(self, meetings: Iterable[Meeting]) -> list[str]:
        """Tell by which metrics nothing says how sure a difference is."""
        names = dict.fromkeys(metric_name(meeting[0]) for meeting in meetings if _key(meeting) not in self._found)
        return [f"Not tested, since nothing in the records tells how sure it is: {listed(names)}."] if names else []


def _measured(metric: str, systems: Iterable[Entrant]) -> bool:
    """Return whether a metric has a value for each of some systems."""
    return all((system.card.name, metric, ALL) in measured(system.run.record) for system in systems)


def _key(meeting: Meeting) -> tuple[str, frozenset[str]]:
    metric, one, other = meeting
    return metric, frozenset((one.name, other.name))
