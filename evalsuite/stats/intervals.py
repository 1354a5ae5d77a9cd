"""Intervals for means and proportions of clustered clips.

Clips cut from one recording resemble each other, so n clips say less than n independent ones. Here the recordings are
the sample: every interval answers what another draw of recordings would have given. Where strata are told, as are the
classes of a protocol, another draw has as many recordings of each; else classes count as drawn too.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from evalsuite.measurement import Estimate

Values = npt.NDArray[np.floating]
Sources = npt.NDArray[np.str_] | npt.NDArray[np.integer]
Strata = npt.NDArray[np.str_] | npt.NDArray[np.integer]

LEVEL = 0.95
"""Confidence level of every interval of the suite."""
UPPER_TAIL = (1 + LEVEL) / 2
WITHIN = "within class"
"""What the method of an estimate says where classes were strata."""
ROUNDING = 1e-12
"""What is this small, relative to what it is compared with, is rounding alone."""


def proportion_estimate(
    hits: Values | npt.NDArray[np.bool_], *, sources: Sources, strata: Strata | None = None
) -> Estimate:
    """Return the share of true ``hits`` (n,) with a Wilson interval at the effective sample size.

    The effective size is n over the design effect (Kish, Survey Sampling, 1965), which never counts as below one, and
    shrinks further where recordings are few (Korn & Graubard, Survey Methodology 24, 1998). With one clip per recording
    this is the plain Wilson interval (JASA 22, 1927). ``strata`` (n,) are the classes of the clips where the protocol
    fixes them: the variance then is by as much smaller as they make it, while Wilson's correction for few hits or
    misses stays that of n clips at most. Where all clips hit, or none, and where nothing varies within a stratum, the
    design effect is not known, and the correction is that of as many clips as there are recordings. One recording alone
    gives no interval. Raises ``ValueError`` on bad shapes.
    """
    values, cluster = clustered(hits, sources)
    if not np.isin(values, (0.0, 1.0)).all():
        raise ValueError("hits must be true or false")
    share, n, clusters = float(values.mean()), len(values), int(cluster.max()) + 1
    if clusters < 2:
        return undefined_estimate("all clips come from one recording", value=share)
    stratum = _stratum(strata, cluster)
    error, freedom = _error_and_freedom(values, cluster, stratum)
    error_without, _ = _error_and_freedom(values, cluster, np.zeros_like(stratum))
    # Only strata may make clips surer than independent ones: the least design effect is 1 by what they gain.
    gain = min((error / error_without) ** 2, 1.0) if error_without else 1.0
    if error:
        design_effect = max(error**2 * (n - 1) / (share * (1 - share)), gain)
        size = n / design_effect * (t_quantile(n - 1) / t_quantile(freedom)) ** 2
        variance = share * (1 - share) / size
    else:
        size, variance = float(clusters), gain * share * (1 - share) / clusters
    low, high = _wilson(share, variance, n=min(size, n), z=NormalDist().inv_cdf(UPPER_TAIL))
    method = f"Wilson, {_clustering(cluster, stratum)}, {LEVEL:.0%}"
    return Estimate(value=share, low=low, high=high, standard_error=error, method=method)


def mean_estimate(values: Values, *, sources: Sources, strata: Strata | None = None) -> Estimate:
    """Return the mean of ``values`` (n,) with a cluster-robust t interval.

    ``strata`` (n,) are the classes of the clips where the protocol fixes them. One recording alone gives no interval.
    Raises ``ValueError`` on bad shapes and on values that are not finite.
    """
    checked, cluster = clustered(values, sources)
    mean, clusters = float(checked.mean()), int(cluster.max()) + 1
    if clusters < 2:
        return undefined_estimate("all clips come from one recording", value=mean)
    stratum = _stratum(strata, cluster)
    error, freedom = _error_and_freedom(checked, cluster, stratum)
    return t_estimate(mean, standard_error=error, freedom=freedom, method=f"t, {_clustering(cluster, stratum)}")


def clustered_standard_error(values: Values, *, sources: Sources, strata: Strata | None = None) -> float:
    """Return the standard error of the mean of ``values`` (n,), robust to likeness within a recording.

    With t_i the sum over recording i of what its values exceed the mean by, and c_h recordings in stratum h::

        s² = Σ_h c_h / (c_h - 1) Σ_{i in h} (t_i - mean of t in h)² / n²

    Without ``strata`` (n,) there is one, in which the mean of t is zero: Liang & Zeger, Biometrika 73, 1986, with the
    usual correction for few clusters. With them, how much they differ is left out, and what their sizes would vary by
    is not (Cochran, Sampling Techniques, 1977, §6.11, the combined ratio estimate). Strata of one recording count
    as one stratum (§5A.12). What a recording has in several strata adds up before it is squared. NaN where all clips
    come from one recording; 0 where what varies is rounding.
    """
    checked, cluster = clustered(values, sources)
    return _error_and_freedom(checked, cluster, _stratum(strata, cluster))[0]


def _stratum(strata: Strata | None, cluster: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the number of each clip's stratum (n,): 0 where none are told. Strata of one recording have one number."""
    if strata is None:
        return np.zeros_like(cluster)
    if strata.shape != cluster.shape:
        raise ValueError(f"strata must have shape {cluster.shape} as the values do, not {strata.shape}")
    told = np.unique(strata, return_inverse=True)[1]
    _, _, stratum_of_part = _parts(cluster, told)
    alone = np.bincount(stratum_of_part) == 1
    return np.unique(np.where(alone[told], -1, told), return_inverse=True)[1]


def _parts(
    cluster: npt.NDArray[np.intp], stratum: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the part of each clip (n,), and the recording and the stratum of each part.

    A part is what a recording has in a stratum: all of it, unless its clips are of several.
    """
    strata = int(stratum.max()) + 1
    kept, part = np.unique(cluster * strata + stratum, return_inverse=True)
    return part, *np.divmod(kept, strata)


def _error_and_freedom(
    values: npt.NDArray[np.float64], cluster: npt.NDArray[np.intp], stratum: npt.NDArray[np.intp]
) -> tuple[float, int]:
    """Return :func:`clustered_standard_error`, and its degrees of freedom: parts less strata, below recordings."""
    clusters = int(cluster.max()) + 1
    if clusters < 2:
        return math.nan, 0
    part, recording, of = _parts(cluster, stratum)
    totals, parts = np.bincount(part, weights=values - values.mean()), np.bincount(of)
    centre = np.where(parts > 1, np.bincount(of, weights=totals) / parts, 0.0)
    deviations = (totals - centre[of]) * np.sqrt(parts / np.maximum(parts - 1, 1))[of]
    by_recording = np.bincount(recording, weights=deviations)
    error = math.sqrt(float(by_recording @ by_recording)) / len(values)
    rounding = ROUNDING * float(np.abs(values).max())
    return error if error > rounding else 0.0, min(clusters - 1, len(of) - len(parts))


def _clustering(cluster: npt.NDArray[np.intp], stratum: npt.NDArray[np.intp]) -> str:
    method = f"clustered by recording ({cluster.max() + 1})"
    return f"{method} {WITHIN} ({stratum.max() + 1})" if stratum.any() else method


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
        share, size, variance = float(round(share)), float(clusters), 0.0
    elif error > ROUNDING:
        size, variance = share * (1 - share) / error**2, error**2
    else:
        return undefined_estimate("no variation between recordings", value=value)
    low, high = (least + (most - least) * end for end in _wilson(share, variance, n=size, z=t_quantile(freedom)))
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


def _wilson(share: float, variance: float, *, n: float, z: float) -> tuple[float, float]:
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * math.sqrt(variance + z**2 / (4 * n**2))
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
