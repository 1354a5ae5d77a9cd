"""Pictures as tensors: what the stages train on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from evalsuite.miniworld.scenes import (
    Scene,
    is_held_out,
    object_mask,
    pair_scenes,
    render_all,
    single_scenes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


@cache
def training_singles() -> tuple[Scene, ...]:
    """Return the one-source scenes that training may use."""
    return tuple(scene for scene in single_scenes() if not is_held_out(scene))


@cache
def training_pairs() -> tuple[Scene, ...]:
    """Return the two-source scenes that training may use."""
    return tuple(scene for scene in pair_scenes() if not is_held_out(scene))


@dataclass(frozen=True)
class Scenery:
    """Which scenes a stage learns from."""

    pairs: int
    """How many of two sources, drawn at random."""
    every: int = 1
    """Every so many-th of one source."""

    def draw(self, rng: np.random.Generator) -> tuple[tuple[Scene, ...], tuple[Scene, ...]]:
        """Return those of one source, and different ones of two sources."""
        chosen = rng.choice(len(training_pairs()), self.pairs, replace=False)
        return training_singles()[:: self.every], tuple(training_pairs()[int(index)] for index in chosen)


@cache
def held_out_singles() -> tuple[Scene, ...]:
    """Return the one-source scenes kept for checking."""
    return tuple(scene for scene in single_scenes() if is_held_out(scene))


@cache
def held_out_pairs() -> tuple[Scene, ...]:
    """Return the two-source scenes kept for checking."""
    return tuple(scene for scene in pair_scenes() if is_held_out(scene))


def draw_scenes(rng: np.random.Generator, n: int, *, pairs: float) -> list[Scene]:
    """Draw ``n`` training scenes, a share ``pairs`` of them with two sources."""
    pools = (training_singles(), training_pairs())
    which = rng.random(n) < pairs
    return [pools[int(two)][int(rng.integers(len(pools[int(two)])))] for two in which]


def to_tensor(pictures: np.ndarray) -> Tensor:
    """Turn uint8 (n, H, W, 3) into float32 (n, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()


def to_pictures(tensor: Tensor) -> np.ndarray:
    """Turn float (n, 3, H, W) in [-1, 1] into uint8 (n, H, W, 3), rounding."""
    scaled = tensor.float().clamp(-1, 1).add(1).mul(127.5).round().byte()
    return scaled.permute(0, 2, 3, 1).contiguous().numpy()


def scene_tensors(scenes: Sequence[Scene]) -> Tensor:
    """Return the pictures of ``scenes`` as float32 (n, 3, 64, 64) in [-1, 1]."""
    return to_tensor(render_all(scenes))


def mask_tensors(scenes: Sequence[Scene]) -> Tensor:
    """Return where the objects of ``scenes`` are, float32 (n, 1, 64, 64) in {0, 1}."""
    return torch.from_numpy(np.stack([object_mask(scene) for scene in scenes])).float()[:, None]
