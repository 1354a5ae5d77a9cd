"""Captions that claim only part of what a scene shows, and which scenes such a claim is true of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from evalsuite.miniworld.captions import PREFIXES, describe, wordings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from torch import Tensor

    from evalsuite.miniworld.scenes import Scene

_MENTIONED = 0.35
"""Chance that a caption mentions each of distance, time and place."""


@dataclass(frozen=True)
class Claim:
    """A caption and what it commits itself to."""

    text: str
    concepts: tuple[str, ...]
    attributes: tuple[str | None, str | None, str | None]
    """Distance, time and place, ``None`` where the caption is silent."""

    def holds(self, scene: Scene) -> bool:
        """Whether the caption is true of ``scene``."""
        facts = (scene.distance, scene.time, scene.place)
        stated = all(claimed in {None, fact} for claimed, fact in zip(self.attributes, facts, strict=True))
        return stated and self.concepts == scene.concepts


def claim(scene: Scene, rng: np.random.Generator) -> Claim:
    """Return a true caption of ``scene`` in one of many wordings."""
    distance, time, place = (rng.random() < _MENTIONED for _ in range(3))
    stated = (
        scene.distance if distance and len(scene.concepts) == 1 else None,
        scene.time if time else None,
        scene.place if place else None,
    )
    prefix = PREFIXES[int(rng.integers(len(PREFIXES)))]
    return Claim(prefix + describe(wordings(scene, rng), *stated, rng=rng), scene.concepts, stated)


def agreement(claims: Sequence[Claim], scenes: Sequence[Scene]) -> Tensor:
    """Return which claim holds for which scene, float (claims, scenes) in {0, 1}."""
    return torch.tensor([[float(claim.holds(scene)) for scene in scenes] for claim in claims])


def contrastive_loss(logits: Tensor, agree: Tensor) -> Tensor:
    """Return the symmetric cross-entropy of ``logits`` (n, n) against all true pairs, not the diagonal alone.

    CLIP's loss takes every other item of the batch for wrong; in so small a world many of them are right.
    """
    rows = -(agree / agree.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
    columns = -(agree / agree.sum(0, keepdim=True) * logits.log_softmax(0)).sum(0).mean()
    return (rows + columns) / 2
