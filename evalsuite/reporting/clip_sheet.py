"""Very many small pictures in one file: a sheet, of which a page shows a piece at a time."""

from __future__ import annotations

import functools
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.media_encoding import data_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image

    from evalsuite.audio.clip import Picture
    from evalsuite.reporting.media_encoding import Media

VERSION = 1
"""Part of every cache key; rises when a sheet would look different."""
SIDE = 48
"""Pixels of a picture on the best sheets."""
RUNGS = ((48, 20), (48, 10), (48, 5), (40, 5), (32, 10), (32, 5), (24, 5), (16, 5))
"""Pixels of a side and WebP quality, from the best sheet to the smallest. Many pixels of low quality look better than
few of high quality that take as many bytes."""
SAMPLE = 196
"""As many pictures, evenly spread, tell beforehand how large a sheet becomes."""
GREY = (128, 128, 128)
"""Where a picture is missing."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Square pictures in rows, the first at the top left."""

    uri: str
    """The sheet as a ``data:`` URI."""
    columns: int
    """How many pictures a row holds."""
    gaps: tuple[int, ...]
    """Places whose picture is missing."""


class _GapsError(Exception):
    """Keeps a sheet from being cached that would be another once the pictures are drawn again."""


def encode_sheet(
    media: Media, draws: Sequence[Callable[[], Picture | None]], *, key: str, budget: float
) -> Sheet | None:
    """Return the sheet of what ``draws`` return, of at most about ``budget`` bytes a picture; ``None`` where none does.

    ``key`` names everything that the pictures depend on. A sheet that is cached draws nothing.
    """
    if not draws:
        return None
    cells = functools.cache(lambda: [_cell(draw()) for draw in draws])
    cache_key = f"report-sheet-v{VERSION}-{budget:.1f}-{key}"
    columns = _columns(len(draws))
    try:
        data = media.cached_bytes(cache_key, lambda: _whole(cells(), budget))
    except _GapsError:
        gaps = tuple(place for place, cell in enumerate(cells()) if cell is None)
        if len(gaps) == len(draws):
            return None
        return Sheet(uri=data_uri(_encoded(cells(), budget)), columns=columns, gaps=gaps)
    return Sheet(uri=data_uri(data), columns=columns, gaps=())


def _cell(picture: Picture | None) -> Image | None:
    """Return the picture as a small square, cut at its longer side as a page cuts it."""
    from PIL import Image, ImageOps

    return None if picture is None else ImageOps.fit(Image.fromarray(picture), (SIDE, SIDE), Image.Resampling.BOX)


def _whole(cells: Sequence[Image | None], budget: float) -> bytes:
    if any(cell is None for cell in cells):
        raise _GapsError
    return _encoded(cells, budget)


def _encoded(cells: Sequence[Image | None], budget: float) -> bytes:
    """Return the best sheet within the budget, else the smallest; a sample tells which rungs are worth trying."""
    some = cells[:: math.ceil(len(cells) / SAMPLE)]
    sheet, sample = _laid_out(cells), _laid_out(some)
    promising = [rung for rung in RUNGS if len(_saved(sample, *rung)) <= budget * len(some)]
    for side, quality in promising:
        best = _saved(sheet, side, quality)
        if len(best) <= budget * len(cells):
            return best
    return _saved(sheet, *RUNGS[-1])


def _laid_out(cells: Sequence[Image | None]) -> Image:
    from PIL import Image

    columns = _columns(len(cells))
    sheet = Image.new("RGB", (columns * SIDE, math.ceil(len(cells) / columns) * SIDE), GREY)
    for place, cell in enumerate(cells):
        if cell is not None:
            row, column = divmod(place, columns)
            sheet.paste(cell, (column * SIDE, row * SIDE))
    return sheet


def _saved(sheet: Image, side: int, quality: int) -> bytes:
    stream = io.BytesIO()
    width, height = (extent // SIDE * side for extent in sheet.size)
    sheet.resize((width, height)).save(stream, "WEBP", quality=quality)
    return stream.getvalue()


def _columns(n: int) -> int:
    return math.ceil(math.sqrt(n))
