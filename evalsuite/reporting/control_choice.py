"""Which subjects of a sweep are shown, by a stated rule, and whose pictures stand beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.selection import places

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from evalsuite.audio.clip import Picture
    from evalsuite.control_record import ResponseStamp
    from evalsuite.record import RunRecord
    from evalsuite.reporting.media_encoding import Media

RANKS = {
    "expected": {"best": "best", "median": "median", "worst": "worst"},
    "open": {"best": "highest", "median": "median", "worst": "lowest"},
}
"""What the first, the middle and the last of the order are called, where a direction is expected and where none is."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One clip, or two that were joined, at every dose."""

    name: str
    """Its id."""
    title: str
    """Its class, or both («dog and rain»)."""
    rank: str
    """«best», «median» or «worst» by Spearman; «highest» and «lowest» where no direction is expected."""
    rho: float
    """Spearman's correlation of dose and response, by which subjects are ordered."""
    steps: tuple[tuple[float, str], ...]
    """The doses asked for, rising, each with the id of its step."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Someone whose pictures of a step can be shown."""

    name: str
    draw: Callable[[str], Picture | None]
    """From the id of a step to its picture, uint8 (H, W, 3)."""
    kind: str
    """«system», «oracle» or «truth»."""


def shown_sources(record: RunRecord) -> list[tuple[str, str]]:
    """Return whose pictures are shown, by name and kind (see :class:`Source`).

    They are the first system's, those of one that is told the caption, and the true ones.
    """
    told = [card.name for card in record.models[1:] if card.bound == "ceiling" and "picture" not in card.sees]
    true = next((card.name for card in record.models[1:] if "picture" in card.sees), "true picture")
    return [(record.models[0].name, "system"), *((name, "oracle") for name in told[:1]), (true, "truth")]


def sources(record: RunRecord, media: Media) -> list[Source]:
    """Return :func:`shown_sources` with their pictures."""

    def drawn_by(name: str) -> Callable[[str], Picture | None]:
        return lambda step: media.picture(name, step)

    return [
        Source(name=name, draw=media.true_picture if kind == "truth" else drawn_by(name), kind=kind)
        for name, kind in shown_sources(record)
    ]


def chosen_subjects(clips: pd.DataFrame, *, model: str, response: ResponseStamp) -> list[Subject]:
    """Return the subjects to show of a model: the best, the median and the worst by Spearman, as is expected of it.

    A subject without a trend is never shown. Ties go to the smaller id.
    """
    column, own = f"{response.name}_spearman", clips[clips["model"] == model]
    if column not in clips.columns:
        return []
    # A subject's value stands at its first step.
    rhos = {str(name): float(rho) for name, rho in own.dropna(subset=column).groupby("subject")[column].first().items()}
    sign = 1 if response.expects == "falling" else -1
    order = sorted(rhos, key=lambda name: (sign * rhos[name], name))
    words = RANKS["expected" if response.expects in ("rising", "falling") else "open"]
    return [
        _subject(own[own["subject"] == order[at]], rank=words[rank], rho=rhos[order[at]])
        for rank, at in places(len(order)).items()
    ]


def _title(row: pd.Series) -> str:
    """Return the class of a step, or both («dog and rain»)."""
    second = row["second_label"]
    return f"{row['label']} and {second}" if isinstance(second, str) and second else str(row["label"])


def _subject(steps: pd.DataFrame, *, rank: str, rho: float) -> Subject:
    takes = steps.sort_values(["dose", "take"]).drop_duplicates("dose")
    return Subject(
        name=str(takes["subject"].iloc[0]),
        title=_title(takes.iloc[0]),
        rank=rank,
        rho=rho,
        steps=tuple(zip(takes["dose"].astype(float), takes["clip_id"].astype(str), strict=True)),
    )
