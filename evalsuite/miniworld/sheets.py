"""Contact sheets: pictures of the miniature world, to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Picture


def tile(pictures: Picture, *, columns: int, scale: int = 1) -> Image.Image:
    """Lay pictures (n, H, W, 3) out row by row in ``columns`` columns, each enlarged ``scale`` times."""
    rows = -(-len(pictures) // columns)
    height, width = pictures.shape[1:3]
    sheet = np.full((rows * columns, height, width, 3), 255, dtype=np.uint8)
    sheet[: len(pictures)] = pictures
    grid = sheet.reshape(rows, columns, height, width, 3).swapaxes(1, 2).reshape(rows * height, columns * width, 3)
    return Image.fromarray(grid).resize((columns * width * scale, rows * height * scale), Image.Resampling.NEAREST)


def save_sheet(file: Path, pictures: Picture, *, columns: int, scale: int = 1) -> None:
    """Save a contact sheet as PNG."""
    file.parent.mkdir(parents=True, exist_ok=True)
    tile(pictures, columns=columns, scale=scale).save(file, optimize=True)
