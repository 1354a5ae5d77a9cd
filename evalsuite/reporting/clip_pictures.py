"""The sheets of a run: what every system drew for the listed clips, and real pictures beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from evalsuite.hashing import sha256_json
from evalsuite.lookahead import ahead
from evalsuite.reporting.clip_sheet import Sheet, encode_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from evalsuite.audio.clip import Picture
    from evalsuite.record import RunRecord
    from evalsuite.reporting.media_encoding import Media

    _Wanted = tuple[Callable[[str], Picture | None], Sequence[str], str]
    """Where the picture of a clip is found, of which clips, and the hash of all that these depend on."""

BUDGET = 1_050_000
"""Bytes for all sheets of a report, before base 64 makes four of three."""
FULL_SIZE = 8000
"""Fewer pictures than this get no larger a share of the budget: the best sheets need no more."""

SHEETS_AHEAD = 2
"""How many are in memory at a time, beside those that are done."""


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """The sheets of the listed clips; each has a picture for each clip, in the clips' order."""

    drawn: tuple[Sheet | None, ...]
    """One of each system; ``None`` where its pictures are gone."""
    real: Sheet | None
    """The clips' real pictures; ``None`` where there are none."""
    nearest: Sheet | None
    """The reference pictures that are nearest to any drawn one, in an order of their own."""


def sheets(
    record: RunRecord, rows: Mapping[str, pd.DataFrame], media: Media, *, ids: Sequence[str], nearest: Sequence[str]
) -> Sheets:
    """Return the sheets for the clips ``ids`` and the reference pictures of the clips ``nearest``.

    ``rows`` holds each system's rows of the per-clip table, in the order of ``ids``.
    """
    budget = BUDGET / max((len(rows) + 1) * len(ids) + len(nearest), FULL_SIZE)
    world = [record.dataset.sha256, record.dataset.pictures.model_dump() if record.dataset.pictures else None]
    wanted: list[_Wanted] = [
        *((partial(media.picture, model), ids, sha256_json(list(table["image_key"]))) for model, table in rows.items()),
        (media.true_picture, ids, sha256_json([*world, "real", *ids])),
        (media.reference_picture, nearest, sha256_json([*world, "reference", *nearest])),
    ]

    def encoded(one: _Wanted) -> Sheet | None:
        draw, clip_ids, key = one
        return encode_sheet(media, [partial(draw, clip_id) for clip_id in clip_ids], key=key, budget=budget)

    *drawn, real, references = ahead(wanted, encoded, at_most=SHEETS_AHEAD)
    return Sheets(drawn=tuple(drawn), real=real, nearest=references)
