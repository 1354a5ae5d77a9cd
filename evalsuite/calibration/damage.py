"""Damage to a single picture, by degrees: what a poor generator does to every picture alike.

Each function takes a picture, uint8 (H, W, 3), a strength above 0 and a seed, and returns a picture of the same shape.
Lengths count in sides of the picture, so that a strength means the same for pictures of any size.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evalsuite.audio.clip import Picture


def blur(picture: Picture, strength: float, seed: int) -> Picture:  # noqa: ARG001 - nothing is drawn
    """Blur by Pillow's Gaussian filter, its standard deviation ``strength`` times the shorter side."""
    from PIL import Image, ImageFilter

    radius = strength * min(picture.shape[:2])
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def jpeg(picture: Picture, strength: float, seed: int) -> Picture:  # noqa: ARG001
    """Compress as JPEG of quality 100 (1 - ``strength``), colours at half resolution, and decode."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, format="JPEG", quality=round(100 * (1 - strength)), subsampling="4:2:0")
    return np.asarray(Image.open(stream).convert("RGB"))


def noise(picture: Picture, strength: float, seed: int) -> Picture:
    """Add Gaussian noise to each value, its standard deviation ``strength`` times the range of values."""
    added = np.random.default_rng(seed).normal(0, 255 * strength, picture.shape)
    return np.rint(picture + added).clip(0, 255).astype(np.uint8)


def grey(picture: Picture, strength: float, seed: int) -> Picture:  # noqa: ARG001
    """Mix with the picture's own luminance (ITU-R BT.601) by a share of ``strength``: 1 is black and white."""
    from PIL import Image, ImageEnhance

    return np.asarray(ImageEnhance.Color(Image.fromarray(picture)).enhance(1 - strength))
