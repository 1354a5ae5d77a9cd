"""The tower of a CLIPSeg: how much of a picture shows what a phrase names, in how many pieces, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.encoders.clipseg_masks import Segmenter, open_segmenter
from evalsuite.encoders.tower import Tower
from evalsuite.encoders.weights import published_name
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json, sha256_tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from evalsuite.audio.clip import Picture
    from evalsuite.encoders.base import Features, Modality, Prepare

PREPROCESSING = "clipseg-1"
"""Goes into the fingerprint: to be changed with anything here or in the masks that changes features."""

THRESHOLD = 0.5
"""The probability from which a pixel shows what was asked for: where the network thinks it likelier than not."""
SMALLEST_PIECE = 0.01
"""Share of the picture's area from which a piece is counted: what is smaller is a speck."""


def clipseg_towers(
    *, weights: Path | str, device: str, clip: str | None = None, threshold: float = THRESHOLD
) -> dict[Modality, Tower]:
    """Open a CLIPSeg as :func:`~evalsuite.encoders.clipseg_masks.open_segmenter` does, and read its masks.

    The tower ``segment`` takes tuples of a picture, uint8 (H, W, 3), and a phrase, and gives three numbers to each,
    those of :func:`extent` at ``threshold``, a probability. Raises ``UserError`` as the function named does, and where
    ``threshold`` is not between 0 and 1.
    """
    if not 0 < threshold < 1:
        raise UserError(f"the segmenter's threshold should lie between 0 and 1, found {threshold}")
    segmenter = open_segmenter(weights=weights, device=device, clip=clip)
    held = [sha256_tree(folder) for folder in (segmenter.folder, segmenter.clip) if folder]
    tower = Tower(
        name=published_name(weights),
        fingerprint=sha256_json([PREPROCESSING, threshold, *held])[:SHORT],
        modality="segment",
        dim=3,
        encode=_Extents(segmenter, threshold).of,
        preparation=lambda: _Squashed(segmenter.squash),
    )
    return {"segment": tower}


def extent(mask: npt.NDArray[np.float32], *, threshold: float = THRESHOLD) -> tuple[float, int, float]:
    """Return how far what was asked for extends over a picture, given the probability (H, W) of each of its pixels.

    Three numbers: the share of the area, in [0, 1], where the probability is above ``threshold``; the number of
    separate pieces of that, each of at least :data:`SMALLEST_PIECE` of the area, whose pixels are connected by their
    edges; and the highest probability of any pixel.
    """
    from scipy.ndimage import label

    shown = mask > threshold
    sizes = np.bincount(label(shown)[0].ravel())[1:]  # 0 is what lies around the pieces
    return float(shown.mean()), int((sizes >= SMALLEST_PIECE * mask.size).sum()), float(mask.max())


@dataclass(frozen=True)
class _Squashed:
    """The preparation: the picture is resized, the phrase stays."""

    squash: Prepare

    def __call__(self, asked: tuple[Picture, str]) -> tuple[Picture, str]:
        return self.squash(asked[0]), asked[1]


@dataclass(frozen=True)
class _Extents:
    """The segmenter, read at a threshold."""

    segmenter: Segmenter
    threshold: float

    def of(self, asked: Sequence[tuple[Picture, str]]) -> Features:
        """Return the extents (n, 3) of prepared pictures and phrases."""
        return np.array([extent(mask, threshold=self.threshold) for mask in self.segmenter.masks(asked)], np.float32)
