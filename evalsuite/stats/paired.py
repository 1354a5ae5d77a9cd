"""Differences between two models that were scored on the same clips.

Both met the same easy and the same hard clips, so that their difference is surer than either score: it is taken clip by
clip or, where a metric has no value for a clip, block by block; and as everywhere in the suite the recordings, not the
clips, are the sample.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.stats.intervals import ROUNDING, clustered, mean_estimate
from evalsuite.stats.jackknife import jackknife_estimate

if TYPE_CHECKING:
    from evalsuite.measurement import Estimate
    from evalsuite.stats.intervals import Sources, Values

DRAWS = 99_999
"""How many sign patterns are drawn where there are too many to try all: the smallest p-value is then 1/100,000."""
ENUMERATED = 12
"""Up to how many recordings every one of the 2^c sign patterns is tried."""
COUNTED = 10**8
"""Up to how many recordings, times the sum of all differences, patterns of whole numbers are counted: half a second."""


def paired_difference(a: Values, b: Values, *, sources: Sources) -> Estimate:
    """Return the mean of ``a - b`` (n,) with a t interval, clustered by recording.

    Row i of both belongs to one clip, cut from the recording ``sources[i]``. Classes count as drawn, as they do in
    :func:`permutation_p_value`. Models that never differ have the difference 0 and no interval. Raises ``ValueError``
    on bad shapes and on values that are not finite.
    """
    return mean_estimate(differences(a, b), sources=sources)


def block_difference(a: Estimate, b: Estimate, *, sources: Sources) -> Estimate:
    """Return the difference of two jackknifed values with the t interval of the paired block jackknife.

    Both leave out the same blocks of ``sources`` (n,), the recordings of the clips that both were scored on, so that
    what a block does to both cancels. Raises ``ValueError`` where an estimate does not hold one replicate per block.
    """
    replicates = differences(np.array(a.replicates), np.array(b.replicates))

    def without(block: npt.NDArray[np.intp]) -> Values:
        if len(replicates) != block.max() + 1:
            raise ValueError(f"{len(replicates)} replicates for {block.max() + 1} blocks of recordings")
        return replicates

    return jackknife_estimate(a.value - b.value, without=without, sources=sources, note=", paired")


def t_p_value(difference: Estimate) -> float:
    """Return the two-sided p-value of «there is no difference» for a result of :func:`block_difference`.

    It is below 0.05 exactly where the interval leaves zero out; 1 where nothing varies, as then nothing was shown.
    """
    from scipy.special import stdtr

    if not difference.standard_error > 0:
        return 1.0
    return float(2 * stdtr(len(difference.replicates) - 1, -abs(difference.value) / difference.standard_error))


def permutation_p_value(a: Values, b: Values, *, sources: Sources, seed: int = 0) -> float:
    """Return the two-sided p-value, in (0, 1], of «the two models do not differ», for ``a`` and ``b`` (n,).

    If they do not, either may have made either value, so that the sum ``T_c`` of ``a - b`` over a recording might as
    well have had the other sign (Fisher, The Design of Experiments, 1935, §21; whole recordings flip together, as their
    clips resemble each other). The p-value is the share of sign patterns with

        |± T_1 ± T_2 … ± T_k| ≥ |T_1 + T_2 … + T_k|

    With up to :data:`ENUMERATED` sums that are not zero all patterns are tried, and sums that are whole numbers, as
    those of hits and misses are, have all their patterns counted. Else :data:`DRAWS` are drawn from ``seed`` and
    p = (1 + hits) / (1 + draws), which errs on the safe side (Phipson & Smyth, Statistical Applications in Genetics and
    Molecular Biology 9, 2010). Raises ``ValueError`` on bad shapes and on values that are not finite.
    """
    checked, recording = clustered(differences(a, b), sources)
    sums = np.bincount(recording, weights=checked)
    # Flipped or not, a sum counts by its size; in order of size neither names nor the order of models matter.
    sizes = np.sort(np.abs(sums[sums != 0]))
    seen, reach = abs(float(sums.sum())), float(sizes.sum())
    if len(sizes) > ENUMERATED and len(sizes) * reach <= COUNTED and (sizes == sizes.round()).all():
        return _counted_share(sizes.astype(np.intp), least=round(seen))
    least = seen - ROUNDING * reach
    if len(sizes) <= ENUMERATED:
        return float(np.mean(np.abs(_signed_sums(sizes)) >= least))
    hits = np.count_nonzero(np.abs(_drawn_sums(sizes, seed=seed)) >= least)
    return (1 + hits) / (1 + DRAWS)


def holm(p_values: Values) -> npt.NDArray[np.float64]:
    """Return the adjusted ``p_values`` (m,) of a family of tests, in the order given.

    With the p-values in rising order, the i-th of m becomes the largest of min(1, (m - j + 1) p_j) over j ≤ i (Holm,
    Scandinavian Journal of Statistics 6, 1979). Calling every test below 0.05 a finding is then wrong about any of them
    in at most 5 % of families, however the tests depend on each other.
    """
    m, order = len(p_values), np.argsort(p_values)
    stepped = np.maximum.accumulate((m - np.arange(m)) * p_values[order])
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def differences(a: Values, b: Values) -> npt.NDArray[np.float64]:
    """Return ``a - b`` in float64. Raises ``ValueError`` where both are not of one shape (n,)."""
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"both models need values of one shape (n,), not {a.shape} and {b.shape}")
    return a.astype(np.float64) - b.astype(np.float64)


def _signed_sums(sizes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sum of ``sizes`` (c,) under every pattern of signs, (2^c,)."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums + size, sums - size])
    return sums


def _counted_share(sizes: npt.NDArray[np.intp], *, least: int) -> float:
    """Return the share of all patterns of signs under which whole ``sizes`` (c,) sum to ``least`` or more, or less.

    Sign by sign, half of the share of every sum moves up and half moves down. Nothing is lost by the roll: no partial
    sum goes beyond the last. Below the smallest number that a float can tell from zero, that number is returned.
    """
    reach = int(sizes.sum())
    share = np.zeros(2 * reach + 1)
    share[reach] = 1
    for size in sizes:
        share = (np.roll(share, size) + np.roll(share, -size)) / 2
    beyond = np.abs(np.arange(-reach, reach + 1)) >= least
    return min(max(float(share[beyond].sum()), math.ulp(0.0)), 1.0)


def _drawn_sums(sizes: npt.NDArray[np.float64], *, seed: int) -> npt.NDArray[np.float64]:
    """Return the sum of ``sizes`` (c,) under :data:`DRAWS` random patterns of signs.

    Twelve signs are drawn at once, as one of the 4,096 sums that they can give: ten times as fast as sign by sign.
    """
    draw, drawn = np.random.default_rng(seed), np.zeros(DRAWS)
    for start in range(0, len(sizes), ENUMERATED):
        sums = _signed_sums(sizes[start : start + ENUMERATED])
        drawn += sums[draw.integers(len(sums), size=DRAWS)]
    return drawn
