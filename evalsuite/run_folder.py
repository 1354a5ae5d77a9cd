"""The run folder, which every report, table and comparison reads.

It holds ``record.json`` (:mod:`evalsuite.record`), ``clips.parquet`` (one row per model and clip) and ``report.html``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from evalsuite.errors import UserError
from evalsuite.files import write_atomically
from evalsuite.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

RECORD_FILE = "record.json"
CLIPS_FILE = "clips.parquet"
REPORT_FILE = "report.html"

CLIP_COLUMNS = (
    "model",
    "clip_id",
    "label",
    "source",
    "fold",
    "seed",
    "heard_clip_id",
    "image_key",
    "predicted",
    "nearest_real",
    "nearest_real_similarity",
)
"""Columns of ``clips.parquet`` before one column per per-clip metric (``accuracy``, ``clip_similarity``, …).

``predicted`` is the class that the judge sees in the picture. ``nearest_real`` is the clip whose reference picture the
judge finds nearest to it, by the cosine of their features, ``nearest_real_similarity`` in [-1, 1]; of several, the clip
whose id comes first. Where a run refers to no pictures in the judge's features, as a sweep's does, there are neither.
"""
CURVE_COLUMNS = ("model", "response", "dose", "measured", "value", "low", "high", "isotonic")
"""Columns of :meth:`Run.curves`."""


@dataclass(frozen=True)
class Run:
    """A run folder, opened."""

    path: Path
    record: RunRecord

    def clips(self) -> pd.DataFrame:
        """Return one row per model and clip; the columns are :data:`CLIP_COLUMNS` and one per per-clip metric.

        >>> clips = load_run("runs/esc50_zeroshot-1a2b3c4d").clips()
        >>> clips.groupby("model", sort=False)["accuracy"].mean().round(3).to_dict()
        {'seeingsounds': 0.633, 'sound2scene': 0.7, 'text_oracle': 0.983, 'shuffled_audio': 0.017}
        """
        import pandas as pd

        return pd.read_parquet(self.path / CLIPS_FILE)

    def table(self) -> pd.DataFrame:
        """Return one row per measurement: model, metric, subset, value, low, high, n, passport.

        >>> table = load_run("runs/esc50_zeroshot-1a2b3c4d").table()
        >>> table.query("metric == 'accuracy' and subset == 'all'")[["model", "value", "low", "high"]].round(3)
                    model  value    low   high
        0    seeingsounds  0.633  0.478  0.765
        3     sound2scene  0.700  0.568  0.806
        6     text_oracle  0.983  0.909  0.997
        9  shuffled_audio  0.017  0.003  0.091
        """
        import pandas as pd

        rows = [{**m.flat(), "subset": m.passport.subset} for m in self.record.measurements]
        return pd.DataFrame(rows)

    def comparisons(self) -> pd.DataFrame:
        """Return one row per comparison: who with whom, both values, difference, low, high, p-values, effect size.

        >>> found = load_run("runs/esc50_zeroshot-1a2b3c4d").comparisons()
        >>> found.query("other == 'sound2scene'")[["model", "other", "difference", "low", "high"]].round(3)
                  model        other  difference    low   high
        2  seeingsounds  sound2scene      -0.067 -0.267  0.134
        """
        import pandas as pd

        return pd.DataFrame([comparison.flat() for comparison in self.record.comparisons])

    def curves(self) -> pd.DataFrame:
        """Return one row per model, response and dose of a sweep; the columns are :data:`CURVE_COLUMNS`.

        ``dose`` was asked for and ``measured`` found in the sounds, in the unit of ``record.sweep``; the others are in
        the unit of the response. A run without a sweep has no rows.

        >>> curves = load_run("runs/control_volume-5e6f7a8b").curves()
        >>> curves[["model", "response", "dose", "value", "low", "high"]].round(2).head(3)
                  model       response  dose  value   low  high
        0  seeingsounds  apparent_size -50.0   0.27  0.24  0.30
        1  seeingsounds  apparent_size -40.0   0.32  0.29  0.35
        2  seeingsounds  apparent_size -30.0   0.35  0.32  0.38
        """
        import pandas as pd

        rows = [
            (curve.model, curve.response, point.dose, point.measured, mean.value, mean.low, mean.high, point.isotonic)
            for curve in self.record.curves
            for point in curve.points
            for mean in (point.estimate,)
        ]
        return pd.DataFrame(rows, columns=list(CURVE_COLUMNS))


def load_run(path: Path | str) -> Run:
    """Open a run folder. Raises ``UserError`` where it is not one."""
    folder = Path(path)
    file = folder / RECORD_FILE
    if not file.is_file():
        raise UserError(f"not a run folder: it holds no {RECORD_FILE}", file=folder)
    try:
        return Run(folder, RunRecord.model_validate_json(file.read_text()))
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"unreadable run record: {first['msg']} at {first['loc']}", file=file) from error


def save_record(folder: Path, record: RunRecord) -> None:
    """Write ``record.json`` atomically: a reader finds the old one or the new one, never half of one."""
    text = json.dumps(record.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write_atomically(folder / RECORD_FILE, text.encode())
