"""Whether scorers agree about models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evalsuite.stats.intervals import Values


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
