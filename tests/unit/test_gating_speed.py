"""A race of two models: what is slower is found out, what is as quick is not called slow."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from evalsuite.gating.speed import Race, race
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence


class Clock:
    """Stands still but for the models, whose times are drawn: what the machine does is nobody's doing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)


class Timed:
    """Takes the seconds that it is given, one after the other."""

    card = ModelCard(name="timed", fingerprint="1")

    def __init__(self, clock: Clock, seconds: Sequence[float]) -> None:
        self._clock, self._seconds = clock, iter([9.0, *seconds])

    def generate(self, clips: Sequence[Any], *, seeds: Sequence[int]) -> Any:
        self._clock.now += next(self._seconds)
        assert len(clips) == len(seeds) == 4
        return np.zeros((4, 2, 2, 3), np.uint8)


def raced(monkeypatch: pytest.MonkeyPatch, ours: Sequence[float], theirs: Sequence[float], *, allowed: float) -> Race:
    clock = Clock(monkeypatch)
    return race(Timed(clock, ours), Timed(clock, theirs), clips=[None] * 4, allowed=allowed, rounds=len(ours))  # type: ignore[list-item]


def noisy(mean: float, *, seed: int, rounds: int = 20) -> list[float]:
    return list(mean * np.exp(np.random.default_rng(seed).normal(0, 0.05, rounds)))


def test_the_ratio_is_that_of_the_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = noisy(1.5, seed=1), noisy(1.0, seed=2)
    found = raced(monkeypatch, ours, theirs, allowed=0.2)
    logs = np.log(np.array(ours) / np.array(theirs))
    assert found.ratio[0] == pytest.approx(math.exp(-logs.mean()))
    assert found.slower.p_value == pytest.approx(ttest_1samp(logs, 0, alternative="greater").pvalue)
    assert found.pictures_per_second == pytest.approx((4 / np.median(ours), 4 / np.median(theirs)))
    assert found.outcome == "regressed"
    assert str(found).startswith("draws at 6")
    assert str(found).endswith("; 80.0% is allowed")


def test_as_quick_holds_and_too_few_rounds_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert raced(monkeypatch, noisy(1, seed=1), noisy(1, seed=2), allowed=0.2).outcome == "holds"
    few = raced(monkeypatch, noisy(1, seed=3, rounds=3), noisy(1, seed=4, rounds=3), allowed=0.02)
    assert few.outcome == "inconclusive"
    assert "more rounds to decide" in str(few)


def test_a_machine_that_slows_down_slows_both(monkeypatch: pytest.MonkeyPatch) -> None:
    drift = np.linspace(1, 3, 20)
    ours, theirs = (list(drift * noisy(1, seed=seed)) for seed in (5, 6))
    assert raced(monkeypatch, ours, theirs, allowed=0.2).outcome == "holds"


def test_who_begins_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, order = Clock(monkeypatch), []

    class Named(Timed):
        def generate(self, clips: Sequence[Any], *, seeds: Sequence[int]) -> Any:
            order.append(self)
            return super().generate(clips, seeds=seeds)

    first, second = Named(clock, [1, 1]), Named(clock, [1, 1])
    race(first, second, clips=[None] * 4, allowed=0.2, rounds=2)  # type: ignore[list-item]
    assert order == [first, second, first, second, second, first]


@pytest.mark.parametrize(("rounds", "allowed"), [(1, 0.2), (5, 0.0), (5, 1.0)])
def test_bad_arguments(rounds: int, allowed: float, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    with pytest.raises(ValueError, match="a race needs two rounds or more"):
        race(Timed(clock, []), Timed(clock, []), clips=[], allowed=allowed, rounds=rounds)
