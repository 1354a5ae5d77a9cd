"""Which clips a report shows: the best, the median and the worst of every class, never a hand-picked one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from evalsuite.record import RunRecord

PREFERRED = "clip_similarity"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One clip to show."""

    rank: str
    """«best», «median» or «worst»."""
    clip_id: str
    predicted: str
    """The class that the judge saw; empty where it was not asked."""
    score: float
    """The per-clip value the clips were ordered by."""


@dataclass(frozen=True, kw_only=True)
class ClassChoices:
    """What to show of one class."""

    label: str
    right: int
    """How many of the pictures the judge put into the right class."""
    n: int
    """How many clips the class has."""
    mistaken_for: tuple[str, int] | None
    """The most frequent wrong class and its count; ``None`` where every picture was right."""
    clips: tuple[Choice, ...]
    """From best to worst, without repetition."""

    @property
    def accuracy(self) -> float:
        """Share of pictures put into the right class, in [0, 1]."""
        return self.right / self.n

    @property
    def median(self) -> Choice:
        """The clip that stands for the class."""
        return next((clip for clip in self.clips if clip.rank == "median"), self.clips[0])


def ranking_column(record: RunRecord, clips: pd.DataFrame) -> str | None:
    """Return the per-clip column to order clips by: ``clip_similarity``, else the first that was measured."""
    measured = [measurement.per_clip for measurement in record.measurements if measurement.per_clip]
    return next((column for column in (PREFERRED, *measured) if column in clips.columns), None)


def choose(clips: pd.DataFrame, *, model: str, by: str) -> list[ClassChoices]:
    """Return, most accurate class first, the clips to show of a model, ordered by the per-clip column ``by``.

    A clip whose value is not defined counts for its class but is never shown; a class of such clips is left
    out. The median of an even number is the better of the two in the middle. Ties go to the smaller clip id, so that a
    report can be made again.
    """
    ordered = clips[clips["model"] == model].sort_values([by, "clip_id"], ascending=[False, True])
    groups = [(str(label), group) for label, group in ordered.groupby("label") if group[by].notna().any()]
    classes = [_choose_within(label, group, by) for label, group in groups]
    return sorted(classes, key=lambda chosen: (-chosen.accuracy, chosen.label))


def _choose_within(label: str, group: pd.DataFrame, by: str) -> ClassChoices:
    """``group`` holds one class's rows, best first."""
    predicted = group["predicted"].fillna("").astype(str)
    wrong = predicted[(predicted != label) & (predicted != "")].value_counts()
    shown = group.assign(predicted=predicted)[group[by].notna()]
    return ClassChoices(
        label=label,
        right=int((predicted == label).sum()),
        n=len(group),
        mistaken_for=(str(wrong.index[0]), int(wrong.iloc[0])) if len(wrong) else None,
        clips=tuple(
            Choice(rank=rank, clip_id=str(row["clip_id"]), predicted=str(row["predicted"]), score=float(row[by]))
            for rank, row in ((rank, shown.iloc[place]) for rank, place in places(len(shown)).items())
        ),
    )


def places(n: int) -> dict[str, int]:
    """Return which of ``n``, best first, have a rank: one clip is the best, two are the best and the worst."""
    at = {"best": 0, "median": (n - 1) // 2, "worst": n - 1}
    kept = ("best", "median", "worst") if n > 2 else ("best", "worst")[:n]
    return {rank: at[rank] for rank in kept}
