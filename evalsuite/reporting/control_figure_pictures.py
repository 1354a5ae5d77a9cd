"""The strips and the mixing grid of a sweep, drawn for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.reporting.control_choice import chosen_subjects, sources
from evalsuite.reporting.control_grid import mixing_grid
from evalsuite.reporting.control_sheet import COLUMN_INCHES, PAGE_INCHES, POINTS, Sheet
from evalsuite.reporting.control_words import axis_label, scale
from evalsuite.reporting.words import capitalised, coefficient, metric_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from evalsuite.audio.clip import Picture
    from evalsuite.control_record import SweepStamp
    from evalsuite.record import RunRecord
    from evalsuite.reporting.control_choice import Subject
    from evalsuite.reporting.control_grid import Grid
    from evalsuite.reporting.media_encoding import Media

    Row = tuple[str, list[Picture | None]]

MOST_IN_A_COLUMN = 8
"""Classes of a grid; more take both."""
MARK = "#0072B2"
GAP = 0.03
"""Around each picture of a grid, in cells."""
DOTS_PER_INCH = 300


def draw_strips(record: RunRecord, clips: pd.DataFrame, media: Media) -> Iterator[Sheet]:
    """Yield a figure for each subject that the report shows."""
    sweep = record.sweep
    if sweep is None or not sweep.responses:
        return
    model, response = record.models[0].name, sweep.responses[0]
    for subject in chosen_subjects(clips, model=model, response=response):
        rows: list[Row] = [(s.name, [s.draw(step) for _, step in subject.steps]) for s in sources(record, media)]
        shown = [row for row in rows if any(picture is not None for picture in row[1])]
        caption = (
            f"{capitalised(subject.title)} ({subject.name}) over {sweep.title}, all from one seed: the {subject.rank}"
            f" of {model} by Spearman’s correlation of {sweep.title} and {metric_name(response.name)},"
            f" {coefficient(subject.rho)}."
        )
        if shown:
            yield Sheet(stem=f"strip_{subject.rank}", figure=_strip(shown, subject, sweep), caption=caption)


def draw_grid(record: RunRecord, clips: pd.DataFrame, media: Media) -> Iterator[Sheet]:
    """Yield the figure of a run that joined every class with every other; nothing for another."""
    grid = mixing_grid(record, clips, media)
    if grid is None:
        return
    seen, judged = grid.count(below=False)
    below = f" Below it: {grid.below}." if grid.below else ""
    caption = (
        f"Every sound with every other in one picture, on the diagonal each alone. On and above it: {grid.above}."
        f"{below} Dots: the judge sees both sources, in {seen} of {judged} pictures above the diagonal."
    )
    yield Sheet(stem="mixing_grid", figure=_grid(grid), caption=caption)


def _strip(rows: Sequence[Row], subject: Subject, sweep: SweepStamp) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    side, tight = (
        COLUMN_INCHES / len(subject.steps),
        ConstrainedLayoutEngine(w_pad=0.01, h_pad=0.01, wspace=0, hspace=0),
    )
    drawn = Figure(figsize=(COLUMN_INCHES, len(rows) * (side + 0.18) + 0.35), layout=tight)
    panels = drawn.subplots(len(rows), len(subject.steps), squeeze=False)
    for line, (name, pictures) in zip(panels, rows, strict=True):
        line[0].set_title(name, loc="left", pad=2)
        for panel, picture in zip(line, pictures, strict=True):
            panel.set(xticks=[], yticks=[])
            panel.spines[:].set_visible(False)
            if picture is not None:
                panel.imshow(_shrunk(picture, inches=side), interpolation="none")
    for panel, (asked, _) in zip(panels[-1], subject.steps, strict=True):
        panel.set_xlabel(f"{scale(sweep.unit) * asked:.4g}".replace("-", "−"), labelpad=2)
    drawn.supxlabel(axis_label(sweep.title, unit=sweep.unit), fontsize=POINTS)
    return drawn


def _grid(grid: Grid) -> Figure:
    from matplotlib.figure import Figure

    n = len(grid.classes)
    width = COLUMN_INCHES if n <= MOST_IN_A_COLUMN else PAGE_INCHES
    drawn = Figure(figsize=(width, width), layout="constrained")
    panel = drawn.subplots()
    for (row, column), cell in grid.cells.items():
        if (picture := cell.picture) is not None:
            edges = (column + GAP, column + 1 - GAP, row + 1 - GAP, row + GAP)
            panel.imshow(_shrunk(picture, inches=width / n), extent=edges, interpolation="none")
    _marks(panel, grid, inches=width / n)
    middles = [place + 0.5 for place in range(n)]
    panel.set(xlim=(0, n), ylim=(n, 0), aspect="equal")
    panel.set_xticks(middles, grid.classes, rotation=90)
    panel.set_yticks(middles, grid.classes)
    panel.tick_params(length=0, labeltop=True, labelright=True)
    panel.spines[:].set_visible(False)
    return drawn


def _marks(panel: Axes, grid: Grid, *, inches: float) -> None:
    """Frame the diagonal, and put a dot where both sources are seen; a cell is so many ``inches`` wide."""
    from matplotlib.patches import Rectangle

    for place in range(len(grid.classes)):
        panel.add_patch(Rectangle((place + GAP, place + GAP), 1 - 2 * GAP, 1 - 2 * GAP, fill=False, linewidth=0.8))
    seen = [place for place, cell in grid.cells.items() if cell.both]
    rows, columns = [row + 0.13 for row, _ in seen], [column + 0.87 for _, column in seen]
    panel.scatter(columns, rows, s=(10 * inches) ** 2, color=MARK, edgecolors="white", linewidths=0.6, zorder=3)


def _shrunk(picture: Picture, *, inches: float) -> Picture:
    """Return a picture (H, W, 3), uint8, with no more pixels than paper of that width can show."""
    import numpy as np
    from PIL import Image

    image = Image.fromarray(picture)
    image.thumbnail((round(DOTS_PER_INCH * inches),) * 2)
    return np.asarray(image)
