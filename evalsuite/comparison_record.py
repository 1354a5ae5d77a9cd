"""What a comparison of several runs found: everything its page tells, computed in :mod:`evalsuite.running`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.record import Comparison
    from evalsuite.run_folder import Run


@dataclass(frozen=True, kw_only=True)
class Hindrance:
    """Why two numbers by one metric cannot be compared."""

    reason: str
    field: str | None = None
    """The field in which their passports differ, where that is why."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A system of one of the runs."""

    run: int
    """Place of its run, from 0."""
    model: str
    """Its name within the run."""
    name: str
    """Its name in comparisons: «RUN/MODEL» where several runs have one of that name."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """One clip that both sides of a duel were scored on; of each pair the first side's comes first."""

    clip_id: str
    label: str
    values: tuple[float, float]
    predicted: tuple[str, str]
    """The classes that the judge saw; empty where it was not asked."""
    gain: float
    """How much better the second side is, in the metric's unit; negative where it is worse."""


@dataclass(frozen=True, kw_only=True)
class ClassTally:
    """A duel within one class."""

    label: str
    n: int
    won: int
    """Clips on which the second side is better."""
    lost: int
    gain: float
    """Mean of the clips' gains."""
    right: tuple[int, int] | None
    """How many pictures of either side the judge put into the class; ``None`` where it was not asked."""


@dataclass(frozen=True, kw_only=True)
class Duel:
    """A system of one run against one of an earlier run, clip by clip."""

    sides: tuple[Contender, Contender]
    """The earlier run's first."""
    metric: str
    """What the clips are ordered by."""
    unit: str
    higher_is_better: bool
    rounds: tuple[Round, ...]
    """From the largest gain to the largest loss."""
    tallies: tuple[ClassTally, ...]
    """From the class that gained most to the one that lost most."""

    @property
    def won(self) -> int:
        """How many clips the second side is better on."""
        return sum(one.gain > 0 for one in self.rounds)

    @property
    def lost(self) -> int:
        """How many clips the second side is worse on."""
        return sum(one.gain < 0 for one in self.rounds)


@dataclass(frozen=True, kw_only=True)
class RunsCompared:
    """Several runs of one protocol, compared."""

    runs: tuple[Run, ...]
    contenders: tuple[Contender, ...]
    """The systems; one that drew the same pictures again in a later run is there once."""
    metric: str | None
    """The headline; ``None`` where the runs compare by no metric."""
    headline: tuple[Comparison, ...]
    """Who meets whom, by the headline metric: one family of tests, that of ``evalsuite compare``."""
    others: tuple[Comparison, ...]
    """The same by every other metric: a family of their own."""
    standing: tuple[Comparison, ...]
    """The best by each metric of the first table against all other systems: a third family."""
    hindrances: dict[tuple[str, int, int], Hindrance]
    """Why two runs, by their places, do not compare by a metric."""
    duels: tuple[Duel, ...]
    notes: tuple[str, ...]
    """What a reader must know before believing the numbers, one sentence each."""
