"""Trends: does a response follow a dose, for each subject and for the typical one?

``doses`` and ``responses`` are (subjects, steps), a row per subject. A step that lacks either is NaN and counts for
nothing, so that a subject with fewer steps has its row filled up. All three coefficients rest on pairs of steps: which
way, and by how much, the response differs where the dose does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.measurement import Estimate
from evalsuite.stats.intervals import LEVEL, ROUNDING, UPPER_TAIL, clustered, undefined_estimate

if TYPE_CHECKING:
    from evalsuite.stats.intervals import Sources, Values

Table = npt.NDArray[np.float64]

DRAWS = 2_000
"""How many samples of recordings the bootstrap draws: fifty lie beyond each end of the interval."""
TILE = 2**17
"""How many drawn values are held at once: so few fit into a processor's cache."""


def theil_sen(doses: Values, responses: Values) -> Table:
    """Return each subject's median slope over all pairs of steps of different doses, (subjects,), response per dose.

    One step gone astray does not move it (Theil, Indagationes Mathematicae 12, 1950; Sen, JASA 63, 1968). NaN where a
    subject has fewer than two different doses. Raises ``ValueError`` where the shapes differ.
    """
    doses, responses = _valued(doses, responses)
    run, rise = _differences(doses), _differences(responses)
    slopes = np.divide(rise, run, out=np.full_like(run, np.nan), where=_orders(doses) != 0)
    return _row_medians(slopes.reshape(len(slopes), -1))


def spearman(doses: Values, responses: Values) -> Table:
    """Return each subject's rank correlation, (subjects,) in [-1, 1]; steps that tie share the mean of their ranks.

    A response that never changes shows no order. The formula has no value for it; by our definition it is 0, for that a
    model is deaf to the dose is a finding (Spearman, American Journal of Psychology 15, 1904). NaN where a subject has
    fewer than two different doses. Raises ``ValueError`` where the shapes differ.
    """
    # Less its mean, a rank is half the sum of the signs of a step's differences from the others.
    a, b = (_orders(rows).sum(axis=2) for rows in _valued(doses, responses))
    lengths = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    unordered = np.where(a.any(axis=1), 0.0, np.nan)
    return np.asarray(np.divide((a * b).sum(axis=1), lengths, out=unordered, where=lengths > 0))


def is_monotone(doses: Values, responses: Values, *, rising: bool) -> npt.NDArray[np.bool_]:
    """Return for each subject whether its response goes one way only, bool (subjects,).

    Between no two doses does it go against the direction, beyond rounding, and between some it goes along. Steps of one
    dose may differ. Raises ``ValueError`` where the shapes differ.
    """
    a, b = (_orders(rows) for rows in _valued(doses, responses))
    along = a * b if rising else -a * b
    return np.asarray((along >= 0).all(axis=(1, 2)) & (along > 0).any(axis=(1, 2)))


def distinct_doses(doses: Values, responses: Values) -> npt.NDArray[np.intp]:
    """Return how many different doses each subject has a response to, (subjects,). Raises as the others do."""
    doses, _ = _valued(doses, responses)
    rises = np.diff(np.sort(doses, axis=1), axis=1) > _rounding(doses)
    return np.asarray(rises.sum(axis=1) + np.isfinite(doses).any(axis=1))


def isotonic(values: Values, *, weights: Values, rising: bool | None) -> Table:
    """Return the monotone curve nearest to ``values`` (n,), by squared distance with ``weights`` (n,) above 0.

    ``rising=None`` takes the direction that fits better, rising where both fit alike (pool adjacent violators: Barlow
    et al., Statistical Inference under Order Restrictions, 1972).
    """
    from scipy.optimize import isotonic_regression

    directions = (True, False) if rising is None else (rising,)
    curves = [isotonic_regression(values, weights=weights, increasing=up).x for up in directions]
    return np.asarray(min(curves, key=lambda curve: float(weights @ (values - curve) ** 2)))


def median_estimate(values: Values, *, sources: Sources, seed: int = 0) -> Estimate:
    """Return the median of ``values`` (n,) with a percentile interval of the bootstrap over recordings.

    Whole recordings are drawn with replacement, :data:`DRAWS` times. For the median the bootstrap is valid where the
    jackknife is not (Efron, Annals of Statistics 7, 1979); for the Fréchet distance it is the other way round. One
    recording alone, or values that are all the same, give no interval. Raises ``ValueError`` on bad shapes and on
    values that are not finite.
    """
    checked, recording = clustered(values, sources)
    median, recordings = float(np.median(checked)), int(recording.max()) + 1
    if recordings < 2:
        return undefined_estimate("all clips come from one recording", value=median)
    if np.ptp(checked) <= ROUNDING * abs(median):
        return undefined_estimate("no variation between recordings", value=median)
    medians = _resampled_medians(checked, recording, seed=seed)
    low, high = np.quantile(medians, (1 - UPPER_TAIL, UPPER_TAIL))
    return Estimate(
        value=median,
        low=min(float(low), median),
        high=max(float(high), median),
        standard_error=float(medians.std(ddof=1)),
        method=f"median, bootstrap over recordings ({recordings}), percentile, {LEVEL:.0%}",
    )


def _valued(doses: Values, responses: Values) -> tuple[Table, Table]:
    """Return both in float64, NaN where either is."""
    if doses.ndim != 2 or doses.shape != responses.shape:
        raise ValueError(f"doses and responses must both be (subjects, steps): {doses.shape}, {responses.shape}")
    lacking = ~(np.isfinite(doses) & np.isfinite(responses))
    return np.where(lacking, np.nan, doses), np.where(lacking, np.nan, responses)


def _differences(rows: Table) -> Table:
    """Return how far each step lies above each other one, (subjects, steps, steps)."""
    return rows[:, :, None] - rows[:, None, :]


def _orders(rows: Table) -> Table:
    """Return the signs of :func:`_differences`; 0 for a tie, to rounding, and where a step has no value."""
    apart = _differences(rows)
    differ = np.abs(apart) > _rounding(rows)[:, :, None]
    return np.asarray(np.sign(apart, out=np.zeros_like(apart), where=differ))


def _rounding(rows: Table) -> Table:
    """Return what counts as no difference in each row, (subjects, 1)."""
    return np.asarray(ROUNDING * np.abs(rows).max(axis=1, keepdims=True, where=np.isfinite(rows), initial=0.0))


def _row_medians(rows: Table) -> Table:
    """Return the median of what is not NaN in each row; NaN where nothing is."""
    order, counts = np.sort(rows, axis=1), np.isfinite(rows).sum(axis=1)  # NaN comes last
    middle = np.stack([(counts - 1) // 2, counts // 2], axis=1)
    return np.asarray(np.take_along_axis(order, middle, axis=1).mean(axis=1))


def _resampled_medians(values: Table, recording: npt.NDArray[np.intp], *, seed: int) -> Table:
    """Return the median of each of :data:`DRAWS` samples of recordings, values counted as often as theirs is drawn."""
    draw, order, recordings = np.random.default_rng(seed), values.argsort(), int(recording.max()) + 1
    medians, at_once = np.empty(DRAWS), max(TILE // len(values), 1)
    for start in range(0, DRAWS, at_once):
        here = medians[start : start + at_once]
        cells = np.arange(len(here))[:, None] * recordings + draw.integers(recordings, size=(len(here), recordings))
        times = np.bincount(cells.ravel(), minlength=cells.size).reshape(cells.shape)
        so_far = times[:, recording[order]].cumsum(axis=1)
        half = so_far[:, -1:] / 2
        middle = np.stack([(so_far >= half).argmax(axis=1), (so_far > half).argmax(axis=1)])
        here[:] = values[order][middle].mean(axis=0)
    return medians
