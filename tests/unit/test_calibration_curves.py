"""From values to readings, by the rules that the record documents."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from evalsuite.calibration.curves import harm_between, reading, spearman
from evalsuite.measurement import Estimate


def _estimate(value: float, half: float = 1.0) -> Estimate:
    return Estimate(value=value, low=value - half, high=value + half, standard_error=half / 2, method="made up")


def _reading(*harms: float | None) -> str:
    steps = [None if None in pair else pair[1] - pair[0] for pair in pairwise(harms)]  # type: ignore[operator]
    return reading(harms, steps)


@pytest.mark.parametrize(
    ("harms", "expected"),
    [
        ((0, 0.4, 2, 9), "monotone"),
        ((0, -0.5, 2, 1.5), "monotone"),  # falls back, within the interval
        ((0, 4, 9, 3), "uneven"),
        ((0, 4, 9, 0.5), "uneven"),
        ((0, 1, -1, 1), "blind"),
        ((0, 5, 9, -1.5), "wrong way"),
        ((0, -3, -9, -20), "wrong way"),
        ((0, 5, None, 9), "undefined"),
    ],
)
def test_readings(harms: tuple[float | None, ...], expected: str):
    assert _reading(*harms) == expected


def test_harm_counts_in_half_widths_of_the_wider_interval_and_knows_the_direction():
    assert harm_between(_estimate(10, 1), _estimate(16, 2), sign=1, unit=9) == pytest.approx(3)
    assert harm_between(_estimate(0.9, 0.1), _estimate(0.5, 0.05), sign=-1, unit=9) == pytest.approx(4)


def test_where_no_interval_is_known_the_unit_counts():
    perfect = Estimate(value=1, low=math.nan, high=math.nan, standard_error=math.nan, method="no interval")
    worse = perfect.model_copy(update={"value": 0.8})
    assert harm_between(perfect, worse, sign=-1, unit=0.1) == pytest.approx(2)
    assert harm_between(perfect, worse, sign=-1, unit=0) is None
    assert harm_between(perfect, perfect, sign=-1, unit=0) == 0
    assert harm_between(perfect, perfect.model_copy(update={"value": math.nan}), sign=-1, unit=1) is None


def test_spearman_takes_rounding_for_ties():
    assert spearman([0, 1, 2, 3], [1, 5, 6, 90]) == pytest.approx(1)
    assert spearman([0, 1, 2, 3], [4, 3, 2, 1]) == pytest.approx(-1)
    assert spearman([0, 1, 2], [0.3, 0.3 + 1e-15, 0.3 - 1e-15]) is None
    assert spearman([0, 1, 2], [0.0, 0.0, 0.0]) is None
    assert spearman([0, 1, 2], [1, math.nan, 3]) is None
