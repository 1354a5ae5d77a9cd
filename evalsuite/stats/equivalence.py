"""Equivalence: has it been shown that nothing changes? A test without a finding shows no such thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.measurement import Estimate
from evalsuite.stats.intervals import ROUNDING, clustered, clustered_standard_error, undefined_estimate

if TYPE_CHECKING:
    from evalsuite.stats.intervals import Sources, Values

SIZE = 0.05
"""How often each of the two tests may be wrong; the interval that says the same leaves this out on either side."""


@dataclass(frozen=True, kw_only=True)
class EquivalenceTest:
    """What two one-sided tests found."""

    margin: float
    """What counts as none."""
    change: Estimate
    """The mean change with its 90 % interval."""
    p_value: float
    """The larger of the two one-sided p-values, in [0, 1]."""
    equivalent: bool
    """Whether it is below :data:`SIZE`, which is where the interval lies within plus and minus the margin."""


def equivalence(changes: Values, *, sources: Sources, margin: float) -> EquivalenceTest:
    """Test whether the mean of ``changes`` (n,) lies within plus and minus ``margin``, clustered by recording.

    Two one-sided t tests hold it against either margin; with m the mean, s its clustered standard error and c
    recordings::

        p = max(P(t > (m + margin) / s), P(t < (m - margin) / s)),   t with c - 1 degrees of freedom

    (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987). Where nothing varies between recordings, as
    of a model that cannot answer, p is the limit for a vanishing s: 0 where the mean is within the margin, else 1; the
    change then has no interval. One recording alone shows nothing: p = 1. Raises ``ValueError`` on a margin that is not
    positive, bad shapes and values that are not finite.
    """
    if not margin > 0:
        raise ValueError(f"the margin must be above 0, not {margin}")
    checked, recording = clustered(changes, sources)
    mean, recordings = float(checked.mean()), int(recording.max()) + 1
    if recordings < 2:
        change = undefined_estimate("all clips come from one recording", value=mean)
        return EquivalenceTest(margin=margin, change=change, p_value=1.0, equivalent=False)
    error = clustered_standard_error(checked, sources=sources)
    if error <= ROUNDING * max(abs(mean), margin):
        change, p_value = undefined_estimate("no variation between recordings", value=mean), float(abs(mean) >= margin)
    else:
        change = _interval(mean, error, recordings=recordings)
        p_value = _p_value(mean, error, margin=margin, freedom=recordings - 1)
    return EquivalenceTest(margin=margin, change=change, p_value=p_value, equivalent=p_value < SIZE)


def _interval(mean: float, error: float, *, recordings: int) -> Estimate:
    from scipy.special import stdtrit

    reach = float(stdtrit(recordings - 1, 1 - SIZE)) * error
    method = f"t, clustered by recording ({recordings}), {1 - 2 * SIZE:.0%}"
    return Estimate(value=mean, low=mean - reach, high=mean + reach, standard_error=error, method=method)


def _p_value(mean: float, error: float, *, margin: float, freedom: int) -> float:
    """Return the larger p-value: that of the margin which is nearer to the mean."""
    from scipy.special import stdtr

    return float(stdtr(freedom, (abs(mean) - margin) / error))
