"""Duels: two systems clip by clip, from the clip that gained most to the one that lost most."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from evalsuite.comparison_record import ClassTally, Duel, Round

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from evalsuite.comparison_record import Contender
    from evalsuite.running.compare import Scored


def duel(ours: Scored, theirs: Scored, *, sides: tuple[Contender, Contender]) -> Duel | None:
    """Return how ``theirs`` does against ``ours`` on the clips that both have a value for; ``None`` without any.

    Both were scored by one metric that has a value for every clip. ``sides`` names them, in this order.
    """
    measurement = ours.measurement
    column = measurement.per_clip
    both = _paired(ours.clips, theirs.clips, column) if column else None
    if both is None or both.empty:
        return None
    found = _rounds(both, higher_is_better=measurement.higher_is_better)
    rounds = tuple(sorted(found, key=lambda one: (-one.gain, one.clip_id)))
    return Duel(
        sides=sides,
        metric=measurement.metric,
        unit=measurement.unit,
        higher_is_better=measurement.higher_is_better,
        rounds=rounds,
        tallies=tuple(sorted(_tallies(rounds), key=lambda tally: (-tally.gain, tally.label))),
    )


def _paired(ours: pd.DataFrame, theirs: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the clips of both, by clip and recording: label, and of either side the value and what the judge saw."""
    mine = ours[["label", column, "predicted"]].set_axis(["label", "a", "seen_a"], axis=1)
    yours = theirs[[column, "predicted"]].set_axis(["b", "seen_b"], axis=1)
    return mine.join(yours, how="inner").dropna(subset=["a", "b"])


def _rounds(both: pd.DataFrame, *, higher_is_better: bool) -> Iterator[Round]:
    sign = 1 if higher_is_better else -1
    seen = both[["seen_a", "seen_b"]].astype(object).where(both[["seen_a", "seen_b"]].notna(), "")
    clips = zip(both.index.get_level_values("clip_id"), both["label"], both["a"], both["b"], strict=True)
    for (clip_id, label, a, b), (one, other) in zip(clips, seen.itertuples(index=False, name=None), strict=True):
        yield Round(
            clip_id=str(clip_id),
            label=str(label),
            values=(float(a), float(b)),
            predicted=(str(one), str(other)),
            gain=sign * (float(b) - float(a)),
        )


def _tallies(rounds: Iterable[Round]) -> Iterator[ClassTally]:
    for label, found in groupby(sorted(rounds, key=lambda one: one.label), key=lambda one: one.label):
        own = list(found)
        yield ClassTally(
            label=label,
            n=len(own),
            won=sum(one.gain > 0 for one in own),
            lost=sum(one.gain < 0 for one in own),
            gain=sum(one.gain for one in own) / len(own),
            right=_right(own),
        )


def _right(rounds: Sequence[Round]) -> tuple[int, int] | None:
    """Return how many pictures of either side the judge put into the right class; ``None`` where it was not asked."""
    if not any(seen for one in rounds for seen in one.predicted):
        return None
    first, second = (sum(one.predicted[side] == one.label for one in rounds) for side in (0, 1))
    return first, second
