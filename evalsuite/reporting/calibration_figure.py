"""The figure of a calibration: a column for each defect, a row for each family of metrics, one axis for all."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any

from evalsuite.files import write_atomically
from evalsuite.hashing import sha256_json
from evalsuite.reporting.figure_stamp import FigureStamp, digits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from evalsuite.calibration_record import Calibration, Curve, Family, SizeCurve

# Okabe & Ito's colours, which colour-blind readers can tell apart, without the yellow, too pale on white. The shape of
# the marks says the same again.
STYLES = (
    ("#0072B2", "o"),
    ("#D55E00", "s"),
    ("#009E73", "^"),
    ("#CC79A7", "D"),
    ("#E69F00", "v"),
    ("#56B4E9", "P"),
    ("#000000", "X"),
    ("#777777", "*"),
)
CAPTION = (
    "Harm over strength: the change for the worse in half widths of the metric's interval. In the grey band it is lost"
    " in the uncertainty; below, damage reads as an improvement. Last column: by how much n clips of a perfect system"
    " are off, over the change where some classes are never drawn; dotted: against the references of those clips alone."
)
LETTERS_PER_INCH = 13
LABEL_LETTERS = 19
"""In a line below a panel."""
PANEL_INCHES = (1.4, 1.6)
MARGIN_INCHES = (2.4, 0.8)
LOOK: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "evalsuite",
}
PNG_DOTS_PER_INCH = 100
PALETTE = 128
BAND = "#E8E8E8"
DASHES = {"all": "-", "same clips": ":"}


def write_figure(calibration: Calibration, files: Sequence[Path]) -> None:
    """Draw the figure into ``files``, whose endings say in which format. Equal records give equal bytes."""
    import matplotlib as mpl

    stamp = FigureStamp(
        figure="calibration",
        kind="calibration",
        name=calibration.profile.name,
        content_sha256=calibration.profile.sha256,
        values_sha256=values_sha256(calibration),
    )
    with mpl.rc_context(LOOK):
        drawn = figure(calibration)
        for file in files:
            write_atomically(file, _svg(drawn, stamp) if file.suffix == ".svg" else _png(drawn, stamp))


def values_sha256(calibration: Calibration) -> str:
    """Return a hash of what the figure plots, read from the record alone."""
    harms = [
        [curve.metric, curve.defect, [[digits(p.strength), digits(p.harm)] for p in curve.points if p.harm is not None]]
        for curve in calibration.curves
    ]
    errors = [
        [size.metric, size.references, digits(size.tolerance), [[p.n, digits(p.error)] for p in size.points]]
        for size in calibration.sizes
        if size.tolerance
    ]
    return sha256_json([[list(family.metrics) for family in calibration.families], harms, errors])


def figure(calibration: Calibration) -> Figure:
    """Return the figure; :func:`write_figure` sets its look."""
    from matplotlib.figure import Figure

    defects = [d for d in calibration.defects if _curves(calibration, d.name) or calibration.sizes]
    rows, columns = len(calibration.families), len(defects)
    width, height = (PANEL_INCHES[i] * n + MARGIN_INCHES[i] for i, n in enumerate((columns, rows)))
    drawn = Figure(figsize=(width, height), layout="constrained")
    panels = drawn.subplots(rows, columns, squeeze=False)
    for row, family in zip(panels, calibration.families, strict=True):
        for panel, defect in zip(row, defects, strict=True):
            curves = _curves(calibration, defect.name)
            if curves:
                _harm_panel(panel, family, curves)
            else:
                _size_panel(panel, family, calibration.sizes)
            panel.tick_params(labelbottom=False, labelleft=panel is row[0] or not curves)
        row[0].set_ylabel(family.title.replace(" ", "\n", 1) + "\n")
        row[-1].legend(*_legend(family), loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=1.5)
    drawn.suptitle(textwrap.fill(CAPTION, int(LETTERS_PER_INCH * width)), x=0.01, ha="left", fontsize=LOOK["font.size"])
    for first, last, defect in zip(panels[0], panels[-1], defects, strict=True):
        first.set_title(defect.name.replace("_", " "))
        last.tick_params(labelbottom=True)
        last.set_xlabel(textwrap.fill(defect.unit, LABEL_LETTERS))
    return drawn


def _svg(drawn: Figure, stamp: FigureStamp) -> bytes:
    stream = io.BytesIO()
    drawn.savefig(stream, format="svg", facecolor="white", metadata={"Date": None, "Keywords": [str(stamp)]})
    return stream.getvalue()


def _png(drawn: Figure, stamp: FigureStamp) -> bytes:
    """Return the figure in a palette of as many colours as lines and letters need, a third of the size."""
    from PIL import Image, PngImagePlugin

    full, small = io.BytesIO(), io.BytesIO()
    drawn.savefig(full, format="png", facecolor="white", dpi=PNG_DOTS_PER_INCH)
    palette = Image.open(full).convert("RGB").quantize(PALETTE, dither=Image.Dither.NONE)
    told = PngImagePlugin.PngInfo()
    told.add_text("Source", str(stamp))
    palette.save(small, format="PNG", optimize=True, pnginfo=told)
    return small.getvalue()


def _harm_panel(panel: Axes, family: Family, curves: Mapping[str, Curve]) -> None:
    """Draw harm over strength, logarithmic beyond ±1; what lies in the grey band is lost in the uncertainty."""
    panel.axhspan(-1, 1, color=BAND, linewidth=0)
    for metric, style in _styled(family):
        points = [(point.strength, point.harm) for point in curves[metric].points if point.harm is not None]
        panel.plot([strength for strength, _ in points], [harm for _, harm in points], **style)
    panel.set_yscale("symlog", linthresh=1, linscale=0.6)
    panel.set_ylim(-30, 500)
    panel.set_yticks([-10, -1, 0, 1, 10, 100], ["−10", "−1", "0", "1", "10", "100"])
    panel.minorticks_off()


def _size_panel(panel: Axes, family: Family, sizes: Sequence[SizeCurve]) -> None:
    """Draw the error of few clips over their number, in changes by the true defect; beyond 1 no metric can be read."""
    panel.axhspan(1e-3, 1, color=BAND, linewidth=0)
    styles = dict(_styled(family))
    for size in sizes:
        if size.metric in styles and size.tolerance:
            off = [(point.n, point.error / size.tolerance) for point in size.points if point.error > 0]
            panel.plot([n for n, _ in off], [error for _, error in off], DASHES[size.references], **styles[size.metric])
    panel.set(xscale="log", yscale="log", ylim=(3e-3, 100))
    panel.set_xticks([100, 1000], ["100", "1,000"])
    panel.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    panel.minorticks_off()


def _styled(family: Family) -> list[tuple[str, dict[str, Any]]]:
    return [
        (metric, {"color": colour, "marker": marker, "markersize": 3.5, "linewidth": 1.1})
        for metric, (colour, marker) in zip(family.metrics, STYLES * len(family.metrics), strict=False)
    ]


def _legend(family: Family) -> tuple[list[Line2D], list[str]]:
    from matplotlib.lines import Line2D

    styled = _styled(family)
    return [Line2D([], [], **style) for _, style in styled], [metric for metric, _ in styled]


def _curves(calibration: Calibration, defect: str) -> dict[str, Curve]:
    return {curve.metric: curve for curve in calibration.curves if curve.defect == defect}
