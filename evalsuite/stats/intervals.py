"""Intervals for means and proportions of clustered clips.

Clips cut from one recording resemble each other, so n clips say less than n independent ones. Here the recordings are
the sample: every interval answers what another draw of recordings would have given. Classes count as drawn too; where a
protocol fixes the number of clips of each class, the intervals are therefore, if anything, wider than they need be.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from evalsuite.measurement import Estimate

Values = npt.NDArray[np.floating]
Sources = npt.NDArray[np.str_] | npt.NDArray[np.integer]

LEVEL = 0.95
"""Confidence level of every interval of the suite."""
UPPER_TAIL = (1 + LEVEL) / 2
ROUNDING = 1e-12
"""What is this small, relative to what it is compared with, is rounding alone."""


def proportion_estimate(hits: Values | npt.NDArray[np.bool_], *, sources: Sources) -> Estimate:
    """Return the share of true ``hits`` (n,) with a Wilson interval at the effective sample size.

    The effective size is n over the design effect (Kish, Survey Sampling, 1965), which never counts as below one, and
    shrinks further where recordings are few (Korn & Graubard, Survey Methodology 24, 1998). With one clip per recording
    this is the plain Wilson interval (JASA 22, 1927). Where all clips hit, or none, the design effect is not known and
    each recording counts once. One recording alone gives no interval. Raises ``ValueError`` on bad shapes.
    """
    values, cluster = clustered(hits, sources)
    if not np.isin(values, (0.0, 1.0)).all():
        raise ValueError("hits must be true or false")
    share, clusters = float(values.mean()), int(cluster.max()) + 1
    if clusters < 2:
        return undefined_estimate("all clips come from one recording", value=share)
    error = clustered_standard_error(values, sources=sources)
    size = _effective_size(share, error, n=len(values), clusters=clusters)
    low, high = _wilson(share, size, z=NormalDist().inv_cdf(UPPER_TAIL))
    method = f"Wilson, clustered by recording ({clusters}), {LEVEL:.0%}"
    return Estimate(value=share, low=low, high=high, standard_error=error, method=method)


def mean_estimate(values: Values, *, sources: Sources) -> Estimate:
    """Return the mean of ``values`` (n,) with a cluster-robust t interval.

    One recording alone gives no interval. Raises ``ValueError`` on bad shapes and on values that are not finite.
    """
    checked, cluster = clustered(values, sources)
    mean, clusters = float(checked.mean()), int(cluster.max()) + 1
    if clusters < 2:
        return undefined_estimate("all clips come from one recording", value=mean)
    return t_estimate(
        mean,
        standard_error=clustered_standard_error(checked, sources=sources),
        freedom=clusters - 1,
        method=f"t, clustered by recording ({clusters})",
    )


def clustered_standard_error(values: Values, *, sources: Sources) -> float:
    """Return the standard error of the mean of ``values`` (n,), robust to likeness within a recording.

    The square root of c/(c-1) * sum over recordings of (sum of residuals)^2 / n^2, with c recordings (Liang & Zeger,
    Biometrika 73, 1986, with the usual correction for few clusters). NaN where c = 1.
    """
    checked, cluster = clustered(values, sources)
    totals = np.bincount(cluster, weights=checked - checked.mean())
    if len(totals) < 2:
        return math.nan
    return math.sqrt(len(totals) / (len(totals) - 1) * float(totals @ totals)) / len(checked)


def t_estimate(
    value: float,
    *,
    standard_error: float,
    freedom: int,
    method: str,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """Return ``value`` plus and minus the t quantile times its standard error, cut to the ``bounds`` of the metric.

    Without any variation, or where the standard error is not defined (NaN), there is nothing to tell the uncertainty
    by, so that there is no interval.
    """
    if math.isnan(standard_error):
        return undefined_estimate("too little varies", value=value)
    if standard_error <= ROUNDING * abs(value):
        return undefined_estimate("no variation between recordings", value=value)
    reach = t_quantile(freedom) * standard_error
    low, high = max(value - reach, bounds[0]), min(value + reach, bounds[1])
    return Estimate(value=value, low=low, high=high, standard_error=standard_error, method=f"{method}, {LEVEL:.0%}")


def bounded_estimate(
    value: float, *, standard_error: float, clusters: int, freedom: int, method: str, bounds: tuple[float, float]
) -> Estimate:
    """Return a ``value`` between finite ``bounds`` with Wilson's interval, as if it were a proportion of that range.

    Near a bound a value varies more to the inner side than to the outer, which plus and minus misses. The effective
    size is the one at which a proportion has this standard error, and Student's t takes the place of the normal
    distribution. At a bound itself each of ``clusters`` recordings counts once, as in :func:`proportion_estimate`.
    """
    least, most = bounds
    share, error = (value - least) / (most - least), standard_error / (most - least)
    if math.isnan(error):
        return undefined_estimate("too little varies", value=value)
    if not ROUNDING < share < 1 - ROUNDING:
        share, size = float(round(share)), float(clusters)
    elif error > ROUNDING:
        size = share * (1 - share) / error**2
    else:
        return undefined_estimate("no variation between recordings", value=value)
    low, high = (least + (most - least) * end for end in _wilson(share, size, z=t_quantile(freedom)))
    method = f"{method}, Wilson, {LEVEL:.0%}"
    return Estimate(
        value=value, low=min(low, value), high=max(high, value), standard_error=standard_error, method=method
    )


def undefined_estimate(why: str, *, value: float = math.nan) -> Estimate:
    """Return ``value`` without an interval: its ends and standard error are NaN and ``method`` says why."""
    what = "not defined" if math.isnan(value) else "no interval"
    return Estimate(value=value, low=math.nan, high=math.nan, standard_error=math.nan, method=f"{what}: {why}")


def t_quantile(freedom: int) -> float:
    """Return the upper quantile of Student's t that leaves :data:`LEVEL` in the middle."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, UPPER_TAIL))


def _effective_size(share: float, error: float, *, n: int, clusters: int) -> float:
    if error == 0:
        return clusters
    independent = share * (1 - share) / (n - 1)
    design_effect = max(error**2 / independent, 1.0)
    return n / design_effect * (t_quantile(n - 1) / t_quantile(clusters - 1)) ** 2


def _wilson(share: float, n: float, *, z: float) -> tuple[float, float]:
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # The share lies within by the formula; at 0 and 1 rounding would leave it outside by the last digit.
    return min(max(centre - reach, 0.0), share), max(min(centre + reach, 1.0), share)


def clustered(
    values: Values | npt.NDArray[np.bool_], sources: Sources
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Return ``values`` (n,) in float64 and, for each, the number of its recording in ``sources`` (n,).

    Raises ``ValueError`` on bad shapes, where there are no values, and on values that are not finite.
    """
    if values.ndim != 1 or values.shape != sources.shape:
        raise ValueError(f"values and sources must both have shape (n,), not {values.shape} and {sources.shape}")
    if len(values) == 0:
        raise ValueError("no clips to estimate from")
    checked = values.astype(np.float64)
    if not np.isfinite(checked).all():
        raise ValueError(f"value {int(np.argmin(np.isfinite(checked)))} is not finite")
    return checked, np.unique(sources, return_inverse=True)[1]
