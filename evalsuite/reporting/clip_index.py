"""The list of every clip: what the report's script needs in order to show, sort and filter them."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from evalsuite.reporting.clip_pictures import Sheets, sheets
from evalsuite.reporting.nearest_real import NEAREST, SIMILARITY
from evalsuite.reporting.packing import LARGEST, Scale, Values, pack, scale_of
from evalsuite.reporting.selection import ranking_column
from evalsuite.reporting.words import metric_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from evalsuite.record import RunRecord
    from evalsuite.reporting.media_encoding import Media
    from evalsuite.run_folder import Run

MOST_PICTURES = 15_000
"""As many small pictures, drawn and real, leave room for the rest of a report of 5 MB."""
MOST_CLIPS = 4000
"""As many clips can be listed, whatever the number of systems."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """A per-clip value of every system, packed."""

    name: str
    title: str
    higher_is_better: bool
    proportion: bool
    """Whether it is shown in per cent."""
    yes_no: bool
    """Whether every value is 0 or 1."""
    scale: Scale
    values: tuple[str, ...]
    """One string of a value for each clip for each system."""


@dataclass(frozen=True, kw_only=True)
class ClipIndex:
    """The listed clips."""

    systems: tuple[str, ...]
    classes: tuple[str, ...]
    ids: tuple[str, ...]
    total: int
    """How many clips the run has; more than are listed where they are too many."""
    labels: str
    """The place of each clip's class, packed."""
    seen: tuple[str, ...]
    """For each system the places of the classes that the judge saw, packed."""
    scores: tuple[Score, ...]
    ordered_by: str | None
    """The name of the score that orders the list at first, as it orders the classes' pages."""
    nearest: tuple[str, ...]
    """For each system places on the sheet of reference pictures, packed; empty where none is known."""
    nearest_labels: str
    """The class of each picture of that sheet, packed."""
    sheets: Sheets
    sound_folder: str | None
    """Where the sounds' files lie, as a link from the report; ``None`` where the sounds are synthesised."""
    sounds: tuple[str, ...]
    """The files in it, one for each clip, empty where a clip has none."""

    def content(self) -> dict[str, Any]:
        """Return all of it as what JSON knows."""
        return asdict(self)


def clip_index(run: Run, clips: pd.DataFrame, media: Media) -> ClipIndex:
    """Return the list of the clips of ``run``, whose per-clip table is ``clips``.

    Where they are more than :data:`MOST_CLIPS`, or their pictures more than :data:`MOST_PICTURES`, it holds as many as
    there is room for, evenly spread over classes and clip ids.
    """
    record = run.record
    systems = tuple(card.name for card in record.models if card.role == "system") or (record.models[0].name,)
    ids, total = listed(clips[clips["model"] == systems[0]], n_sheets=len(systems) + 2)
    rows = {model: clips[clips["model"] == model].set_index("clip_id").reindex(list(ids)) for model in systems}
    first = rows[systems[0]]
    references = _references(rows)
    seen = [table["predicted"] for table in rows.values()]
    labels = dict(zip(clips["clip_id"].astype(str), clips["label"].astype(str), strict=True))
    classes = tuple(dict.fromkeys([*record.dataset.classes, *labels.values(), *_words(seen)]))
    folder, sounds = _sounds(media, ids, start=run.path)
    return ClipIndex(
        systems=systems,
        classes=classes,
        ids=ids,
        total=total,
        labels=_places(first["label"], classes),
        seen=tuple(_places(column, classes) for column in seen),
        scores=_scores(record, rows),
        ordered_by=ranking_column(record, clips),
        nearest=tuple(_places(table[NEAREST], references) for table in rows.values()) if references else (),
        nearest_labels=_places([labels.get(clip_id) for clip_id in references], classes),
        sheets=sheets(record, rows, media, ids=ids, nearest=references),
        sound_folder=folder,
        sounds=sounds,
    )


def listed(rows: pd.DataFrame, *, n_sheets: int) -> tuple[tuple[str, ...], int]:
    """Return the ids of the clips to list, by class and id, and of how many they are."""
    ordered = [str(clip_id) for clip_id in rows.sort_values(["label", "clip_id"])["clip_id"]]
    room = min(MOST_CLIPS, MOST_PICTURES // n_sheets)
    if len(ordered) <= room:
        return tuple(ordered), len(ordered)
    return tuple(ordered[place * len(ordered) // room] for place in range(room)), len(ordered)


def _scores(record: RunRecord, rows: Mapping[str, pd.DataFrame]) -> tuple[Score, ...]:
    known = {m.per_clip: m for m in record.measurements if m.per_clip}
    found = []
    for name in (*known, SIMILARITY):
        if all(name in table.columns for table in rows.values()):
            values = np.stack([table[name].to_numpy(dtype=float) for table in rows.values()])
            if np.isfinite(values).any():
                unit = known[name].unit if name in known else "cosine"
                found.append(_score(name, values, unit=unit, higher=name not in known or known[name].higher_is_better))
    return tuple(found)


def _score(name: str, values: Values, *, unit: str, higher: bool) -> Score:
    yes_no = bool(np.isin(values[np.isfinite(values)], (0, 1)).all())
    scale = Scale(low=0, step=1, places=0) if yes_no else scale_of(values)
    return Score(
        name=name,
        title="Cosine with the nearest real picture" if name == SIMILARITY else metric_title(name),
        higher_is_better=higher,
        proportion=unit == "proportion",
        yes_no=yes_no,
        scale=scale,
        values=tuple(pack((row - scale.low) / scale.step, digits=1 if yes_no else 2) for row in values),
    )


def _references(rows: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Return the clips whose reference pictures are nearest to a drawn one, as many as can be told apart."""
    tables = [table[NEAREST] for table in rows.values() if NEAREST in table.columns]
    return tuple(sorted(set(_words(tables))))[:LARGEST] if len(tables) == len(rows) else ()


def _words(columns: Sequence[pd.Series[Any]]) -> list[str]:
    """Return the texts of some columns, without what is missing."""
    return [word for column in columns for word in column if isinstance(word, str) and word]


def _places(words: pd.Series[Any] | Sequence[str | None], among: Sequence[str]) -> str:
    """Return the place of each word in ``among``, packed."""
    place = {word: number for number, word in enumerate(among)}
    return pack(np.array([place.get(word, np.nan) if isinstance(word, str) else np.nan for word in words]))


def _sounds(media: Media, ids: Sequence[str], *, start: Path) -> tuple[str | None, tuple[str, ...]]:
    """Return the folder of the clips' files, as a link from ``start``, and the files in it."""
    files = {clip_id: file for clip_id in ids if (file := media.sound_file(clip_id)) is not None}
    if not files:
        return None, ()
    folder = os.path.commonpath([file.resolve().parent for file in files.values()])
    try:
        link = quote(os.path.relpath(folder, start.resolve()).replace(os.sep, "/"))
    except ValueError:  # on another drive
        link = Path(folder).as_uri()
    within = {clip_id: os.path.relpath(file.resolve(), folder).replace(os.sep, "/") for clip_id, file in files.items()}
    return link, tuple(quote(within[clip_id]) if clip_id in within else "" for clip_id in ids)
