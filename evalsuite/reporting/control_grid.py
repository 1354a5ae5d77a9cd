"""The mixing grid: every class with every other in one picture, the first system above the diagonal, another below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.control_choice import sources

if TYPE_CHECKING:
    import pandas as pd

    from evalsuite.audio.clip import Picture
    from evalsuite.control_record import SweepStamp
    from evalsuite.record import RunRecord
    from evalsuite.reporting.control_choice import Source
    from evalsuite.reporting.media_encoding import Media

SEEN = 0.5
"""A step shows both sources where the response of the grid, 0 or 1 for a picture, is above this."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One picture of the grid."""

    source: Source
    step: str
    both: bool | None
    """Whether the judge sees both sources; ``None`` on the diagonal and where it was not asked."""

    @property
    def picture(self) -> Picture | None:
        """The picture, uint8 (H, W, 3); ``None`` where it is gone."""
        return self.source.draw(self.step)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Classes × classes."""

    classes: tuple[str, ...]
    above: str
    """Whose pictures stand on and above the diagonal."""
    below: str
    """Whose stand below; empty where there is no other."""
    cells: dict[tuple[int, int], Cell]
    """By row and column."""

    def count(self, *, below: bool) -> tuple[int, int]:
        """Return how many pictures above the diagonal, or below it, show both sources, and how many were judged."""
        side = [cell.both for (row, column), cell in self.cells.items() if (row > column) == below]
        return side.count(True), side.count(True) + side.count(False)


def mixing_grid(record: RunRecord, clips: pd.DataFrame, media: Media) -> Grid | None:
    """Return the grid of a run that joined every class with every other, at its middle dose; ``None`` for another."""
    sweep = record.sweep
    if sweep is None or sweep.pairs != "grid":
        return None
    steps = grid_steps(clips, sweep, model=record.models[0].name)
    shown = {label for pair in steps for label in pair}
    classes = tuple(label for label in record.dataset.classes if label in shown)
    above, *others = sources(record, media)
    below = next((other for other in others if any(other.draw(step) is not None for step in steps.values())), None)
    seen = seen_both(clips, sweep)
    places = {label: place for place, label in enumerate(classes)}
    cells = {}
    for pair, step in steps.items():
        first, last = sorted(places[label] for label in (min(pair), max(pair)))
        cells[first, last] = Cell(source=above, step=step, both=seen.get((above.name, step)) if first < last else None)
        if below and first < last:
            cells[last, first] = Cell(source=below, step=step, both=seen.get((below.name, step)))
    return Grid(classes=classes, above=above.name, below=below.name if below else "", cells=cells)


def grid_steps(clips: pd.DataFrame, sweep: SweepStamp, *, model: str) -> dict[frozenset[str], str]:
    """Return the first step of every class alone, whatever its dose, and of every two classes at the middle one."""
    own, dose = clips[clips["model"] == model], sweep.doses[len(sweep.doses) // 2].asked
    alone = own["second_label"].fillna("") == ""
    rows = own[alone | (own["dose"] == dose)]
    found: dict[frozenset[str], str] = {}
    for label, second, step in zip(rows["label"], rows["second_label"].fillna(""), rows["clip_id"], strict=True):
        found.setdefault(frozenset((str(label), str(second) or str(label))), str(step))
    return found


def seen_both(clips: pd.DataFrame, sweep: SweepStamp) -> dict[tuple[str, str], bool]:
    """Return by model and step whether the judge sees both sources, by the sweep's first response."""
    response = sweep.responses[0].name if sweep.responses else ""
    if response not in clips.columns:
        return {}
    rows = clips[clips[response].notna()]
    named = zip(rows["model"].astype(str), rows["clip_id"].astype(str), rows[response] > SEEN, strict=True)
    return {(model, step): bool(both) for model, step, both in named}
