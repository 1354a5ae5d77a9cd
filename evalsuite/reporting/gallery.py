"""The picture pages of a report: what was drawn for the clips that were chosen to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.lookahead import ahead
from evalsuite.reporting.media_encoding import Figure, Recording, encode_picture, encode_recording
from evalsuite.reporting.nearest_real import Neighbour, Neighbours
from evalsuite.reporting.selection import ClassChoices, choose, ranking_column
from evalsuite.reporting.words import metric_title, number

if TYPE_CHECKING:
    import pandas as pd

    from evalsuite.record import RunRecord
    from evalsuite.reporting.media_encoding import Media

PAGES_AHEAD = 4
"""Sounds and pictures of several pages are encoded at once, which takes nine tenths of the time of a first report."""


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One model's picture for one clip."""

    model: str
    rank: str
    """«best», «median» or «worst» of the class; empty for another model than the gallery's."""
    clip_id: str
    picture: Figure | None
    predicted: str
    """The class that the judge saw; empty where it was not asked."""
    right: bool
    score: str
    """The per-clip value that ranked the clip; empty for another model."""
    recording: Recording | None
    """The clip's sound, for the gallery's model; ``None`` for another and where it cannot be read."""
    neighbour: Neighbour | None
    """For the gallery's model, where the run says which it is and the picture is there."""


@dataclass(frozen=True, kw_only=True)
class ClassPage:
    """One class: the real picture, the system's clips, and the other models on the median clip, by what they are."""

    choices: ClassChoices
    true_picture: Figure | None
    exhibits: tuple[Exhibit, ...]
    systems: tuple[Exhibit, ...]
    """The other systems."""
    references: tuple[Exhibit, ...]
    """The references, without those that show the real picture itself."""
    is_new: bool
    """Whether the system is known not to have met the class in training."""


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """All classes for the first system."""

    model: str
    ranked_by: str
    """What the clips were ordered by, as a title."""
    judged: bool
    """Whether the judge named a class for each picture."""
    pages: tuple[ClassPage, ...]


def gallery(record: RunRecord, clips: pd.DataFrame, media: Media) -> Gallery | None:
    """Return the gallery of the first model; ``None`` where no per-clip value orders its clips."""
    column = ranking_column(record, clips)
    if column is None:
        return None
    model = record.models[0].name
    hall = _Hall(record, media, column, _predictions(clips), Neighbours(clips, model, media))
    pages = tuple(ahead(choose(clips, model=model, by=column), hall.page, at_most=PAGES_AHEAD))
    judged = any(choice.predicted for page in pages for choice in page.choices.clips)
    return Gallery(model=model, ranked_by=metric_title(column), judged=judged, pages=pages) if pages else None


def _predictions(clips: pd.DataFrame) -> dict[tuple[str, str], object]:
    models, clip_ids = clips["model"].astype(str), clips["clip_id"].astype(str)
    return {(m, c): seen for m, c, seen in zip(models, clip_ids, clips["predicted"], strict=True)}


@dataclass(frozen=True)
class _Hall:
    record: RunRecord
    media: Media
    column: str
    predicted: dict[tuple[str, str], object]
    neighbours: Neighbours

    def page(self, choices: ClassChoices) -> ClassPage:
        model, median = self.record.models[0], choices.median.clip_id
        return ClassPage(
            choices=choices,
            true_picture=encode_picture(self.media, self.media.true_picture(median)),
            exhibits=tuple(
                self._exhibit(model.name, clip.clip_id, choices.label, rank=clip.rank, score=clip.score)
                for clip in choices.clips
            ),
            systems=self._others(choices, role="system"),
            references=self._others(choices, role="reference"),
            is_new=model.concepts_met is not None and choices.label not in model.concepts_met,
        )

    def _others(self, choices: ClassChoices, *, role: str) -> tuple[Exhibit, ...]:
        cards = [card for card in self.record.models[1:] if card.role == role and "picture" not in card.sees]
        return tuple(self._exhibit(card.name, choices.median.clip_id, choices.label) for card in cards)

    def _exhibit(self, model: str, clip_id: str, label: str, *, rank: str = "", score: float | None = None) -> Exhibit:
        seen = self.predicted.get((model, clip_id))
        predicted = seen if isinstance(seen, str) else ""
        sha256 = self.record.dataset.sha256
        return Exhibit(
            model=model,
            rank=rank,
            clip_id=clip_id,
            picture=encode_picture(self.media, self.media.picture(model, clip_id), small=not rank),
            predicted=predicted,
            right=predicted == label,
            score="" if score is None else number(score, unit=self._unit),
            recording=encode_recording(self.media, clip_id, dataset_sha256=sha256) if rank else None,
            neighbour=self.neighbours.of(clip_id) if rank else None,
        )

    @property
    def _unit(self) -> str:
        return next((m.unit for m in self.record.measurements if m.per_clip == self.column), "")
