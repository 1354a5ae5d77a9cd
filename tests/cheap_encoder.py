"""An encoder of the published widths that costs next to nothing: a fixed random map of a picture's mean colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from evalsuite.encoders.tower import Tower

CELLS = 4
CLASSES = 10
Rows = np.ndarray[Any, np.dtype[np.float32]]


def thumbnail(picture: Any) -> Rows:
    """Return the mean colours of 4 × 4 cells, (48,)."""
    height, width = (side - side % CELLS for side in picture.shape[:2])
    cells = picture[:height, :width].reshape(CELLS, height // CELLS, CELLS, width // CELLS, 3)
    return cells.mean(axis=(1, 3)).reshape(-1).astype(np.float32)


def cheap_towers(*, weights: str, device: str, dim: int = 2048) -> dict[str, Tower]:
    del weights, device
    rng = np.random.default_rng(dim)
    inner = rng.standard_normal((CELLS * CELLS * 3, dim)).astype(np.float32) / 64
    outer = rng.standard_normal((dim, CLASSES)).astype(np.float32) / 64

    def pictures(prepared: Any) -> Rows:
        return np.cos(np.stack(prepared) @ inner)

    def texts(batch: Any) -> Rows:
        return np.stack([np.random.default_rng(len(text)).standard_normal(dim) for text in batch]).astype(np.float32)

    def logits(rows: Any) -> Rows:
        return np.stack(rows) @ outer

    return {
        "image": Tower(
            name="cheap",
            fingerprint=f"cheap-image-{dim}",
            modality="image",
            dim=dim,
            encode=pictures,
            preparation=lambda: thumbnail,
        ),
        "text": Tower(name="cheap", fingerprint=f"cheap-text-{dim}", modality="text", dim=dim, encode=texts),
        "head": Tower(name="cheap", fingerprint=f"cheap-head-{dim}", modality="head", dim=CLASSES, encode=logits),
    }


PROFILE = """\
name: cheap
description: Encoders that cost nothing.
synthetic: true
datasets: {}
encoders:
  judge: {use: "cheap_encoder:cheap_towers", weights: none}
  distance: {use: "cheap_encoder:cheap_towers", weights: none}
"""
