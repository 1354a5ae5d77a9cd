"""Where runs lie that a paper names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.run_folder import RECORD_FILE, load_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def stored(run: str, folders: Sequence[Path]) -> Path | None:
    """Return where a run lies, known by its id: below one of the folders, or itself one of them; or ``None``."""
    places = [place for folder in folders for place in (folder / run, folder) if (place / RECORD_FILE).is_file()]
    return next((place for place in places if load_run(place).record.run_id == run), None)
