"""Descriptors of pixels: how bright, how saturated and of what colour a picture is. No network, no weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalsuite.encoders.tower import Tower
from evalsuite.hashing import sha256_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Picture
    from evalsuite.encoders.base import Features, Modality

COMPUTATION = "pixel-descriptors-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""
LUMA = (0.2126, 0.7152, 0.0722)
"""Weights of red, green and blue as they are coded (ITU-R BT.709)."""
DESCRIPTORS = ("brightness", "saturation", "warmth", "hue_cosine", "hue_sine")
"""The columns."""


def pixel_descriptors_towers(*, device: str) -> dict[Modality, Tower]:  # noqa: ARG001 - a processor does
    """Open the descriptors: ``image`` gives features (B, 5), the means over a picture's pixels.

    They are those of :data:`DESCRIPTORS`: Rec. 709 luma of the coded values, in [0, 1]; saturation of HSV (Smith,
    SIGGRAPH 1978), in [0, 1]; red less blue, in [-1, 1]; cosine and sine of the hue, weighted by saturation, each in
    [-1, 1], 0 for a picture without any colour. ``device`` is not used.
    """
    fingerprint = sha256_json([COMPUTATION])
    return {
        "image": Tower(
            name="pixel-descriptors", fingerprint=fingerprint, modality="image", dim=len(DESCRIPTORS), encode=_rows
        )
    }


def _rows(pictures: Sequence[Picture]) -> Features:
    return np.array([_described(picture) for picture in pictures], np.float32)


def _described(picture: Picture) -> tuple[float, ...]:
    """Return the descriptors of one uint8 picture (H, W, 3)."""
    from matplotlib.colors import rgb_to_hsv

    pixels = picture / 255.0
    hue, saturation, _ = np.moveaxis(rgb_to_hsv(pixels), -1, 0)
    colour = (saturation * np.exp(2j * np.pi * hue)).sum() / max(float(saturation.sum()), np.finfo(float).tiny)
    warmth = pixels[..., 0].mean() - pixels[..., 2].mean()
    return (pixels @ LUMA).mean(), saturation.mean(), warmth, colour.real, colour.imag
