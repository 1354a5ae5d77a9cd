"""Two small run folders under the names that docstrings and the page on notebooks use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from control_example import control_run
from reporting_example import REFERENCES, RIVALS, SYSTEM
from tabling_example import table_run

from evalsuite.running.png import encode_png
from evalsuite.running.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from reporting_example import ExampleMedia

    from evalsuite.run_folder import Run

ZERO_SHOT = "runs/esc50_zeroshot-1a2b3c4d"
CONTROL = "runs/control_volume-5e6f7a8b"
MODELS = (SYSTEM, RIVALS[0], *REFERENCES[1:3])
"""Two systems, the text oracle and shuffled audio."""


def example_runs(folder: Path) -> None:
    """Write both below ``folder``."""
    table_run(folder / ZERO_SHOT, models=MODELS)
    control_run(folder / CONTROL, models=(SYSTEM, *REFERENCES[1:3]), per_class=1)


def store_pictures(run: Run, media: ExampleMedia) -> None:
    """Put what everyone drew into the store, as the suite would."""
    rows = run.clips()[["model", "clip_id", "image_key"]].itertuples(index=False)
    found = {row.image_key: media.picture(row.model, row.clip_id) for row in rows}
    with Store() as store:
        store.put_many({key: encode_png(picture) for key, picture in found.items() if picture is not None})
