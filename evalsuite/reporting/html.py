"""The report: one HTML file that opens from disk, asks nothing of the network and needs no script to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evalsuite.files import write_atomically
from evalsuite.reporting import words
from evalsuite.reporting.agreement import panel_tables
from evalsuite.reporting.beside import beside
from evalsuite.reporting.caveats import caveats
from evalsuite.reporting.clip_index import ClipIndex, clip_index
from evalsuite.reporting.confusion import ConfusionMatrix, confusion_matrix
from evalsuite.reporting.contamination import training_table
from evalsuite.reporting.control import control
from evalsuite.reporting.control_verdict import control_verdict
from evalsuite.reporting.differences import differences
from evalsuite.reporting.gallery import Gallery, gallery
from evalsuite.reporting.guidance import guidance, shipped_calibration
from evalsuite.reporting.plots import interval_plots
from evalsuite.reporting.standing import BEST_MEANING
from evalsuite.reporting.tables import headline_table, question_tables, subset_table
from evalsuite.resources import locate
from evalsuite.run_folder import CLIPS_FILE, REPORT_FILE

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from jinja2 import Environment

    from evalsuite.record import RunRecord
    from evalsuite.reporting.media_encoding import Media
    from evalsuite.run_folder import Run

TEMPLATE = "run.html.j2"


def write_report(run: Run, media: Media) -> Path:
    """Write ``report.html`` into the run folder, atomically, and return its path.

    Reads the record and the per-clip rows; computes no metric. A run without per-clip rows has no picture pages.
    """
    file = run.path / REPORT_FILE
    write_atomically(file, render(run, media).encode())
    return file


def render(run: Run, media: Media) -> str:
    """Return the report as HTML."""
    record = run.record
    swept = control(run, media)
    pictures, every_clip, matrices = (None, None, []) if swept and swept.has_pictures else _per_clip_parts(run, media)
    known = guidance(record, shipped_calibration(record))
    return (
        templates()
        .get_template(TEMPLATE)
        .render(
            record=record,
            verdict=control_verdict(record),
            caveats=caveats(record, few_clips=known.few_clips),
            control=swept,
            headline=headline_table(record),
            questions=question_tables(record),
            subsets=subset_table(record),
            plots=interval_plots(record),
            panels=panel_tables(record),
            training=training_table(record),
            differences=differences(record),
            beside=beside(record),
            known=known.by_metric,
            gallery=pictures,
            every_clip=every_clip,
            matrices=matrices,
        )
    )


def _per_clip_parts(run: Run, media: Media) -> tuple[Gallery | None, ClipIndex | None, list[ConfusionMatrix]]:
    if not (run.path / CLIPS_FILE).is_file() or not run.record.models:
        return None, None, []
    clips = run.clips()
    return gallery(run.record, clips, media), clip_index(run, clips, media), _matrices(run.record, clips)


def _matrices(record: RunRecord, clips: pd.DataFrame) -> list[ConfusionMatrix]:
    """Return the matrix of every system; a reference's says little, and five of them would swamp the file."""
    systems = [card.name for card in record.models if card.role == "system"] or [record.models[0].name]
    found = (confusion_matrix(clips, model=name, classes=record.dataset.classes) for name in systems)
    return [matrix for matrix in found if matrix is not None]


def templates() -> Environment:
    """Return the template environment. Everything is escaped but the suite's own style and script."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    folder = locate(f"reports/templates/{TEMPLATE}").parent
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["best_meaning"] = BEST_MEANING
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.globals["own_file"] = lambda name: Markup((folder / name).read_text())  # noqa: S704  (ours)
    filters: dict[str, Any] = {
        "metric_title": words.metric_title,
        "number": words.number,
        "privilege": words.privilege,
        "sizes": words.sizes,
        "kind_meaning": words.KIND_MEANINGS.get,
    }
    environment.filters.update(filters)
    return environment
