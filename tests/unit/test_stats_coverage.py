"""Do 95 % intervals hold the truth in 95 % of all samples? Simulated recordings of several clips each.

When last looked at: proportion 95.2 %, mean 94.1 %, Fréchet distance 95.4 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.metrics.base import DISTANCE_IMAGE, DISTANCE_REFERENCE, Evidence
from evalsuite.metrics.frechet import fid
from evalsuite.stats import mean_estimate, proportion_estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.measurement import Estimate

pytestmark = pytest.mark.slow
DRAWS = 2000
RECORDINGS = 80


def recordings(draw: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.int_]]:
    return np.repeat(np.arange(RECORDINGS), draw.integers(1, 7, size=RECORDINGS))


def proportion(draw: np.random.Generator) -> Estimate:
    """Beta-binomial: mean 0.3, correlation 1/3 within a recording."""
    sources = recordings(draw)
    return proportion_estimate(draw.random(len(sources)) < draw.beta(0.6, 1.4, RECORDINGS)[sources], sources=sources)


def mean(draw: np.random.Generator) -> Estimate:
    """Normal: mean 0, half of the variance between recordings."""
    sources = recordings(draw)
    return mean_estimate(draw.normal(size=RECORDINGS)[sources] + draw.normal(size=len(sources)), sources=sources)


def distance(draw: np.random.Generator) -> Estimate:
    """Sixteen dimensions, 320 clips, half of the variance between recordings, against one fixed reference."""
    sources = np.repeat(np.arange(RECORDINGS), 4).astype(np.str_)
    rows = draw.normal(size=(RECORDINGS, 16)).repeat(4, axis=0) + draw.normal(size=(320, 16)) + 0.5
    reference = np.random.default_rng(0).normal(size=(500, 16))
    features = {DISTANCE_IMAGE: rows, DISTANCE_REFERENCE: reference}
    targets = np.zeros(320, dtype=np.int_)
    return fid.measure(Evidence(features=features, targets=targets, classes=("any",), sources=sources)).estimate


@pytest.mark.parametrize(
    ("sample", "truth"),
    [(proportion, 0.3), (mean, 0.0), (distance, None)],  # the distance's interval is about its own mean at this n
    ids=["proportion", "mean", "Fréchet distance"],
)
def test_coverage(
    sample: Callable[[np.random.Generator], Estimate],
    truth: float | None,
) -> None:
    draw = np.random.default_rng(20260101)
    estimates = [sample(draw) for _ in range(DRAWS)]
    target = np.mean([e.value for e in estimates]) if truth is None else truth
    coverage = np.mean([e.low <= target <= e.high for e in estimates])
    assert 0.92 <= coverage <= 0.98
