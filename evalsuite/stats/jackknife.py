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

QUARTERS = 4
DEALS = 8
"""How often the blocks are dealt anew into quarters: those of one deal alone tell their spread too roughly."""

Blocks = npt.NDArray[np.intp]
LeftOut = npt.NDArray[np.bool_]
"""Which of k blocks are left out, (times, k)."""


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


def one_by_one(k: int) -> LeftOut:
    """Leave each of ``k`` blocks out in turn, and at last none: (k + 1, k)."""
    return np.eye(k + 1, k, dtype=np.bool_)


def leave_out(statistic: Callable[[npt.NDArray[np.bool_]], float], *, block: Blocks) -> npt.NDArray[np.float64]:
    """Return ``statistic(keep)`` for each block left out in turn, (k,); ``keep`` (n,) is true on the other clips."""
    return np.array([statistic(block != left_out) for left_out in range(int(block.max()) + 1)])


def quarters(k: int) -> LeftOut:
    """Deal ``k`` blocks into quarters, each of which is left out once, eight times over: (32, k).

    Of fewer than four blocks each is a part by itself.
    """
    parts, draw = np.arange(min(QUARTERS, k)), np.random.default_rng(0)
    return np.concatenate([np.equal.outer(parts, draw.permutation(np.resize(parts, k))) for _ in range(DEALS)])


def quarters_standard_error(value: float, replicates: Values, *, block: Blocks) -> float:
    """Return the standard error of a statistic from its values without each of :func:`quarters`, (32,).

    For statistics that jump where one value is left out, as the distance to a neighbour does: leaving out few at a time
    overstates how those vary, leaving out many does not (Shao & Wu, Annals of Statistics 17, 1989).
    """
    share = np.bincount(block) / len(block)
    shares = (quarters(len(share)) @ share).reshape(DEALS, -1)
    errors = [_standard_error(value, *deal) for deal in zip(replicates.reshape(DEALS, -1), shares, strict=True)]
    return math.sqrt(np.mean(np.square(errors)))


def jackknife_estimate(  # noqa: PLR0913 - the last four have defaults that most metrics keep
    value: float,
    *,
    without: Callable[[Blocks], Values],
    sources: Sources,
    least: int = 1,
    bounds: tuple[float, float] = (-math.inf, math.inf),
    standard_error: float | None = None,
    note: str = "",
) -> Estimate:
    """Return ``value`` with an interval of k - 1 degrees of freedom, k blocks of ``sources`` (n,) left out in turn.

    ``without(block)`` returns the statistic for each block left out, (k,), from the block numbers (n,); it needs at
    least ``least`` clips to be left. The value itself is not corrected for bias. The interval is Wilson's where the
    metric has two ``bounds``, else plus and minus t. Its ``standard_error`` may be one that was found otherwise, as by
    :func:`quarters_standard_error`. ``note`` joins the description of the method. The estimate keeps the replicates, so
    that two models can be compared block by block. Where there is one recording, or too few clips are left, there is
    no interval.
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
    if standard_error is None:
        standard_error = _standard_error(value, replicates, sizes / len(block))
    estimate = interval(
        value,
        standard_error=standard_error,
        freedom=len(sizes) - 1,
        method=f"{len(sizes)}-block jackknife, clustered by recording{note}",
        bounds=bounds,
    )
    return estimate.model_copy(update={"replicates": tuple(map(float, replicates))})


def _standard_error(value: float, replicates: Values, share: Values) -> float:
    """Return the jackknife standard error for blocks that hold a ``share`` (k,) of the clips each.

    Busing, Meijer & van der Leeden, Statistics and Computing 9, 1999; for equal blocks this is the textbook root of
    (k-1)/k * sum of squared deviations.
    """
    pseudo = (value - (1 - share) * replicates) / share
    return math.sqrt(np.mean((pseudo - share @ pseudo) ** 2 * share / (1 - share)))
