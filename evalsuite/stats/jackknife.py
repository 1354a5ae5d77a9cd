"""The delete-a-group jackknife: standard errors of statistics that are no plain mean.

The bootstrap is not valid for the Fréchet distance: a resample repeats rows, which shrinks its covariance and moves its
distance far from the point estimate. Leaving rows out does not.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.hashing import sha256_bytes
from evalsuite.stats.intervals import bounded_estimate, t_estimate, undefined_estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.measurement import Estimate
    from evalsuite.stats.intervals import Sources, Values

BLOCKS = 20
"""How many blocks are left out in turn: enough for a stable standard error, few enough for a slow statistic."""

Blocks = npt.NDArray[np.intp]


def blocks(sources: Sources, *, k: int = BLOCKS) -> Blocks:
    """Deal the clips of ``sources`` (n,) into at most ``k`` blocks of whole recordings; return block numbers (n,).

    Large recordings are dealt first, each to the smallest block, so that blocks are nearly equal; recordings of one
    size come in the order of their hashes, so that the blocks depend on nothing but the recordings' names.
    """
    names, cluster, sizes = np.unique(sources, return_inverse=True, return_counts=True)
    order = sorted(range(len(names)), key=lambda i: (-sizes[i], sha256_bytes(str(names[i]).encode())))
    filled = np.zeros(min(k, len(names)), dtype=np.intp)
    block = np.empty(len(names), dtype=np.intp)
    for recording in order:
        block[recording] = filled.argmin()
        filled[block[recording]] += sizes[recording]
    return block[cluster]


def leave_out(statistic: Callable[[npt.NDArray[np.bool_]], float], *, block: Blocks) -> npt.NDArray[np.float64]:
    """Return ``statistic(keep)`` for each block left out in turn, (k,); ``keep`` (n,) is true on the other clips."""
    return np.array([statistic(block != left_out) for left_out in range(int(block.max()) + 1)])


def jackknife_estimate(
    value: float,
    *,
    without: Callable[[Blocks], Values],
    sources: Sources,
    least: int = 1,
    bounds: tuple[float, float] = (-math.inf, math.inf),
    note: str = "",
) -> Estimate:
    """Return ``value`` with an interval of k - 1 degrees of freedom, k blocks of ``sources`` (n,) left out in turn.

    ``without(block)`` returns the statistic for each block left out, (k,), from the block numbers (n,); it needs at
    least ``least`` clips to be left. The value itself is not corrected for bias. The interval is Wilson's where the
    metric has two ``bounds``, else plus and minus t. ``note`` joins the description of the method. The estimate keeps
    the replicates, so that two models can be compared block by block. Where there is one recording, or too few clips
    are left, there is no interval.
    """
    block = blocks(sources)
    sizes = np.bincount(block)
    if len(sizes) < 2:
        return undefined_estimate("all clips come from one recording", value=value)
    if len(block) - sizes.max() < least:
        return undefined_estimate("too few clips to leave any out", value=value)
    replicates = without(block)
    between_bounds = partial(bounded_estimate, clusters=len(np.unique(sources)))
    interval = between_bounds if all(map(math.isfinite, bounds)) else t_estimate
    estimate = interval(
        value,
        standard_error=_standard_error(value, replicates, share=sizes / len(block)),
        freedom=len(sizes) - 1,
        method=f"{len(sizes)}-block jackknife, clustered by recording{note}",
        bounds=bounds,
    )
    return estimate.model_copy(update={"replicates": tuple(map(float, replicates))})


def _standard_error(value: float, replicates: Values, *, share: Values) -> float:
    """Return the jackknife standard error for blocks that hold a ``share`` (k,) of the clips each.

    Busing, Meijer & van der Leeden, Statistics and Computing 9, 1999; for equal blocks this is the textbook root of
    (k-1)/k * sum of squared deviations.
    """
    pseudo = (value - (1 - share) * replicates) / share
    return math.sqrt(np.mean((pseudo - share @ pseudo) ** 2 * share / (1 - share)))
