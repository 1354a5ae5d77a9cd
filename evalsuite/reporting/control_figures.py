"""The figures of a sweep as files for a paper: PDF and SVG, with their captions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.files import write_atomically
from evalsuite.reporting.control_figure_curves import draw_curves
from evalsuite.reporting.control_figure_pictures import draw_grid, draw_strips
from evalsuite.reporting.control_sheet import LOOK
from evalsuite.reporting.control_values import value_hashes
from evalsuite.run_folder import CLIPS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evalsuite.record import RunRecord
    from evalsuite.reporting.control_sheet import Sheet
    from evalsuite.reporting.media_encoding import Media
    from evalsuite.run_folder import Run

CAPTIONS_FILE = "captions.md"


def write_figures(run: Run, media: Media, folder: Path) -> tuple[Path, ...]:
    """Draw every figure of a run's sweep into ``folder``, made where it is missing, and return the files.

    Equal records and pictures give equal bytes. Raises ``UserError`` where the run has no sweep.
    """
    import matplotlib as mpl

    if run.record.sweep is None:
        raise UserError("the run has no sweep to draw figures of: run a control protocol", file=run.path)
    folder.mkdir(parents=True, exist_ok=True)
    files, captions, hashes = [], [], value_hashes(run)
    with mpl.rc_context(LOOK):
        for sheet in _sheets(run, media):
            captions.append(f"**{sheet.stem}**: {sheet.caption}\n")
            for ending in ("pdf", "svg"):
                files.append(folder / f"{sheet.stem}.{ending}")
                write_atomically(files[-1], sheet.saved(ending, run.record, values_sha256=hashes[sheet.stem]))
    files.append(folder / CAPTIONS_FILE)
    write_atomically(files[-1], "\n".join(captions).encode())
    return tuple(files)


def _sheets(run: Run, media: Media) -> Iterator[Sheet]:
    """Yield the figures, one at a time, each with where it comes from below its caption."""
    drawn = [draw_curves(run.record)]
    if (run.path / CLIPS_FILE).is_file():
        clips = run.clips()
        drawn += [draw_strips(run.record, clips, media), draw_grid(run.record, clips, media)]
    for sheets in drawn:
        for sheet in sheets:
            yield replace(sheet, caption=f"{sheet.caption} {_origin(run.record)}")


def _origin(record: RunRecord) -> str:
    protocol = record.protocol
    return (
        f"evalsuite {record.environment.evalsuite}, run {record.run_id}, protocol {protocol.name} v{protocol.version}"
        f" ({protocol.sha256[:12]}), profile {record.profile.name}."
    )
