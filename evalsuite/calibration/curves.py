"""Curves: from a metric's values under growing damage to how it takes the damage."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.calibration.sweep import UNDAMAGED
from evalsuite.calibration_record import Curve, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.calibration.defects import Defect
    from evalsuite.calibration.sweep import Sweep
    from evalsuite.calibration_record import Reading
    from evalsuite.measurement import Estimate

DIGITS = 9
"""Beyond these a change is rounding."""


def curve(metric: str, defect: Defect, found: Sweep) -> Curve:
    """Return how ``metric`` takes the ``defect``."""
    damages = [UNDAMAGED, *((defect.name, strength) for strength in defect.strengths)]
    measurements = [found.measured[damage][metric] for damage in damages]
    estimates = [measurement.estimate for measurement in measurements]
    sign, unit = -1 if measurements[0].higher_is_better else 1, _widest(metric, found)
    harms = [harm_between(estimates[0], estimate, sign=sign, unit=unit) for estimate in estimates]
    steps = [harm_between(*pair, sign=sign, unit=unit) for pair in pairwise(estimates)]
    points = tuple(
        Point(
            strength=strength,
            value=_known(estimate.value),
            low=_known(estimate.low),
            high=_known(estimate.high),
            harm=harm,
        )
        for (_, strength), estimate, harm in zip(damages, estimates, harms, strict=True)
    )
    return Curve(
        metric=metric,
        defect=defect.name,
        points=points,
        rho=spearman([point.strength for point in points], [sign * estimate.value for estimate in estimates]),
        seen_from=_seen_from(points),
        reading=reading(harms, steps),
    )


def harm_between(before: Estimate, after: Estimate, *, sign: int, unit: float) -> float | None:
    """Return the change for the worse in half widths of the wider interval, or in ``unit`` where neither has one.

    ``sign`` is 1 where a greater value is worse, else -1. ``None`` where a value or every interval is not defined.
    """
    half_widths = [half for half in (_half_width(before), _half_width(after)) if half > 0]
    change, half = sign * (after.value - before.value), max(half_widths, default=unit)
    if change == 0:
        return 0.0
    return round(change / half, DIGITS) if half > 0 and math.isfinite(change) else None


def reading(harms: Sequence[float | None], steps: Sequence[float | None]) -> Reading:
    """Return what the ``harms`` of rising damage show, and the ``steps`` from each strength to the next.

    The rules stand at :attr:`Curve.reading`.
    """
    known, stepwise = [h for h in harms if h is not None], [s for s in steps if s is not None]
    if len(known) < len(harms) or len(stepwise) < len(steps):
        return "undefined"
    if min(known) < -1:
        return "wrong way"
    if max(known) <= 1:
        return "blind"
    return "monotone" if known[-1] > 1 and min(stepwise) >= -1 else "uneven"


def spearman(strengths: Sequence[float], values: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation of the two, in [-1, 1].

    Values that differ by rounding are tied. ``None`` where one is not finite, or all are the same.
    """
    from scipy.stats import spearmanr

    largest = float(np.abs(values).max())
    if not 0 < largest < math.inf:
        return None
    rounded = np.round(np.asarray(values) / largest, DIGITS)
    return float(spearmanr(strengths, rounded).statistic) if len(set(rounded)) > 1 else None


def _widest(metric: str, found: Sweep) -> float:
    """Return the metric's widest half width in the whole sweep, 0 where none is known.

    A value that no recording changes has no interval of its own, such as the accuracy of perfect pictures.
    """
    half_widths = [_half_width(measured[metric].estimate) for measured in found.measured.values()]
    return max((half for half in half_widths if half > 0), default=0.0)


def _seen_from(points: Sequence[Point]) -> float | None:
    """Return the least strength from which on every change for the worse is beyond the interval."""
    seen: float | None = None
    for point in reversed(points):
        if point.harm is None or point.harm <= 1:
            break
        seen = point.strength
    return seen


def _half_width(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
