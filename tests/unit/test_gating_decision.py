"""When a gate says yes, no, and «not known»: the logic by numbers that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evalsuite.gating.decision import Drop, as_family

MANY = 10**6
"""Degrees of freedom at which Student's t is normal."""
CLEAR, UNCLEAR = 0.001, 0.2


def drop(value: float, *, error: float, margin: float = 1.0, p: float = CLEAR) -> Drop:
    return Drop(value=value, error=error, freedom=MANY, p_value=p, p_adjusted=p, margin=margin)


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (drop(0, error=0, p=1), "holds"),
        (drop(2.0, error=0.5), "regressed"),
        (drop(2.0, error=2.0, p=UNCLEAR), "inconclusive"),  # large, but it may be luck
        (drop(0.5, error=0.1), "holds"),  # certain, but small: the upper end is 0.66
        (drop(0.9, error=0.2), "inconclusive"),  # certain, and perhaps too large: the upper end is 1.23
        (drop(-3.0, error=2.0, p=0.9), "holds"),  # the upper end is 0.29
        (drop(-0.1, error=2.0, p=0.5), "inconclusive"),
        (drop(0.5, error=0), "holds"),
        (drop(1.5, error=0), "regressed"),
    ],
)
def test_significance_and_effect(found: Drop, outcome: str) -> None:
    assert found.outcome == outcome


def test_the_interval_is_that_of_the_one_sided_test() -> None:
    found = drop(2.0, error=1.0)
    assert (found.low, found.high) == pytest.approx((2 - 1.644854, 2 + 1.644854), abs=1e-5)
    few = replace(found, freedom=4)
    assert few.high == pytest.approx(2 + 2.131847, abs=1e-5)


def test_how_many_clips_would_decide() -> None:
    # (1.644854 + 0.841621)² = 6.182557 standard errors squared: at s = 1 and m = 1 so many times the clips.
    assert drop(0, error=1.0, p=0.5).to_decide(1000) == 5183
    assert drop(0.4, error=1.0, p=UNCLEAR).to_decide(1000) == 5183
    # At s = 0.4 there were enough for an unchanged model; what was seen is 0.2 from the margin.
    near = drop(0.8, error=0.4, p=0.02)
    assert near.to_decide(1000) == pytest.approx(1000 * 6.182557 * 4 - 1000, abs=1)
    assert drop(1.0, error=0.4, p=0.1).to_decide(1000) is None
    # Above the margin it is the level left by Holm's method, here a tenth of 5 %: (2.575829 + 0.841621)² = 11.679.
    above = replace(drop(1.05, error=0.4, p=0.0065), p_adjusted=0.065)
    assert above.outcome == "inconclusive"
    assert above.to_decide(1000) == pytest.approx(1000 * 11.67897 * (0.4 / 1.05) ** 2 - 1000, abs=1)


def test_with_so_many_clips_the_margin_is_what_can_be_decided() -> None:
    found = drop(0, error=1.0, p=0.5)
    n = 1000 + (found.to_decide(1000) or 0)
    assert replace(found, error=(1000 / n) ** 0.5).decidable == pytest.approx(found.margin, rel=1e-3)


def test_only_tests_that_could_raise_an_alarm_count_among_the_family() -> None:
    same, one, two = drop(0, error=0, p=1.0), drop(2, error=1, p=0.02), drop(2, error=1, p=0.03)
    assert [d.p_adjusted for d in as_family([same, one, same, two])] == pytest.approx([1, 0.04, 1, 0.04])
    assert as_family([same]) == [same]
