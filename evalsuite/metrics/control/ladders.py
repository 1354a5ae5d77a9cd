"""Rows to ladders: a subject's responses in the order of its doses, and numbers that some rows do not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.stats.intervals import undefined_estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.measurement import Estimate
    from evalsuite.metrics.base import Evidence, FloatArray, IntArray, Steps
    from evalsuite.metrics.rows import Rows
    from evalsuite.stats.intervals import Sources


@dataclass(frozen=True, kw_only=True)
class Ladders:
    """What each subject answered at each dose. Where it has no step, or the step no value, that is NaN."""

    doses: Rows
    """The measured doses, (subjects, doses asked), in the order of the doses asked."""
    responses: Rows
    """The responses, (subjects, doses asked): where there are several takes, their mean."""
    first: IntArray
    """The first row of each subject, (subjects,)."""


def ladders(values: FloatArray, *, steps: Steps) -> Ladders:
    """Return the ``values`` (n,) of the rows by subject and dose asked; NaN among them counts for nothing."""
    _, first, subject = np.unique(steps.subjects, return_index=True, return_inverse=True)
    _, dose = np.unique(steps.asked, return_inverse=True)
    shape = len(first), int(dose.max(initial=-1)) + 1
    cell = subject * shape[1] + dose
    return Ladders(
        doses=_cell_means(steps.doses, cell, shape=shape), responses=_cell_means(values, cell, shape=shape), first=first
    )


def steps_of(evidence: Evidence) -> Steps:
    """Return which step each row is. Raises ``ValueError`` where nothing was swept."""
    if evidence.steps is None:
        raise ValueError("the evidence has no steps: nothing was swept")
    return evidence.steps


def over_valued(values: FloatArray, sources: Sources, *, by: Callable[..., Estimate], each: str) -> Estimate:
    """Return the estimate of ``values`` (n,) ``by`` one of :mod:`evalsuite.stats`, NaN left out.

    The method then says how many of them count; ``each`` names one («picture»).
    """
    valued = np.isfinite(values)
    if not valued.any():
        return undefined_estimate(f"no {each} has a value")
    estimate = by(values[valued], sources=sources[valued])
    if valued.all():
        return estimate
    return estimate.model_copy(update={"method": f"{estimate.method}, {valued.sum()} of {len(values)} {each}s"})


def _cell_means(values: FloatArray, cell: IntArray, *, shape: tuple[int, int]) -> Rows:
    """Return the mean in each cell of a table of what is not NaN; NaN where nothing is."""
    valued, cells = np.isfinite(values), shape[0] * shape[1]
    sums = np.bincount(cell[valued], weights=values[valued], minlength=cells)
    counts = np.bincount(cell[valued], minlength=cells)
    means = np.divide(sums, counts, out=np.full(cells, np.nan), where=counts > 0)
    return np.asarray(means.reshape(shape))
