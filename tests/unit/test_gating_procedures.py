"""Would another method than Holm's find more? The figures of docs/benchmarks/gate.md, by normal scores.

One of five scores became worse, by as much as a gate of that score alone finds in 81.2 % of all cases.
"""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evalsuite.gating.decision import SIZE

SCORES, GATES = 5, 200_000
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks" / "gate.md"
NORMAL = NormalDist()
DROP = NORMAL.inv_cdf(1 - SIZE) + NORMAL.inv_cdf(0.812)
"""In standard errors."""
PUT_FIRST = "of the 5 % for a score that is put first: that score, any other"


def found(level: float) -> float:
    """How often a drop is found by a one-sided test at ``level``."""
    return 1 - NORMAL.cdf(NORMAL.inv_cdf(1 - level) - DROP)


def unchanged(*, correlated: float) -> npt.NDArray[Any]:
    """Five scores that did not change, in standard errors (gates, scores)."""
    draw = np.random.default_rng(1)
    shared = np.sqrt(correlated) * draw.normal(size=(GATES, 1))
    return shared + np.sqrt(1 - correlated) * draw.normal(size=(GATES, SCORES))


def hochberg() -> float:
    scores = unchanged(correlated=0)
    scores[:, 0] += DROP
    highest = -np.sort(-scores)  # the smallest p-value first
    limits = np.array([NORMAL.inv_cdf(1 - SIZE / (SCORES - place)) for place in range(SCORES)])
    beyond = highest >= limits
    last = np.where(beyond.any(axis=1), SCORES - 1 - beyond[:, ::-1].argmax(axis=1), 0)
    cut = np.where(beyond.any(axis=1), highest[np.arange(GATES), last], np.inf)
    return float(np.mean(scores[:, 0] >= cut))


def resampled(*, correlated: float) -> float:
    """Against the largest of five, by their joint distribution."""
    limit = float(np.quantile(unchanged(correlated=correlated).max(axis=1), 1 - SIZE))
    return 1 - NORMAL.cdf(limit - DROP)


def put_first(share: float) -> list[float]:
    """One score is tested at this share of the level, and the others share the rest: what is found of either."""
    return [found(share * SIZE), found((1 - share) * SIZE / (SCORES - 1))]


@pytest.mark.parametrize(
    ("method", "shares"),
    [
        ("Holm, as it is", [found(SIZE / SCORES)]),
        ("Hochberg", [hochberg()]),
        ("resampling all five together, differences correlated by 0.3", [resampled(correlated=0.3)]),
        (f"half {PUT_FIRST}", put_first(0.5)),
        (f"four fifths {PUT_FIRST}", put_first(0.8)),
    ],
)
def test_no_method_finds_much_more_of_one_score_in_five(method: str, shares: list[float]) -> None:
    told = ", ".join(f"{100 * share:.0f} %" for share in shares)
    assert f"| {method} | {told} |" in PAGE.read_text()


def test_where_all_became_worse_one_is_found() -> None:
    limit = NORMAL.inv_cdf(1 - SIZE / SCORES)
    shares = [np.mean((DROP + unchanged(correlated=correlated)).max(axis=1) > limit) for correlated in (0.6, 0.0)]
    assert "in {:.0f} to {:.0f} % of all gates".format(*(100 * share for share in shares)) in PAGE.read_text()
