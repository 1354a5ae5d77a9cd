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

CLIP_COLUMNS = ("model", "clip_id", "label", "source", "fold", "seed", "heard_clip_id", "image_key", "predicted")
"""Columns of ``clips.parquet`` before one column per per-clip metric (``accuracy``, ``clip_similarity``, …)."""


@dataclass(frozen=True)
class Run:
    """A run folder, opened."""

    path: Path
    record: RunRecord

    def clips(self) -> pd.DataFrame:
        """Return one row per model and clip; the columns are :data:`CLIP_COLUMNS` and one per per-clip metric."""
        import pandas as pd

        return pd.read_parquet(self.path / CLIPS_FILE)

    def table(self) -> pd.DataFrame:
        """Return one row per measurement: model, metric, subset, value, low, high, n, passport."""
        import pandas as pd

        rows = [{**m.flat(), "subset": m.passport.subset} for m in self.record.measurements]
        return pd.DataFrame(rows)

    def comparisons(self) -> pd.DataFrame:
        """Return one row per comparison: who with whom, both values, difference, low, high, p-values, effect size."""
        import pandas as pd

        return pd.DataFrame([comparison.flat() for comparison in self.record.comparisons])


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
