"""Whether scorers agree about models: how alike they rank them, and how surely one model is the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalsuite.stats.intervals import clustered

if TYPE_CHECKING:
    import numpy.typing as npt

    from evalsuite.stats.intervals import Sources, Values

RESAMPLES = 2_000
"""How often the recordings are drawn anew: a share of 0.5 is then known to ± 0.02."""
AT_ONCE = 100
"""How many resamples are held in memory."""


def kendall_tau(a: Values, b: Values) -> float:
    """Return Kendall's tau-b of the scores ``a`` and ``b`` (models,) by two scorers, in [-1, 1].

    1 where both rank all models alike, -1 where one ranks them the other way round; pairs that tie for one of the
    scorers count for neither order (Kendall, Biometrika 33, 1945). NaN where a scorer gives all models one score.
    Raises ``ValueError`` on other shapes, fewer than two models, and values that are not finite.
    """
    from scipy.stats import kendalltau

    if a.ndim != 1 or a.shape != b.shape or len(a) < 2:
        raise ValueError(f"two scorers need scores of the same two models or more, not {a.shape} and {b.shape}")
    if not np.isfinite([a, b]).all():
        raise ValueError("a score is not finite")
    return float(kendalltau(a, b, variant="b").statistic)


def winner_stability(scores: Values, *, sources: Sources, seed: int = 0) -> float:
    """Return the share of resamples of recordings, in [0, 1], in which the model with the highest mean stays the best.

    ``scores`` (models, n) are values per clip, higher for better, of clips cut from the recordings ``sources`` (n,).
    The bootstrap is valid here, as a winner by means is told by sums over recordings; it is not where a score is a
    distance between sets. Models that tie for the first place share it. Raises ``ValueError`` on bad shapes and on
    values that are not finite.
    """
    if scores.ndim != 2:
        raise ValueError(f"scores must have shape (models, n), not {scores.shape}")
    rows = [clustered(row, sources) for row in scores]
    totals = np.array([np.bincount(recording, weights=row) for row, recording in rows])
    seen = totals.sum(axis=1)
    leaders = seen == seen.max()
    draw, recordings = np.random.default_rng(seed), totals.shape[1]
    agreement = 0.0
    for _ in range(RESAMPLES // AT_ONCE):
        # How often each recording is drawn. All models share the clips, so that sums rank as means do.
        times = draw.multinomial(recordings, np.full(recordings, 1 / recordings), size=AT_ONCE)
        agreement += float(_first_places(totals @ times.T)[leaders].sum())
    return agreement / RESAMPLES


def _first_places(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the part of the first place that each model holds in each column of ``sums`` (models, resamples)."""
    first = sums == sums.max(axis=0)
    share: npt.NDArray[np.float64] = first / first.sum(axis=0)
    return share
