"""Contact strips: one subject at every dose, in a row of pictures that are heard as well."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.control_choice import chosen_subjects, sources
from evalsuite.reporting.control_words import dose
from evalsuite.reporting.media_encoding import encode_picture, encode_recording
from evalsuite.reporting.words import coefficient, number

if TYPE_CHECKING:
    import pandas as pd

    from evalsuite.control_record import ResponseStamp
    from evalsuite.record import RunRecord
    from evalsuite.reporting.control_choice import Source, Subject
    from evalsuite.reporting.media_encoding import Figure, Media, Recording


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture."""

    dose: str
    step: str
    """Id of the step, by which the per-clip table knows it."""
    picture: Figure | None
    value: str
    """The response that was read off it; empty where it was not measured."""
    recording: Recording | None
    """The treated sound, below the first row alone."""


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """One source's pictures of a subject."""

    name: str
    kind: str
    """«system», «oracle» or «truth»."""
    frames: tuple[Frame, ...]


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One subject."""

    subject: Subject
    rho: str
    """Spearman's correlation in words."""
    doses: tuple[str, ...]
    rows: tuple[StripRow, ...]


def strips(record: RunRecord, clips: pd.DataFrame, media: Media) -> list[Strip]:
    """Return a strip for each chosen subject; none where there is but one dose or no response was measured."""
    if record.sweep is None or len(record.sweep.doses) < 2 or not record.sweep.responses:
        return []
    shelf = _Shelf(record, media, record.sweep.responses[0], _values(clips, record.sweep.responses[0].name))
    subjects = chosen_subjects(clips, model=record.models[0].name, response=shelf.response)
    return [shelf.strip(subject, unit=record.sweep.unit) for subject in subjects]


@dataclass(frozen=True)
class _Shelf:
    record: RunRecord
    media: Media
    response: ResponseStamp
    values: dict[tuple[str, str], float]

    def strip(self, subject: Subject, *, unit: str) -> Strip:
        rows = (self._row(source, subject, unit) for source in sources(self.record, self.media))
        return Strip(
            subject=subject,
            rho=coefficient(subject.rho),
            doses=tuple(dose(asked, unit=unit) for asked, _ in subject.steps),
            rows=tuple(row for row in rows if row.kind == "system" or any(frame.picture for frame in row.frames)),
        )

    def _row(self, source: Source, subject: Subject, unit: str) -> StripRow:
        frames = tuple(self._frame(source, step, dose(asked, unit=unit)) for asked, step in subject.steps)
        return StripRow(name=source.name, kind=source.kind, frames=frames)

    def _frame(self, source: Source, step: str, words: str) -> Frame:
        value, sha256 = self.values.get((source.name, step), math.nan), self.record.dataset.sha256
        heard = source.kind == "system"
        return Frame(
            dose=words,
            step=step,
            picture=encode_picture(self.media, source.draw(step)),
            value=number(value, unit=self.response.unit) if math.isfinite(value) else "",
            recording=encode_recording(self.media, step, dataset_sha256=sha256) if heard else None,
        )


def _values(clips: pd.DataFrame, response: str) -> dict[tuple[str, str], float]:
    if response not in clips.columns:
        return {}
    named = zip(clips["model"].astype(str), clips["clip_id"].astype(str), clips[response].astype(float), strict=True)
    return {(model, step): value for model, step, value in named}
