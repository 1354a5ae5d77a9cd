"""Trends: does a response follow the dose that was measured in the sound, subject by subject?

Takes of one subject at one dose are averaged first. A subject with fewer than :data:`FEWEST` different doses has no
trend and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from evalsuite.metrics.base import Outcome
from evalsuite.metrics.control.ladders import ladders, over_valued, steps_of
from evalsuite.stats.intervals import proportion_estimate
from evalsuite.stats.trend import distinct_doses, is_monotone, median_estimate, spearman, theil_sen

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.metrics.base import Evidence
    from evalsuite.metrics.control.responses import Response
    from evalsuite.metrics.rows import Rows

FEWEST = 3
"""Two doses have a difference, no trend."""


@dataclass(frozen=True, kw_only=True)
class Trend:
    """How one response follows the dose, over all subjects; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    response: Response
    coefficient: Callable[[Rows, Rows], Rows]
    """Of measured doses and responses, both (subjects, steps) with NaN where there are none: (subjects,)."""
    share: bool
    """Whether the coefficients are hits, whose share is the summary; else their median is."""
    unit: str
    meaning: str
    higher_is_better: bool
    chance: float | None
    """What a response that pays no heed to the dose is expected to score."""
    needs_steps: ClassVar[bool] = True

    @property
    def version(self) -> int:
        """Rises with the response."""
        return self.response.version

    @property
    def needs(self) -> tuple[str, ...]:
        """What the response needs."""
        return self.response.needs

    @property
    def details(self) -> str:
        """What is read, and what it is held against."""
        return f"{self.response.details}·measured dose·takes averaged"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the summary over the subjects; a subject's value stands at its first row, all others are NaN.

        Raises ``ValueError`` where nothing was swept.
        """
        steps = ladders(self.response.values(evidence), steps=steps_of(evidence))
        enough = distinct_doses(steps.doses, steps.responses) >= FEWEST
        values = np.where(enough, self.coefficient(steps.doses, steps.responses), np.nan)
        by = proportion_estimate if self.share else median_estimate
        per_clip = np.full(len(evidence.targets), np.nan)
        per_clip[steps.first] = values
        estimate = over_valued(values, evidence.sources[steps.first], by=by, each="subject")
        return Outcome(estimate=estimate, per_clip=per_clip, chance=self.chance)


def trends_of(response: Response, *, what: str, rising: bool | None, dose_unit: str) -> tuple[Trend, ...]:
    """Return the three trends of ``response``: rank correlation, slope and share of monotone subjects.

    ``what`` is the response in words («the brightness of the picture»), ``dose_unit`` may be empty. Where the response
    should fall as the dose rises (``rising=False``), lower coefficients are better. ``None`` claims no direction:
    ``higher_is_better`` then says nothing, and a subject is monotone whichever one way it goes.
    """
    per, claim = dose_unit or "step", " No direction is claimed." if rising is None else ""
    median = partial(Trend, response=response, share=False, higher_is_better=rising is not False, chance=0.0)
    way = "only rises or only falls" if rising is None else "only rises" if rising else "only falls"
    return (
        median(
            name=f"{response.name}_spearman",
            coefficient=spearman,
            unit="correlation",
            meaning=f"How strictly {what} follows the dose: rank correlation of a sound, median sound.{claim}",
        ),
        median(
            name=f"{response.name}_slope",
            coefficient=theil_sen,
            unit=f"{response.unit} per {per}",
            meaning=f"By how much {what} changes per {per} of the dose: median slope of a sound, median sound.{claim}",
        ),
        Trend(
            name=f"{response.name}_monotone_share",
            response=response,
            coefficient=partial(_one_way, rising=rising),
            share=True,
            unit="proportion",
            meaning=f"The share of sounds over whose rising doses {what} {way}.",
            higher_is_better=True,
            chance=None,
        ),
    )


def _one_way(doses: Rows, responses: Rows, *, rising: bool | None) -> Rows:
    """Return 1.0 where the response goes the way it should, or where any will do goes one way only; else 0.0."""
    ways = (True, False) if rising is None else (rising,)
    found = [is_monotone(doses, responses, rising=way) for way in ways]
    return np.asarray(np.any(found, axis=0), dtype=np.float64)
