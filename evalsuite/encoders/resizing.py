"""Resizing to a network's square, by the ways in which the field's programs do it. None of them keeps the aspect.

The way changes a Fréchet distance more than most models differ (Parmar et al., arXiv:2104.11222), so that each has a
name, which goes into passports:

- ``pil-bicubic``: Pillow's bicubic filter on each channel in floating point, as clean-fid does it;
- ``tf1``: two-by-two bilinear interpolation without a filter, as in TensorFlow 1.x, by torch-fidelity and pytorch-fid;
- ``torch-antialias``: PyTorch's bilinear interpolation with its triangle filter, torchmetrics' default since 1.8.

The results are theirs to the bit (``tests/unit/test_resizing.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.audio.clip import Picture

Pixels = npt.NDArray[np.float32]
"""A picture (side, side, 3) with values in [0, 255], not rounded."""


@dataclass(frozen=True)
class Resize:
    """A way of resizing, as a tower's preparation: two of equal ``how`` and ``side`` are the same.

    Raises ``UserError`` for a ``how`` that is none of :data:`WAYS`.
    """

    how: str
    side: int

    def __post_init__(self) -> None:
        if self.how not in WAYS:
            raise UserError(f"unknown way of resizing {self.how!r}{did_you_mean(self.how, WAYS)}")

    def __call__(self, picture: Picture) -> Pixels:
        """Return a uint8 picture (H, W, 3) as float32 (side, side, 3)."""
        if picture.shape[:2] == (self.side, self.side):  # here all ways give back what they were given
            return picture.astype(np.float32)
        return WAYS[self.how](picture, self.side)


def pil_bicubic(picture: Picture, side: int) -> Pixels:
    """Resize by Pillow's bicubic filter (a = -0.5, widened where the picture shrinks), clipped to [0, 255]."""
    from PIL import Image

    planes = np.moveaxis(picture, 2, 0).astype(np.float32)
    resized = [Image.fromarray(plane).resize((side, side), Image.Resampling.BICUBIC) for plane in planes]
    return np.stack([np.asarray(plane) for plane in resized], axis=2).clip(0, 255)


def tf1(picture: Picture, side: int) -> Pixels:
    """Resize as TensorFlow 1.x did: pixel ``i`` lies at ``i * size / side``, left and right of it are mixed.

    Corners are not aligned and centres are not either, and where the picture shrinks pixels in between are skipped:
    ``tf.image.resize_bilinear`` with its defaults, whose order of operations in float32 is kept.
    """
    height, width = picture.shape[:2]
    left, right, x = _neighbours(width, side)
    top, bottom, y = _neighbours(height, side)
    pixels = picture.astype(np.float32)
    rows = pixels[:, left] + (pixels[:, right] - pixels[:, left]) * x[:, None]
    return rows[top] + (rows[bottom] - rows[top]) * y[:, None, None]


def torch_antialias(picture: Picture, side: int) -> Pixels:
    """Resize by ``torch.nn.functional.interpolate`` with ``mode="bilinear", antialias=True``."""
    import torch
    from torch.nn.functional import interpolate

    pixels = torch.from_numpy(picture.astype(np.float32)).permute(2, 0, 1)[None].contiguous()
    resized = interpolate(pixels, size=(side, side), mode="bilinear", align_corners=False, antialias=True)
    return np.ascontiguousarray(resized[0].permute(1, 2, 0).numpy())


WAYS: dict[str, Callable[[Picture, int], Pixels]] = {
    "pil-bicubic": pil_bicubic,
    "tf1": tf1,
    "torch-antialias": torch_antialias,
}


def _neighbours(size: int, side: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Pixels]:
    """Return, for each of ``side`` pixels, the two of ``size`` that it lies between and how far from the first."""
    place = np.arange(side, dtype=np.float32) * np.float32(size / side)
    first = place.astype(np.int64)
    return first, np.minimum(first + 1, size - 1), place - first.astype(np.float32)
