"""Responses: the mean of what is read off the pictures of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evalsuite.metrics.base import Outcome
from evalsuite.metrics.control.ladders import over_valued
from evalsuite.stats.intervals import mean_estimate, proportion_estimate

if TYPE_CHECKING:
    from evalsuite.measurement import Estimate
    from evalsuite.metrics.base import Evidence, FloatArray
    from evalsuite.metrics.control.readings import Reading
    from evalsuite.metrics.rows import Rows
    from evalsuite.stats.intervals import Sources


@dataclass(frozen=True, kw_only=True)
class Response:
    """One response over all rows of a sweep; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    reading: Reading
    """Reads the value of each row off its picture; a row may have none."""
    unit: str
    meaning: str
    details: str
    version: int = 1
    higher_is_better: bool = True
    """Over all doses no direction is better; a trend has one."""
    needs_steps: ClassVar[bool] = True

    @property
    def needs(self) -> tuple[str, ...]:
        """What the reading needs."""
        return self.reading.needs

    def values(self, evidence: Evidence) -> Rows:
        """Return the value of each row, float64 (n,), NaN where it has none."""
        return self.reading(evidence)

    def estimate(self, values: FloatArray, *, sources: Sources) -> Estimate:
        """Return the mean of those ``values`` (n,) that are not NaN, clustered by recording; Wilson's for hits."""
        by = proportion_estimate if self.reading.hits else mean_estimate
        return over_valued(values, sources, by=by, each="picture")

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the mean over the rows that have a value. Raises ``ValueError`` where the reading does."""
        values = self.values(evidence)
        return Outcome(estimate=self.estimate(values, sources=evidence.sources), per_clip=values)
