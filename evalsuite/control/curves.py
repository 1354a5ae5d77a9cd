"""Curves: the mean response at every dose, and whether there is any change at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.control.responses import RISING, response_of
from evalsuite.control_record import Curve, CurvePoint, Equivalence
from evalsuite.metrics.control.ladders import ladders
from evalsuite.stats.equivalence import EquivalenceTest, equivalence
from evalsuite.stats.intervals import undefined_estimate
from evalsuite.stats.trend import isotonic

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from evalsuite.control.sweep import ResponseSpec, Sweep
    from evalsuite.metrics.base import FloatArray, Steps
    from evalsuite.stats.intervals import Sources

    Floats = npt.NDArray[np.float64]


def curves_of(
    model: str, sweep: Sweep, *, values: Mapping[str, FloatArray], steps: Steps, sources: Sources
) -> tuple[Curve, ...]:
    """Return one curve for every response of the ``sweep`` that ``model`` has ``values`` (n,) of, by its name.

    Rows that are NaN have no value. Of a sweep that joins sounds, rows of one sound alone are on no curve: to them
    nothing was done. ``sources`` (n,) names the recording of each row.
    """
    on_curve = np.ones(len(sources), dtype=np.bool_) if sweep.pairs is None else steps.second >= 0
    joined, recordings = steps.subset(on_curve), sources[on_curve]
    return tuple(
        Curve(
            model=model,
            response=spec.name,
            points=_points(values[spec.name][on_curve], spec, steps=joined, sources=recordings),
            equivalence=_equivalence(values[spec.name][on_curve], spec, steps=joined, sources=recordings),
        )
        for spec in sweep.responses
        if spec.name in values
    )


def _points(values: FloatArray, spec: ResponseSpec, *, steps: Steps, sources: Sources) -> tuple[CurvePoint, ...]:
    """Return the mean response at each dose asked for, at the mean of what was measured there."""
    response, doses = response_of(spec), np.unique(steps.asked)
    at = [steps.asked == dose for dose in doses]
    measured = np.array([_mean(steps.doses[rows]) for rows in at])
    estimates = [response.estimate(values[rows], sources=sources[rows]) for rows in at]
    curve = _monotone(
        np.array([estimate.value for estimate in estimates]),
        measured,
        counts=np.array([float(np.isfinite(values[rows]).sum()) for rows in at]),
        rising=RISING[spec.expects],
    )
    found = zip(doses, measured, estimates, curve, strict=True)
    return tuple(
        CurvePoint(dose=float(dose), measured=float(where), estimate=estimate, isotonic=float(height))
        for dose, where, estimate, height in found
    )


def _monotone(means: Floats, measured: Floats, *, counts: Floats, rising: bool | None) -> Floats:
    """Return the monotone curve over the measured doses that is nearest to ``means``; NaN where there is none."""
    order = measured.argsort(kind="stable")
    order = order[counts[order] > 0]
    curve = np.full(len(means), np.nan)
    curve[order] = isotonic(means[order], weights=counts[order], rising=rising)
    return curve


def _equivalence(values: FloatArray, spec: ResponseSpec, *, steps: Steps, sources: Sources) -> Equivalence | None:
    """Test the change of each subject from the lowest dose to every other one against the margin.

    Nothing has changed only where all these tests say so, each at its full size (Berger, Technometrics 24, 1982), so
    that the one whose interval reaches farthest decides. A slope would not do: it is blind to what rises and falls
    again, and the median slope of hits and misses is 0 unless half of the steps differ.
    """
    if spec.margin is None:
        return None
    rows = ladders(values, steps=steps)
    recordings, changes = sources[rows.first], rows.responses[:, 1:] - rows.responses[:, :1]
    tests = [
        equivalence(change[known], sources=recordings[known], margin=spec.margin)
        for change in changes.T
        if (known := np.isfinite(change)).any()
    ]
    if not tests:
        nothing = undefined_estimate("no subject has a response to the lowest dose and another")
        return Equivalence(margin=spec.margin, change=nothing, p_value=1.0, equivalent=False)
    return Equivalence(**vars(max(tests, key=_reach)))


def _reach(test: EquivalenceTest) -> tuple[bool, float]:
    """Return whether a test leaves an effect open, and how far from none its interval reaches."""
    ends = [test.change.value, test.change.low, test.change.high]
    return not test.equivalent, float(np.nanmax(np.abs(ends)))


def _mean(doses: Floats) -> float:
    """Return the mean of the doses that were measured; NaN where none was."""
    known = doses[np.isfinite(doses)]
    return float(known.mean()) if known.size else math.nan
