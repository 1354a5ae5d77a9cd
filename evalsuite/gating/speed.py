"""Speed: two models draw the same clips in turn, in one process, so that what slows one slows both.

A time from another day or another machine says little of a model. A gate on speed therefore races the old model anew.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.gating.decision import Drop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.gating.decision import Outcome
    from evalsuite.model import AudioToImageModel


@dataclass(frozen=True, kw_only=True)
class Race:
    """How fast a model draws beside another."""

    pictures_per_second: tuple[float, float]
    """Of the model and of the other: medians over the rounds."""
    rounds: int
    """How often each drew."""
    slower: Drop
    """How much longer the model takes, as the mean logarithm of the ratio of both times in a round."""

    @property
    def outcome(self) -> Outcome:
        """What was shown."""
        return self.slower.outcome

    @property
    def ratio(self) -> tuple[float, float, float]:
        """The model's speed as a share of the other's, with the ends of its 90 % interval."""
        value, low, high = (math.exp(-end) for end in (self.slower.value, self.slower.high, self.slower.low))
        return value, low, high

    def __str__(self) -> str:
        value, low, high = self.ratio
        speeds = "{:.3g} and {:.3g} pictures per second".format(*self.pictures_per_second)
        allowed = f"{math.exp(-self.slower.margin):.1%}"
        told = f"draws at {value:.1%} [{low:.1%}, {high:.1%}] of the speed of before ({speeds}); {allowed} is allowed"
        more = self.slower.to_decide(self.rounds) if self.outcome == "inconclusive" else None
        return told + (f"; race {more} more rounds to decide" if more else "")


def race(
    model: AudioToImageModel, other: AudioToImageModel, *, clips: Sequence[Clip], allowed: float, rounds: int
) -> Race:
    """Let two models draw ``clips``, as they may see them, in turn and hold the first one's speed against the other's.

    It may be slower by the share ``allowed``, in (0, 1). Both draw once before the first round, and who begins changes
    from round to round, so that a machine that warms up or slows down does so for both. Rounds are the sample: the mean
    of the logarithms of their ratios has a t interval. Raises ``ValueError`` where there are fewer than two rounds.
    """
    if rounds < 2 or not 0 < allowed < 1:
        raise ValueError(f"a race needs two rounds or more and 0 < allowed < 1, not {rounds} and {allowed}")
    draws = [drawing(each, clips) for each in (model, other)]
    for draw in draws:
        draw()
    seconds = np.array([_round(draws, turned=turn % 2 == 1) for turn in range(rounds)])
    speeds = len(clips) / np.median(seconds, axis=0)
    return Race(
        pictures_per_second=(float(speeds[0]), float(speeds[1])),
        rounds=rounds,
        slower=_slower(np.log(seconds[:, 0] / seconds[:, 1]), margin=-math.log1p(-allowed)),
    )


def drawing(model: AudioToImageModel, clips: Sequence[Clip]) -> Callable[[], object]:
    """Return what is timed: one call that draws ``clips`` with fixed seeds."""
    return lambda: model.generate(clips, seeds=range(len(clips)))


def _round(draws: Sequence[Callable[[], object]], *, turned: bool) -> list[float]:
    """Return how many seconds each took, whichever came first."""
    seconds = [0.0, 0.0]
    for place in (1, 0) if turned else (0, 1):
        began = time.perf_counter()
        draws[place]()
        seconds[place] = time.perf_counter() - began
    return seconds


def _slower(ratios: np.ndarray[tuple[int], np.dtype[np.float64]], *, margin: float) -> Drop:
    """Return by how much the logarithms of ratios (rounds,) lie above zero."""
    from scipy.stats import ttest_1samp

    p_value = float(ttest_1samp(ratios, 0, alternative="greater").pvalue)
    return Drop(
        value=float(ratios.mean()),
        error=float(ratios.std(ddof=1)) / math.sqrt(len(ratios)),
        freedom=len(ratios) - 1,
        p_value=p_value,
        p_adjusted=p_value,
        margin=margin,
    )
