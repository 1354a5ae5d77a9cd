"""Pictures to pixels: from uint8 arrays of any size to what an image tower was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from evalsuite.audio.clip import Picture


def all_square(pictures: Sequence[Picture], side: int) -> bool:
    """Return whether every picture is ``side`` by ``side`` pixels already."""
    return all(picture.shape[:2] == (side, side) for picture in pictures)


def fitted(picture: Picture, side: int) -> Picture:
    """Return the picture, ``side`` by ``side``: shortest side resized by Pillow's bicubic filter, then centre crop.

    This is the preprocessing of CLIP (Radford et al., arXiv:2103.00020).
    """
    from PIL import Image

    height, width = picture.shape[:2]
    scale = side / min(height, width)
    size = (max(side, int(width * scale)), max(side, int(height * scale)))
    resized = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    top, left = round((size[1] - side) / 2), round((size[0] - side) / 2)
    return resized[top : top + side, left : left + side]


def stacked(pictures: Sequence[Picture], side: int) -> Picture:
    """Return all pictures as uint8 (B, side, side, 3), resizing where a picture is of another size."""
    if all_square(pictures, side):
        return np.stack(pictures)
    return np.stack([fitted(picture, side) for picture in pictures])


def normalised(pictures: Picture, *, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """Return uint8 pictures (B, H, W, 3) as float32 (B, 3, H, W): ((pixel / 255) - mean) / std, per channel.

    The steps and their order are torchvision's ``ToTensor`` and ``Normalize``, so the result is theirs to the bit.
    """
    import torch

    pixels = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).to(torch.float32) / 255
    per_channel = (1, 3, 1, 1)
    return ((pixels - torch.tensor(mean).view(per_channel)) / torch.tensor(std).view(per_channel)).contiguous()
