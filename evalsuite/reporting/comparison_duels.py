"""The clips on which one run won and lost most against another: real picture, both pictures, and the sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.comparison_histogram import histogram
from evalsuite.reporting.comparison_words import letter, whose
from evalsuite.reporting.media_encoding import encode_picture, encode_recording
from evalsuite.reporting.words import capitalised, difference, metric_name, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.comparison_record import ClassTally, Contender, Duel, Round, RunsCompared
    from evalsuite.reporting.comparison_histogram import Histogram
    from evalsuite.reporting.media_encoding import Figure, Media, Recording

SHOWN = 12
"""How many of the largest wins are shown, and how many of the largest losses."""
CLASSES = 8
"""How many of the classes that gained most are listed, and how many of those that lost most."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one side drew for a clip."""

    letter: str
    model: str
    picture: Figure | None
    score: str
    predicted: str
    """The class that the judge saw; empty where it was not asked."""
    right: bool
    better: bool


@dataclass(frozen=True, kw_only=True)
class Bout:
    """One clip, both sides beside the real picture."""

    clip_id: str
    label: str
    gain: str
    true_picture: Figure | None
    sides: tuple[Side, ...]
    recording: Recording | None


@dataclass(frozen=True, kw_only=True)
class ClassRow:
    """One class of a duel."""

    label: str
    n: int
    won: int
    lost: int
    gain: str
    right: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class DuelPage:
    """One duel."""

    title: str
    by: str
    """What the clips are ordered by."""
    sides: tuple[str, str]
    """The letters of both runs."""
    won: int
    lost: int
    tied: int
    histogram: Histogram | None
    wins: tuple[Bout, ...]
    losses: tuple[Bout, ...]
    """From the largest on."""
    up: tuple[ClassRow, ...]
    down: tuple[ClassRow, ...]


def duel_pages(found: RunsCompared, media: Sequence[Media]) -> list[DuelPage]:
    """Return a page for each duel; ``media`` are those of the runs, in their order."""
    return [_Ring(found, media, duel).page() for duel in found.duels]


class _Ring:
    """Where one duel is shown."""

    def __init__(self, found: RunsCompared, media: Sequence[Media], duel: Duel) -> None:
        self._found, self._media, self._duel = found, media, duel

    def page(self) -> DuelPage:
        """Return the whole of it."""
        duel = self._duel
        first, second = duel.sides
        won, lost = [r for r in duel.rounds if r.gain > 0], [r for r in duel.rounds if r.gain < 0]
        return DuelPage(
            title=f"{capitalised(whose(second))} against {whose(first)}",
            by=metric_name(duel.metric),
            sides=(letter(first.run), letter(second.run)),
            won=len(won),
            lost=len(lost),
            tied=len(duel.rounds) - len(won) - len(lost),
            histogram=histogram([one.gain for one in duel.rounds]),
            wins=tuple(map(self._bout, won[:SHOWN])),
            losses=tuple(map(self._bout, lost[: -SHOWN - 1 : -1])),
            up=tuple(self._row(tally) for tally in duel.tallies[:CLASSES] if tally.gain > 0),
            down=tuple(self._row(tally) for tally in duel.tallies[: -CLASSES - 1 : -1] if tally.gain < 0),
        )

    def _bout(self, one: Round) -> Bout:
        first = self._duel.sides[0].run
        media, sha256 = self._media[first], self._found.runs[first].record.dataset.sha256
        return Bout(
            clip_id=one.clip_id,
            label=one.label,
            gain=difference(one.gain, unit=self._duel.unit),
            true_picture=encode_picture(media, media.true_picture(one.clip_id)),
            sides=tuple(self._side(one, place, contender) for place, contender in enumerate(self._duel.sides)),
            recording=encode_recording(media, one.clip_id, dataset_sha256=sha256),
        )

    def _side(self, one: Round, place: int, contender: Contender) -> Side:
        media = self._media[contender.run]
        return Side(
            letter=letter(contender.run),
            model=contender.model,
            picture=encode_picture(media, media.picture(contender.model, one.clip_id)),
            score=number(one.values[place], unit=self._duel.unit),
            predicted=one.predicted[place],
            right=one.predicted[place] == one.label,
            better=(one.gain > 0) == (place == 1),
        )

    def _row(self, tally: ClassTally) -> ClassRow:
        gain = difference(tally.gain, unit=self._duel.unit)
        return ClassRow(label=tally.label, n=tally.n, won=tally.won, lost=tally.lost, gain=gain, right=tally.right)
