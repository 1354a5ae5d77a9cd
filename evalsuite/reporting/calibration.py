"""The report of a calibration in Markdown: the verdicts and both tables, read from the record."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evalsuite.calibration_record import CALIBRATION_FILE, save_calibration
from evalsuite.files import write_atomically
from evalsuite.reporting.calibration_figure import write_figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from evalsuite.calibration_record import Calibration, Curve, SizeCurve

TABLE_FILE = "calibration.md"
FIGURE_FILES = ("calibration.svg", "calibration.png")

HARM = (
    "Harm of the greatest strength, in half widths of the metric's interval; bold where the curve is monotone, with"
    " Spearman's correlation of strength and value where that is not 1."
)
SEEN = "The least strength from which on the harm is above 1."
SIZES = "Mean value of a perfect system on n clips, and from how many on it can be read (d: features per picture)."


def write_calibration(folder: Path, calibration: Calibration) -> tuple[Path, ...]:
    """Write record, table and figure into ``folder``, made where it is missing, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    record, table = folder / CALIBRATION_FILE, folder / TABLE_FILE
    save_calibration(record, calibration)
    write_atomically(table, markdown(calibration).encode())
    figures = tuple(folder / name for name in FIGURE_FILES)
    write_figure(calibration, figures)
    return record, table, *figures


def markdown(calibration: Calibration) -> str:
    """Return verdicts and tables."""
    tables = {HARM: defect_table(calibration), SEEN: seen_table(calibration), SIZES: size_table(calibration)}
    parts = [
        f"# Calibration of the profile {calibration.profile.name}",
        f"{calibration.dataset.n:,} real pictures of {calibration.dataset.card.name}, seed {calibration.seed}.",
        "\n".join(f"- {verdict.sentence}" for verdict in calibration.verdicts),
        *(f"{caption}\n\n{table}" for caption, table in tables.items() if table),
        "\n".join(f"- {note}" for note in calibration.notes),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def defect_table(calibration: Calibration) -> str:
    """Return one row per metric and one column per defect: the harm of the greatest strength and how it came to it."""
    defects = _damaging(calibration)
    rows = [
        [metric.name, *(_cell(calibration.curve(metric.name, defect)) for defect in defects)]
        for metric in calibration.metrics
    ]
    return _table(["metric", *(_words(defect) for defect in defects)], rows) if defects else ""


def seen_table(calibration: Calibration) -> str:
    """Return one row per metric and one column per defect: the least strength from which on the metric sees it."""
    defects = _damaging(calibration)
    rows = [
        [metric.name, *(_strength(calibration.curve(metric.name, defect)) for defect in defects)]
        for metric in calibration.metrics
    ]
    return _table(["metric", *(_words(defect) for defect in defects)], rows) if defects else ""


def size_table(calibration: Calibration) -> str:
    """Return one row per metric: its mean value at each number of clips, and from how many on it can be read."""
    numbers = sorted({point.n for size in calibration.sizes for point in size.points})
    rows = [
        [size.metric, size.references, *(_mean(size, n) for n in numbers), _readable(size)]
        for size in calibration.sizes
    ]
    return _table(["metric", "references", *(f"n = {n:,}" for n in numbers), "readable from"], rows) if rows else ""


def _damaging(calibration: Calibration) -> list[str]:
    measured = {curve.defect for curve in calibration.curves}
    return [defect.name for defect in calibration.defects if defect.name in measured]


def _cell(curve: Curve | None) -> str:
    """Return the harm, bold where the curve is monotone, with Spearman's correlation unless it is 1."""
    if curve is None or curve.harm is None or curve.reading == "undefined":
        return "–"
    if curve.reading == "blind":
        return "blind"
    harm = f"{curve.harm:.0f}" if abs(curve.harm) >= 10 else f"{curve.harm:.1f}"
    rho = "" if curve.rho is None or curve.rho > 0.995 else f" ({curve.rho:.2f})"
    shown = f"**{harm}**{rho}" if curve.reading == "monotone" else f"{curve.reading}, ends at {harm}{rho}"
    return shown.replace("-", "−")


def _strength(curve: Curve | None) -> str:
    return "–" if curve is None or curve.seen_from is None else f"{curve.seen_from:g}"


def _mean(size: SizeCurve, n: int) -> str:
    values = next((point.values for point in size.points if point.n == n), ())
    if not values:
        return "–"
    mean = sum(values) / len(values)
    return (f"{mean:,.0f}" if abs(mean) >= 100 else f"{mean:.3g}").replace("-", "−")


def _readable(size: SizeCurve) -> str:
    if size.tolerance is None:
        return "–"
    if size.readable_from is None:
        return "more"
    per_dimension = f" ({size.readable_from / size.dimensions:.2g} d)" if size.dimensions else ""
    return f"{math.ceil(size.readable_from):,}{per_dimension}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in heading[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heading, rule, *rows))
