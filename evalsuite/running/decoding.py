"""From any picture file to what is scored: one frame, upright, in RGB with eight bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from evalsuite.audio.clip import Picture

DECODING = "pillow-1"
"""Goes into the key of every decoded picture: to be changed with anything below that changes pixels."""
FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
"""What a file may contain, whatever its ending."""


class UnreadablePictureError(Exception):
    """A file that is not one whole picture. The message says why, for a reader who has the file's name."""


def decode_picture(path: Path) -> Picture:
    """Return a picture file as uint8 (H, W, 3), at its own size and turned as its EXIF says.

    What is transparent becomes white, sixteen bits lose the lower eight, CMYK becomes RGB without colour management.
    Raises ``UnreadablePictureError`` for a file that is damaged, cut short, animated or of another kind.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=FORMATS) as image:
            return _pixels(image)
    except (UnreadablePictureError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise UnreadablePictureError(f"not {', '.join(FORMATS)}" if path.stat().st_size else "0 bytes") from error
    except Exception as error:  # whatever a decoder raises on spoilt bytes
        raise UnreadablePictureError(str(error) or type(error).__name__) from error


def _pixels(image: Image.Image) -> Picture:
    from PIL import Image, ImageOps

    # A phone's JPEG («MPO») may carry a second view of the same scene: the first is the picture.
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":
        raise UnreadablePictureError(f"animated, {frames} frames")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        # Pillow would clip sixteen-bit greys; of sixteen-bit colours it keeps the upper byte, and so do we.
        upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    if upright.has_transparency_data:
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright.convert("RGBA"))
    return np.asarray(upright.convert("RGB"))
