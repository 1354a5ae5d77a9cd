"""The curves of a sweep, drawn for a column of a paper."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from evalsuite.reporting.calibration_figure import STYLES
from evalsuite.reporting.control_curves import MOST_LINES, banded, curves_of, known
from evalsuite.reporting.control_sheet import COLUMN_INCHES, Sheet
from evalsuite.reporting.control_words import axis_label, scale, subjects
from evalsuite.reporting.words import metric_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from evalsuite.control_record import Curve, ResponseStamp, SweepStamp
    from evalsuite.record import RunRecord

PANEL_INCHES = 1.75
LEGEND_INCHES = 0.17
"""Of one line of it."""
LEGEND_COLUMNS = 2
REFERENCE_COLOUR = "#555555"
DASHES: tuple[Any, ...] = (
    *("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1, 2)), (0, (9, 3)), (0, (3, 1, 1, 1, 1, 1))),
    *((0, (1.5, 3)), (0, (9, 2, 2, 2))),
)


def draw_curves(record: RunRecord) -> Iterator[Sheet]:
    """Yield the figure of every response, the foremost first; none where there is but one dose."""
    sweep = record.sweep
    if sweep is None or len(sweep.doses) < 2:
        return
    for response in sweep.responses:
        if curves := curves_of(record, response.name):
            caption = _caption(curves, sweep, response)
            yield Sheet(stem=f"curve_{response.name}", figure=_figure(curves, sweep, response), caption=caption)


def _figure(curves: Sequence[tuple[Curve, str, int]], sweep: SweepStamp, response: ResponseStamp) -> Figure:
    from matplotlib.figure import Figure

    by_role = [[curve for curve in curves if curve[1] == role] for role in ("system", "reference")]
    parts = [list(curves)] if len(curves) <= MOST_LINES else [part for part in by_role if part]
    lines = sum(math.ceil(len(part) / LEGEND_COLUMNS) for part in parts)
    height = PANEL_INCHES * len(parts) + LEGEND_INCHES * lines + 0.2
    drawn = Figure(figsize=(COLUMN_INCHES, height), layout="constrained")
    panels = drawn.subplots(len(parts), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    for panel, part in zip(panels, parts, strict=True):
        _panel(panel, part, sweep=sweep, response=response)
    panels[-1].set_xlabel(axis_label(sweep.title, unit=sweep.unit))
    return drawn


def _panel(
    panel: Axes, curves: Sequence[tuple[Curve, str, int]], *, sweep: SweepStamp, response: ResponseStamp
) -> None:
    across, up = scale(sweep.unit), scale(response.unit)
    for curve, role, style in curves:
        points, wide, look = known(curve), banded(curve), _look(role, style)
        panel.fill_between(
            [across * point.measured for point in wide],
            [up * point.estimate.low for point in wide],
            [up * point.estimate.high for point in wide],
            color=look["color"],
            alpha=0.13,
            linewidth=0,
        )
        doses = [across * point.measured for point in points]
        if role == "system":
            best = [up * point.isotonic for point in points]
            panel.plot(doses, best, color=look["color"], linewidth=0.6, linestyle=(0, (0.6, 1.6)))
        panel.plot(doses, [up * point.estimate.value for point in points], label=curve.model, **look)
    panel.set_ylabel(axis_label(response.name, unit=response.unit))
    panel.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=LEGEND_COLUMNS,
        frameon=False,
        handlelength=2.6,
        borderaxespad=0.2,
        labelspacing=0.25,
    )


def _look(role: str, style: int) -> dict[str, Any]:
    """Return how a model's line looks: marker and dashes say what the colour says."""
    colour, marker = STYLES[style]
    own = role == "system"
    return {
        "color": colour if own else REFERENCE_COLOUR,
        "marker": marker,
        "markerfacecolor": colour if own else "white",
        "linestyle": DASHES[style],
        "markersize": 3.5,
        "linewidth": 1.1 if own else 0.8,
    }


def _caption(curves: Sequence[tuple[Curve, str, int]], sweep: SweepStamp, response: ResponseStamp) -> str:
    meaning = response.meaning.replace("{label}", "…")
    method = next(point.estimate.method for curve, _, _ in curves for point in known(curve))
    return (
        f"Mean {metric_name(response.name)} over measured {sweep.title}, {subjects(sweep)}. {meaning}"
        f" Bands: {method}; thin dotted: the monotone curve that fits best."
    )
