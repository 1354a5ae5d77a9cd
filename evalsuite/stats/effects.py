"""How large a difference between two models is, whatever the unit: what a p-value does not tell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.stats.intervals import ROUNDING, clustered, clustered_standard_error
from evalsuite.stats.jackknife import jackknife_estimate, leave_out
from evalsuite.stats.paired import differences

if TYPE_CHECKING:
    import numpy.typing as npt

    from evalsuite.measurement import Estimate
    from evalsuite.stats.intervals import Sources, Values


def standardised_difference(a: Values, b: Values, *, sources: Sources) -> Estimate:
    """Return d_z, the mean of ``a - b`` (n,) over its standard deviation between clips, with a jackknife interval.

    Cohen, Statistical Power Analysis, 1988, §2.3.5. Clips of one recording vary less than clips do, so that the plain
    standard deviation is too small. With v the mean squared deviation and s the clustered standard error of the mean,
    E[v] = σ² - E[s²] whatever the clusters, hence::

        d_z = mean / sqrt(v + s²)

    With one clip per recording this is the usual d_z (ddof = 1). It is 0 where the models never differ, and not defined
    where they differ by the same on every clip. Raises ``ValueError`` on bad shapes and on values that are not finite.
    """
    d, recording = clustered(differences(a, b), sources)
    return jackknife_estimate(
        _d_z(d, recording),
        without=lambda block: leave_out(lambda keep: _d_z(d[keep], recording[keep]), block=block),
        sources=sources,
    )


def won_and_lost(a: Values, b: Values, *, higher_is_better: bool) -> tuple[float, float]:
    """Return the shares of clips, in [0, 1], on which ``a`` (n,) is better than ``b`` (n,) and on which it is worse.

    What is left are ties: values that differ by rounding at most. Their difference is that of two proportions where the
    values are hits. Raises ``ValueError`` on bad shapes.
    """
    gain = differences(a, b) if higher_is_better else differences(b, a)
    least = ROUNDING * max(float(np.abs(a).max()), float(np.abs(b).max()))
    return float(np.mean(gain > least)), float(np.mean(gain < -least))


def _d_z(d: npt.NDArray[np.float64], recording: npt.NDArray[np.intp]) -> float:
    mean = float(d.mean())
    spread = math.sqrt(float(d.var()) + clustered_standard_error(d, sources=recording) ** 2)
    if mean == 0:
        return 0.0
    return mean / spread if spread > 0 else math.nan
