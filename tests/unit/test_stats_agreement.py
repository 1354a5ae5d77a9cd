"""Whether scorers rank models alike, and how surely the best is the best."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalsuite.stats import kendall_tau, winner_stability


def test_tau_by_hand() -> None:
    # Of the six pairs of four models five are in one order and one in the other: (5 - 1) / 6.
    assert kendall_tau(np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 4, 3])) == pytest.approx(4 / 6)
    assert kendall_tau(np.array([1.0, 2, 3]), np.array([30.0, 20, 10])) == pytest.approx(-1)
    # One pair ties for one scorer: tau-b divides 2 by the root of 3 * 2.
    assert kendall_tau(np.array([1.0, 2, 3]), np.array([1.0, 1, 2])) == pytest.approx(2 / math.sqrt(6))
    assert math.isnan(kendall_tau(np.ones(3), np.arange(3.0)))


def test_a_winner_far_ahead_stays_and_a_tie_is_shared() -> None:
    draw, sources = np.random.default_rng(0), np.arange(200) // 2
    scores = draw.normal(size=(3, 200)) + np.array([[0.0], [3.0], [0.0]])
    assert winner_stability(scores, sources=sources) == 1
    assert winner_stability(np.ones((2, 200)), sources=sources) == 1
    close = draw.normal(size=200)
    mirrored = np.stack([close - close.mean(), close.mean() - close])
    assert winner_stability(mirrored, sources=sources) == pytest.approx(0.5, abs=0.06)


def test_it_is_what_the_normal_limit_says() -> None:
    """Two models whose mean difference is one clustered standard error: the winner stays in Φ(1) of resamples."""
    draw, sources = np.random.default_rng(1), np.arange(600) // 3
    per_recording = draw.normal(size=200)
    per_recording += per_recording.std() / math.sqrt(200) - per_recording.mean()
    scores = np.stack([np.repeat(per_recording, 3), np.zeros(600)])
    expected = 0.5 * math.erfc(-1 / math.sqrt(2))
    assert winner_stability(scores, sources=sources) == pytest.approx(expected, abs=0.035)


def test_clips_of_one_recording_are_drawn_together() -> None:
    lone, many = np.array([[1.0] * 30 + [0.0] * 30, [0.0] * 30 + [0.99] * 30]), np.arange(60)
    assert winner_stability(lone, sources=many // 30) == pytest.approx(0.75, abs=0.04)  # all but «0.99 twice»
    assert 0.45 < winner_stability(lone, sources=many) < 0.65


def test_the_draws_are_told_by_the_seed() -> None:
    scores = np.random.default_rng(2).normal(size=(2, 50))
    first, again, other = (winner_stability(scores, sources=np.arange(50), seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="two models or more"):
        kendall_tau(np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="not finite"):
        kendall_tau(np.array([1.0, np.nan]), np.ones(2))
    with pytest.raises(ValueError, match=r"shape \(models, n\)"):
        winner_stability(np.ones(4), sources=np.arange(4))
    with pytest.raises(ValueError, match="not finite"):
        winner_stability(np.full((2, 4), np.nan), sources=np.arange(4))
