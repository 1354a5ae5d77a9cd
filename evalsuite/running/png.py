"""Pictures as PNG bytes, the form in which the store keeps them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evalsuite.audio.clip import Picture

FAST = 1
"""zlib level: pictures are written once by the thousand, and disk is cheap."""


def encode_png(picture: Picture) -> bytes:
    """Return a uint8 picture (H, W, 3) as PNG bytes."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, format="PNG", compress_level=FAST)
    return stream.getvalue()


def decode_png(data: bytes) -> Picture:
    """Return the uint8 picture (H, W, 3) in PNG bytes."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
