"""What the stored clips say of a number that a record holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.run_folder import CLIPS_FILE
from evalsuite.running.score import MET, NOT_MET
from evalsuite.stats import mean_estimate, median_estimate, proportion_estimate

if TYPE_CHECKING:
    import pandas as pd

    from evalsuite.measurement import Estimate, Measurement
    from evalsuite.tabling.entries import Entry

BY = {"Wilson": proportion_estimate, "t, ": mean_estimate, "median": median_estimate}
"""How an interval is made from values of clips, by how its method begins; any other needs more than these."""
MEDIANS = ("_spearman", "_slope")
"""How metrics end whose value is the median over clips, not the mean; see :mod:`evalsuite.metrics.control.trends`."""
SAME = 1e-9
"""Values that differ by less, relative to their size, are one: sums depend on the order of rows."""
ENDS = ("value", "low", "high", "standard_error")


def from_clips(entry: Entry, measurement: Measurement) -> Measurement:
    """Return a measurement as ``clips.parquet`` has it: the mean, or of a trend the median, of the values of clips.

    The interval is made anew where it comes from these values alone. The record's measurement is returned where the
    metric has no value for a clip, and where clips and record agree. Raises ``UserError`` where a column is missing.
    """
    if not is_per_clip(measurement):
        return measurement
    if measurement.per_clip not in entry.clips:
        raise UserError(f"the column {measurement.per_clip!r} is missing", file=entry.run.path / CLIPS_FILE)
    found = _estimate(measurement, _rows(entry, measurement.passport.subset))
    return measurement if _agree(found, measurement.estimate) else measurement.model_copy(update={"estimate": found})


def is_per_clip(measurement: Measurement) -> bool:
    """Return whether a number can be made from the stored clips."""
    return measurement.per_clip is not None and measurement.passport.subset in ("all", MET, NOT_MET)


def _estimate(measurement: Measurement, rows: pd.DataFrame) -> Estimate:
    values = rows[measurement.per_clip].dropna()
    recorded = measurement.estimate
    by = next((make for beginning, make in BY.items() if recorded.method.startswith(beginning)), None)
    if values.empty:
        return recorded.model_copy(update=dict.fromkeys(ENDS, math.nan))
    if by is None or (by is proportion_estimate and not values.isin((0.0, 1.0)).all()):
        median = measurement.metric.endswith(MEDIANS)
        return recorded.model_copy(update={"value": float(values.median() if median else values.mean())})
    return by(values.to_numpy(dtype=float), sources=values.index.get_level_values("source").to_numpy(dtype=str))


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
