"""Does the median's interval hold the truth, and does the equivalence test keep to its size and find what is there?

The slow studies are long enough to see a point or two; the quick ones see that nothing is broken.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.stats import equivalence, median_estimate

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.float64]

MARGIN = 0.5
RECORDINGS, CLIPS = 40, 3
"""Of each sample; a third of the variance lies between recordings."""
MANY = pytest.param(2000, 0.015, marks=pytest.mark.slow, id="slow")
FEW = pytest.param(150, 0.06, id="quick")
"""Samples, and how far the share of them may stray: three standard errors."""


def subjects(draw: np.random.Generator, *, mean: float = 0.0) -> tuple[Rows, npt.NDArray[np.intp]]:
    """Normal values (120,) of variance 1 around ``mean``, and their recordings."""
    sources = np.repeat(np.arange(RECORDINGS), CLIPS)
    between, within = draw.normal(size=RECORDINGS), draw.normal(size=len(sources))
    return mean + np.sqrt(1 / 3) * between[sources] + np.sqrt(2 / 3) * within, sources


@pytest.mark.parametrize(("samples", "stray"), [FEW, MANY])
@pytest.mark.parametrize("shape", ["normal", "skewed", "tied"])
def test_the_median_lies_in_its_interval(shape: str, samples: int, stray: float) -> None:
    def held(seed: int) -> bool:
        values, sources = subjects(np.random.default_rng(seed))
        values = {"normal": values, "skewed": np.exp(values), "tied": np.round(2 * values)}[shape]
        estimate = median_estimate(values, sources=sources, seed=seed)
        return estimate.low <= (1.0 if shape == "skewed" else 0.0) <= estimate.high

    share = np.mean([held(seed) for seed in range(samples)])
    assert share >= 0.95 - stray
    assert share <= 0.95 + stray or shape == "tied"  # where values tie, an interval holds more than it must


@pytest.mark.parametrize(("samples", "stray"), [FEW, MANY])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_change_as_large_as_the_margin_passes_for_none_once_in_twenty(side: int, samples: int, stray: float) -> None:
    assert found_equivalent(side * MARGIN, samples=samples) == pytest.approx(0.05, abs=stray)


@pytest.mark.parametrize(("samples", "stray"), [FEW, MANY])
@pytest.mark.parametrize("mean", [0.0, 0.2])
def test_no_change_is_found_as_often_as_it_can_be(mean: float, samples: int, stray: float) -> None:
    # The mean of a sample varies by sqrt((1 + 2 / 3) / 120); the test asks for it to lie t(39) = 1.685 such errors
    # within either margin.
    error = np.sqrt((1 + (CLIPS - 1) / 3) / (RECORDINGS * CLIPS))
    reach = MARGIN - 1.685 * error
    power = NormalDist(mean, error).cdf(reach) - NormalDist(mean, error).cdf(-reach)
    assert found_equivalent(mean, samples=samples) == pytest.approx(power, abs=2 * stray)


def found_equivalent(mean: float, *, samples: int) -> float:
    """The share of samples around ``mean`` that are found to be equivalent."""
    verdicts = []
    for seed in range(samples):
        values, sources = subjects(np.random.default_rng(seed), mean=mean)
        verdicts.append(equivalence(values, sources=sources, margin=MARGIN).equivalent)
    return float(np.mean(verdicts))
