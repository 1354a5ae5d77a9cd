"""Which class a system's pictures were taken for, tabulated from the per-clip rows."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 10
PLOT_SIDE = 720
"""Pixels that the classes share; a cell is never narrower than 14 nor wider than 40."""


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """How many clips of one class were taken for another."""

    label: str
    predicted: str
    count: int
    of: int
    """How many clips the true class has."""
    row: int
    column: int

    @property
    def share(self) -> float:
        """Share of the true class's clips, in (0, 1]."""
        return self.count / self.of

    @property
    def opacity(self) -> float:
        """Ink of the cell; the root keeps single mistakes visible beside a full diagonal."""
        return round(0.1 + 0.9 * math.sqrt(self.share), 2)


@dataclass(frozen=True, kw_only=True)
class ConfusionMatrix:
    """The non-empty cells of one system's matrix."""

    model: str
    classes: tuple[str, ...]
    cells: tuple[Confusion, ...]

    @property
    def side(self) -> int:
        """Side of a cell in pixels."""
        return min(max(PLOT_SIDE // len(self.classes), 14), 40)

    @property
    def largest(self) -> list[Confusion]:
        """The ten most frequent mistakes."""
        mistakes = [cell for cell in self.cells if cell.label != cell.predicted]
        return sorted(mistakes, key=lambda cell: (-cell.count, -cell.share, cell.label, cell.predicted))[:LARGEST]


def confusion_matrix(clips: pd.DataFrame, *, model: str, classes: tuple[str, ...]) -> ConfusionMatrix | None:
    """Tabulate a model's ``label`` × ``predicted``; ``None`` where the judge was not asked.

    ``classes`` gives the order. A clip whose class or prediction is not among them is left out.
    """
    place = {name: index for index, name in enumerate(classes)}
    rows = clips[(clips["model"] == model) & clips["label"].isin(place) & clips["predicted"].isin(place)]
    if rows.empty:
        return None
    labels, predictions = rows["label"].astype(str), rows["predicted"].astype(str)
    totals, counts = Counter(labels), Counter(zip(labels, predictions, strict=True))
    cells = (
        Confusion(
            label=label,
            predicted=predicted,
            count=count,
            of=totals[label],
            row=place[label],
            column=place[predicted],
        )
        for (label, predicted), count in sorted(counts.items())
    )
    return ConfusionMatrix(model=model, classes=classes, cells=tuple(cells))
