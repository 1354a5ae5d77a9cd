"""What the stored clips say of a number that a record holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.errors import UserError
from evalsuite.metrics.classification import balanced_accuracy, macro_f1
from evalsuite.run_folder import CLIPS_FILE
from evalsuite.running.score import MET, NOT_MET
from evalsuite.stats import mean_estimate, median_estimate, proportion_estimate
from evalsuite.stats.intervals import WITHIN

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from evalsuite.measurement import Estimate, Measurement
    from evalsuite.stats.intervals import Sources
    from evalsuite.tabling.entries import Entry

CLASS_AVERAGES = {metric.name: metric for metric in (balanced_accuracy, macro_f1)}
"""Metrics that weigh classes equally: no clip has a value of its own, but the class that the judge saw in it."""
BY: dict[str, Callable[..., Estimate]] = {
    "Wilson": proportion_estimate,
    "t, ": mean_estimate,
    "median": median_estimate,
}
"""How an interval is made from values of clips, by how its method begins; any other needs more than these."""
MEDIANS = ("_spearman", "_slope")
"""How metrics end whose value is the median over clips, not the mean; see :mod:`evalsuite.metrics.control.trends`."""
SAME = 1e-9
"""Values that differ by less, relative to their size, are one: sums depend on the order of rows."""
ENDS = ("value", "low", "high", "standard_error")


def from_clips(entry: Entry, measurement: Measurement) -> Measurement:
    """Return a measurement as ``clips.parquet`` has it.

    That is the mean, or of a trend the median, of the values of clips; of :data:`CLASS_AVERAGES` the score of the
    classes that the judge saw. The interval is made anew where it comes from these alone. The record's measurement is
    returned where clips do not say, and where clips and record agree. Raises ``UserError`` where a column is missing.
    """
    column = _column(measurement)
    if column is None:
        return measurement
    if column not in entry.clips:
        raise UserError(f"the column {column!r} is missing", file=entry.run.path / CLIPS_FILE)
    rows = _rows(entry, measurement.passport.subset)
    found = _estimate(measurement, rows) if measurement.per_clip else _class_average(measurement.metric, rows)
    return measurement if _agree(found, measurement.estimate) else measurement.model_copy(update={"estimate": found})


def is_per_clip(measurement: Measurement) -> bool:
    """Return whether a number can be made from the stored clips."""
    return _column(measurement) is not None


def _column(measurement: Measurement) -> str | None:
    """Return which column of the clips a number is made from; ``None`` where they do not say it."""
    if measurement.passport.subset not in ("all", MET, NOT_MET):
        return None
    return measurement.per_clip or ("predicted" if measurement.metric in CLASS_AVERAGES else None)


def _class_average(metric: str, rows: pd.DataFrame) -> Estimate:
    words = np.concatenate([rows["label"].to_numpy(dtype=str), rows["predicted"].to_numpy(dtype=str)])
    targets, predicted = np.split(np.unique(words, return_inverse=True)[1], 2)
    return CLASS_AVERAGES[metric].estimate(targets, predicted, sources=_sources(rows))


def _sources(rows: pd.DataFrame | pd.Series[float]) -> Sources:
    return rows.index.get_level_values("source").to_numpy(dtype=str)


def _estimate(measurement: Measurement, rows: pd.DataFrame) -> Estimate:
    values = rows[measurement.per_clip].dropna()
    recorded = measurement.estimate
    by = next((make for beginning, make in BY.items() if recorded.method.startswith(beginning)), None)
    if values.empty:
        return recorded.model_copy(update=dict.fromkeys(ENDS, math.nan))
    if by is None or (by is proportion_estimate and not values.isin((0.0, 1.0)).all()):
        median = measurement.metric.endswith(MEDIANS)
        return recorded.model_copy(update={"value": float(values.median() if median else values.mean())})
    told: dict[str, Any] = {"sources": _sources(values)}
    if WITHIN in recorded.method:
        told["strata"] = rows.loc[values.index, "label"].to_numpy(dtype=str)
    return by(values.to_numpy(dtype=float), **told)


def _rows(entry: Entry, subset: str) -> pd.DataFrame:
    """Return the clips that count: the systems' cards say which concepts were met, as they did when it was measured."""
    if subset == "all":
        return entry.clips
    systems = (card for card in entry.run.record.models if card.role == "system")
    met = frozenset().union(*(card.concepts_met or () for card in systems))
    inside = entry.clips["label"].isin(met)
    return entry.clips[inside if subset == MET else ~inside]


def _agree(one: Estimate, other: Estimate) -> bool:
    pairs = [(getattr(one, end), getattr(other, end)) for end in ENDS]
    return all(math.isclose(a, b, rel_tol=SAME, abs_tol=SAME) or (math.isnan(a) and math.isnan(b)) for a, b in pairs)
