"""The part of a report that tells how pictures answer a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.control_curves import curve_figures
from evalsuite.reporting.control_grid import mixing_grid
from evalsuite.reporting.control_strips import strips
from evalsuite.reporting.control_tables import dose_rows, response_tables
from evalsuite.reporting.control_words import subjects
from evalsuite.reporting.media_encoding import encode_thumbnail
from evalsuite.run_folder import CLIPS_FILE

if TYPE_CHECKING:
    from evalsuite.control_record import ResponseStamp, SweepStamp
    from evalsuite.reporting.control_curves import CurveFigure
    from evalsuite.reporting.control_grid import Grid
    from evalsuite.reporting.control_strips import Strip
    from evalsuite.reporting.control_tables import DoseRow, ResponseTables
    from evalsuite.reporting.media_encoding import Media
    from evalsuite.run_folder import Run


@dataclass(frozen=True, kw_only=True)
class Answer:
    """All that is told of one response."""

    response: ResponseStamp
    figure: CurveFigure | None
    """``None`` where there is but one dose."""
    tables: ResponseTables


@dataclass(frozen=True, kw_only=True)
class Control:
    """All that is told of a sweep."""

    sweep: SweepStamp
    subjects: str
    """How many of what went through it."""
    doses: tuple[DoseRow, ...]
    answers: tuple[Answer, ...]
    """The foremost response first."""
    strips: tuple[Strip, ...]
    grid: Grid | None
    thumbnails: dict[tuple[int, int], str]
    """The pictures of the grid as ``data:`` URIs."""

    @property
    def has_pictures(self) -> bool:
        """Whether it shows them itself, step beside step, so that a gallery of all steps would say less."""
        return bool(self.strips or self.grid)


def control(run: Run, media: Media) -> Control | None:
    """Return what a report tells of a run's sweep; ``None`` where it has none."""
    record = run.record
    if record.sweep is None:
        return None
    figures = {figure.response.name: figure for figure in curve_figures(record)}
    clips = run.clips() if (run.path / CLIPS_FILE).is_file() and record.models else None
    grid = None if clips is None else mixing_grid(record, clips, media)
    return Control(
        sweep=record.sweep,
        subjects=subjects(record.sweep),
        doses=tuple(dose_rows(record.sweep)),
        answers=tuple(
            Answer(response=response, figure=figures.get(response.name), tables=response_tables(record, response))
            for response in record.sweep.responses
        ),
        strips=() if clips is None else tuple(strips(record, clips, media)),
        grid=grid,
        thumbnails=_thumbnails(grid, media) if grid else {},
    )


def _thumbnails(grid: Grid, media: Media) -> dict[tuple[int, int], str]:
    drawn = {place: encode_thumbnail(media, cell.picture) for place, cell in grid.cells.items()}
    return {place: uri for place, uri in drawn.items() if uri}
