"""The geometry of the curves of a sweep; the template draws them, so that they follow the reader's colour scheme."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.axes import Axis, polyline
from evalsuite.reporting.control_words import axis_label, dose, scale
from evalsuite.reporting.words import interval, metric_name, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evalsuite.control_record import Curve, CurvePoint, ResponseStamp
    from evalsuite.record import RunRecord
    from evalsuite.reporting.axes import Ticks

MOST_LINES = 6
"""More lines than this are told apart badly on one panel: systems and references then have one each."""
STYLES = 8
"""How many markers and dashes there are; see the style sheet and the template's markers."""
MARGIN = 0.04
"""Of the axis, on both sides of what it shows."""


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One mean response. Positions are per cent of the axes, from the lower left."""

    x: float
    y: float
    text: str
    """Dose, response and interval in words."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One model's curve, as SVG points in per cent, y downwards."""

    model: str
    role: str
    """«system» or «reference»."""
    style: int
    """Which marker and dashes it has, below :data:`STYLES`."""
    dots: tuple[Dot, ...]
    curve: str
    band: str
    """The outline of the interval; empty where it is not defined."""
    isotonic: str
    """The best monotone curve."""
    cells: tuple[tuple[str, str, str], ...]
    """For each dose of the sweep the mean, its interval and the monotone curve's value, in words."""


@dataclass(frozen=True, kw_only=True)
class CurveFigure:
    """One response, by everyone who was measured."""

    response: ResponseStamp
    title: str
    """«apparent size over loudness»."""
    x_label: str
    y_label: str
    panels: tuple[tuple[str, tuple[Line, ...]], ...]
    """Headings (empty for a single panel) and lines, on the same axes."""
    x_ticks: Ticks
    y_ticks: Ticks
    doses: tuple[str, ...]
    """The doses asked for, in words."""

    @property
    def lines(self) -> list[Line]:
        """Every line."""
        return [line for _, lines in self.panels for line in lines]


def curve_figures(record: RunRecord) -> list[CurveFigure]:
    """Return a figure for each response, the foremost first; none where there is but one dose."""
    if record.sweep is None or len(record.sweep.doses) < 2:
        return []
    found = (_figure(record, response) for response in record.sweep.responses)
    return [figure for figure in found if figure is not None]


def curves_of(record: RunRecord, response: str) -> list[tuple[Curve, str, int]]:
    """Return the curves of a response in the order of the models, each with its role and its style.

    A model has the same style in every figure: its place among the systems, or among the references.
    """
    of_model = {curve.model: curve for curve in record.curves if curve.response == response}
    by_role: dict[str, list[str]] = {"system": [], "reference": []}
    for card in record.models:
        by_role[card.role].append(card.name)
    return [
        (of_model[name], role, place % STYLES)
        for role, names in by_role.items()
        for place, name in enumerate(names)
        if name in of_model and known(of_model[name])
    ]


def known(curve: Curve) -> list[CurvePoint]:
    """Return the points of a curve whose place and value are defined."""
    return [point for point in curve.points if math.isfinite(point.measured) and math.isfinite(point.estimate.value)]


def span(values: Sequence[float], *, unit: str) -> tuple[float, float]:
    """Return the ends of an axis that shows ``values``: with a margin, from 0 where that is near, in proportions."""
    low, high = min(values), max(values)
    margin = MARGIN * (high - low) or max(abs(high), 1.0) * 0.1
    near = unit == "proportion" and 0 <= low < 0.5 * high
    return 0.0 if near else low - margin, high + margin


def ends_of(curve: Curve) -> list[float]:
    """Return all values of a curve that its figure must have room for."""
    found = [end for p in known(curve) for end in (p.estimate.value, p.estimate.low, p.estimate.high, p.isotonic)]
    return [end for end in found if math.isfinite(end)]


def banded(curve: Curve) -> list[CurvePoint]:
    """Return the points of a curve that have an interval."""
    return [p for p in known(curve) if math.isfinite(p.estimate.low) and math.isfinite(p.estimate.high)]


def _figure(record: RunRecord, response: ResponseStamp) -> CurveFigure | None:
    sweep, curves = record.sweep, curves_of(record, response.name)
    if sweep is None or not curves:
        return None
    factors = scale(sweep.unit), scale(response.unit)
    doses = [factors[0] * point.measured for curve, _, _ in curves for point in known(curve)]
    values = [factors[1] * end for curve, _, _ in curves for end in ends_of(curve)]
    axes = _Axes(Axis(*span(doses, unit="")), Axis(*span(values, unit=response.unit)), factors)
    lines = [_line(*styled, axes=axes, units=(sweep.unit, response.unit)) for styled in curves]
    return CurveFigure(
        response=response,
        title=f"{metric_name(response.name)} over {sweep.title}",
        x_label=axis_label(sweep.title, unit=sweep.unit),
        y_label=axis_label(response.name, unit=response.unit),
        panels=tuple(_panels(lines)),
        x_ticks=axes.across.ticks(),
        y_ticks=axes.up.ticks(),
        doses=tuple(dose(stamp.asked, unit=sweep.unit) for stamp in sweep.doses),
    )


def _panels(lines: list[Line]) -> Iterator[tuple[str, tuple[Line, ...]]]:
    if len(lines) <= MOST_LINES:
        yield "", tuple(lines)
        return
    for role in ("system", "reference"):
        if found := tuple(line for line in lines if line.role == role):
            yield f"{role.capitalize()}s", found


@dataclass(frozen=True)
class _Axes:
    across: Axis
    up: Axis
    factors: tuple[float, float]
    """What doses and responses are multiplied by."""

    def line(self, points: Sequence[tuple[float, float]]) -> str:
        return polyline([(self.factors[0] * x, self.factors[1] * y) for x, y in points], self.across, self.up)

    def place(self, x: float, y: float) -> tuple[float, float]:
        return self.across.place(self.factors[0] * x), self.up.place(self.factors[1] * y)


def _line(curve: Curve, role: str, style: int, *, axes: _Axes, units: tuple[str, str]) -> Line:
    points, wide = known(curve), banded(curve)
    around = [(p.measured, p.estimate.high) for p in wide] + [(p.measured, p.estimate.low) for p in reversed(wide)]
    return Line(
        model=curve.model,
        role=role,
        style=style,
        dots=tuple(_dot(point, axes, units) for point in points),
        curve=axes.line([(point.measured, point.estimate.value) for point in points]),
        band=axes.line(around),
        isotonic=axes.line([(p.measured, p.isotonic) for p in points if math.isfinite(p.isotonic)]),
        cells=tuple(_cell(point, unit=units[1]) for point in curve.points),
    )


def _dot(point: CurvePoint, axes: _Axes, units: tuple[str, str]) -> Dot:
    x, y = axes.place(point.measured, point.estimate.value)
    value, ends, _ = _cell(point, unit=units[1])
    return Dot(x=x, y=y, text=f"{dose(point.measured, unit=units[0])}: {value}" + (f" [{ends}]" if ends else ""))


def _cell(point: CurvePoint, *, unit: str) -> tuple[str, str, str]:
    estimate = point.estimate
    return number(estimate.value, unit=unit), interval(estimate, unit=unit), number(point.isotonic, unit=unit)
