"""The decision: has a model become worse by more than is allowed, has it not, or is that not known?

Two claims are tested, each against its own null hypothesis. With the drop δ, which is positive where the model became
worse, and the margin m > 0:

- *regressed*: «δ ≤ 0» is refuted at 5 %, and the drop that was seen is larger than m. Significance and effect, both: a
  tiny drop may be certain, and a large one luck. Where nothing has changed, at most 5 % of runs are called so.
- *holds*: «δ ≥ m» is refuted at 5 %, which is where the upper end of the interval lies below m (non-inferiority;
  Wellek, Testing Statistical Hypotheses of Equivalence and Noninferiority, 2010).

Where neither is shown it is *inconclusive*. The regressions of one gate are a family of tests, whose p-values are
adjusted by Holm's method: one false alarm stops a change. That all of them hold needs no adjusting, for it is said only
where every single one was shown (Berger, Technometrics 24, 1982).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from evalsuite.stats import holm

if TYPE_CHECKING:
    from collections.abc import Sequence

Outcome = Literal["holds", "inconclusive", "regressed"]

SIZE = 0.05
"""How often either claim may be wrong."""
POWER = 0.8
"""How often as many clips as are asked for should decide."""


@dataclass(frozen=True, kw_only=True)
class Drop:
    """By how much something became worse, and what was allowed."""

    value: float
    """δ as it was seen: positive is worse."""
    error: float
    """Its standard error; 0 where nothing varies."""
    freedom: int
    """Degrees of freedom of the standard error."""
    p_value: float
    """One-sided, of «it did not become worse»."""
    p_adjusted: float
    """The p-value among all tests of the gate, by Holm's method."""
    margin: float
    """What is allowed."""

    @property
    def same(self) -> bool:
        """Whether nothing at all differs."""
        return self.value == self.error == 0

    @property
    def low(self) -> float:
        """The end of the interval on the better side: below it lies δ with a probability of :data:`SIZE`."""
        return self.value - self._quantile(1 - SIZE) * self.error

    @property
    def high(self) -> float:
        """The end of the interval on the worse side: above it lies δ with a probability of :data:`SIZE`."""
        return self.value + self._quantile(1 - SIZE) * self.error

    @property
    def outcome(self) -> Outcome:
        """What was shown. Where nothing differs, nothing became worse, whatever the margin."""
        if self.value > self.margin and self.p_adjusted < SIZE:
            return "regressed"
        if self.same or self.high <= self.margin:
            return "holds"
        return "inconclusive"

    @property
    def decidable(self) -> float:
        """The margin within which this error lets an unchanged model be shown to hold in :data:`POWER` of all runs."""
        return (self._quantile(1 - SIZE) + self._quantile(POWER)) * self.error

    def to_decide(self, n: int) -> int | None:
        """Return how many clips more than these ``n`` would decide; ``None`` where no number would.

        They are so many that a model that has not changed is shown to hold in :data:`POWER` of all runs. The standard
        error s falls with the root of the number, so that with the quantiles of Student's t

            N = n ((t_0.95 + t_0.8) s / m)²

        Where these were enough for that, the model has probably changed, and N is how many would show what was seen:
        a drop δ above the margin, with δ for m and the level that Holm's method leaves, or one below it, with m - δ.
        """
        above = self.value > self.margin
        level = SIZE * self.p_value / self.p_adjusted if above else SIZE
        seen = self.value if above else self.margin - self.value
        for size, gap in ((SIZE, self.margin), (level, seen)):
            reach = (self._quantile(1 - size) + self._quantile(POWER)) * self.error
            needed = n * (reach / gap) ** 2 if gap > 0 else math.inf
            if n < needed < math.inf:
                return math.ceil(needed) - n
        return None

    def _quantile(self, share: float) -> float:
        from scipy.special import stdtrit

        return float(stdtrit(self.freedom, share))


def as_family(drops: Sequence[Drop]) -> list[Drop]:
    """Return the drops of one gate with their p-values adjusted.

    Where nothing differs no alarm can be raised, and such a test does not count: given by how much the values differ,
    chance decides about their signs alone.
    """
    adjusted = iter(holm(np.array([drop.p_value for drop in drops if not drop.same])).tolist())
    return [drop if drop.same else replace(drop, p_adjusted=next(adjusted)) for drop in drops]
