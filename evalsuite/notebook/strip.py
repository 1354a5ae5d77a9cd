"""Pictures in rows, one for each model: what was drawn for a few clips, or for one clip at every dose of a sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.home import HOME_VARIABLE, home
from evalsuite.notebook.names import require
from evalsuite.reporting.control_choice import chosen_subjects
from evalsuite.reporting.control_words import dose
from evalsuite.reporting.html import templates
from evalsuite.reporting.lookup import kind_of
from evalsuite.reporting.media_encoding import THUMBNAIL_BUDGET, THUMBNAIL_SIDE, compress, data_uri
from evalsuite.reporting.selection import choose, ranking_column
from evalsuite.reporting.words import capitalised
from evalsuite.run_folder import CLIPS_FILE
from evalsuite.running.png import decode_png
from evalsuite.running.store import STORE_FILE, Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from evalsuite.record import RunRecord
    from evalsuite.run_folder import Run

COLUMNS = 5
"""How many classes a strip shows when nobody chose the clips."""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """Pictures of the same clips by several models. A notebook shows it as HTML."""

    caption: str
    """By which rule the clips were chosen; empty where the caller chose them."""
    heads: tuple[tuple[str, str], ...]
    """Of each column, the clip's id and what stands above: its class or its dose."""
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]
    """Name of each model and its pictures as ``data:`` URIs; ``None`` where the store no longer has one."""

    @property
    def note(self) -> str:
        """What to say of pictures that are missing; empty where none is."""
        uris = [uri for _, row in self.rows for uri in row]
        missing = uris.count(None)
        where = f"Not in the store ({HOME_VARIABLE} says where it lies)"
        return f"{where}: {missing} of {len(uris)} pictures." if missing else ""

    def _repr_html_(self) -> str:
        return templates().get_template("notebook_strip.html.j2").render(strip=self)

    def __str__(self) -> str:
        clips = ", ".join(f"{head} ({clip_id})" for clip_id, head in self.heads)
        return f"Pictures by {', '.join(name for name, _ in self.rows)}: {clips}"

    __repr__ = __str__


def typical_strip(run: Run) -> Strip | None:
    """Return pictures of clips that nobody picked by hand; ``None`` where nothing orders the clips.

    They are the median clips of classes from the most to the least accurate or, of a sweep, every dose of the subject
    whose trend is the median one.
    """
    if not run.record.models or not (run.path / CLIPS_FILE).is_file():
        return None
    clips = run.clips()
    caption, heads = _dosed(run.record, clips) if run.record.sweep else _medians(run.record, clips)
    return _strip(clips, heads, models=_usual_models(run.record), caption=caption) if heads else None


def clip_strip(run: Run, clip_ids: Sequence[str], *, models: Sequence[str] = ()) -> Strip:
    """Return what ``models`` drew for these clips, by default the systems and ceilings.

    Raises ``UserError`` for a clip or a model that is not in the run.
    """
    clips = run.clips()
    labels = dict(zip(clips["clip_id"].astype(str), clips["label"].astype(str), strict=True))
    require("clip", clip_ids, among=labels)
    require("model", models, among=[card.name for card in run.record.models])
    heads = {clip_id: labels[clip_id] for clip_id in clip_ids}
    return _strip(clips, heads, models=models or _usual_models(run.record))


def _usual_models(record: RunRecord) -> list[str]:
    """Return whose pictures are worth a look: the systems and what they are to come near to."""
    return [card.name for card in record.models if kind_of(card) in {"system", "ceiling"}]


def _medians(record: RunRecord, clips: pd.DataFrame) -> tuple[str, dict[str, str]]:
    column, model = ranking_column(record, clips), record.models[0].name
    found = choose(clips, model=model, by=column) if column else []
    if len(found) > COLUMNS:
        found = [found[round(place * (len(found) - 1) / (COLUMNS - 1))] for place in range(COLUMNS)]
    caption = f"The median clip of {len(found)} classes, from the one that {model} draws best to the one it draws worst"
    return caption, {choices.median.clip_id: choices.label for choices in found}


def _dosed(record: RunRecord, clips: pd.DataFrame) -> tuple[str, dict[str, str]]:
    if record.sweep is None or not record.sweep.responses:
        return "", {}
    model, response = record.models[0].name, record.sweep.responses[0]
    subjects = chosen_subjects(clips, model=model, response=response)
    subject = next((subject for subject in subjects if subject.rank == "median"), None)
    if subject is None:
        return "", {}
    caption = f"{capitalised(subject.title)} at every {record.sweep.title}: the median by {model}'s trend"
    return caption, {step: dose(asked, unit=record.sweep.unit) for asked, step in subject.steps}


def _strip(clips: pd.DataFrame, heads: Mapping[str, str], *, models: Sequence[str], caption: str = "") -> Strip:
    shown = clips[clips["model"].isin(models) & clips["clip_id"].isin(list(heads))]
    keys = dict(zip(zip(shown["model"], shown["clip_id"], strict=True), shown["image_key"], strict=True))
    uris = _stored(list(keys.values()))
    rows = tuple((name, tuple(uris.get(keys.get((name, clip_id), "")) for clip_id in heads)) for name in models)
    return Strip(caption=caption, heads=tuple(heads.items()), rows=rows)


def _stored(keys: Sequence[str]) -> dict[str, str]:
    """Return the pictures that the store has under ``keys``, as small ``data:`` URIs."""
    if not (home() / STORE_FILE).is_file():  # to look at a run makes no store
        return {}
    with Store() as store:
        found = store.get_many(keys)
    return {
        key: data_uri(compress(decode_png(data), side=THUMBNAIL_SIDE, budget=THUMBNAIL_BUDGET))
        for key, data in found.items()
    }
