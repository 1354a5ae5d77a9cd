"""Two sounds at once, made from the front end's views of each, so that every step of a training hears new pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

MEAN, STD = -6.0, 4.0
"""By which the front end normalises log mel energies; it divides by twice the second."""
SHARE = 0.5
"""How many of the sounds have another mixed in: the published tagger, too, learned from sounds with several labels."""
APART_DB = 8.0
"""By how much either of two may be louder than the other."""
ROLLED = 0.3
"""In how many batches those that are mixed in begin somewhere else."""
FRAMES = 498
"""Those of 5 s; what follows is padding, which is the same for every sound."""
FLOOR = math.log(torch.finfo(torch.float32).eps)
"""The front end's logarithm of nothing."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Sounds of which some hold two sources."""

    inputs: Tensor
    """(n, frames, bands), as the front end gives them."""
    tags: Tensor
    """(n, tags): those of both sources."""
    alone: Tensor
    """(n,), whether there is one source only."""


def draw(inputs: Tensor, tags: Tensor, *, size: int, rng: np.random.Generator) -> Batch:
    """Draw ``size`` of the views (n, frames, bands), half of them with another one, of other ``tags``, mixed in."""
    rows, others = rng.integers(len(inputs), size=(2, size))
    first, second = inputs[rows].float(), inputs[others].float()
    alone = torch.from_numpy(rng.random(size) >= SHARE) | (tags[rows] == tags[others]).all(dim=1)
    sounding = first[:, :FRAMES], _begun_elsewhere(second[:, :FRAMES], rng)
    apart_db = torch.from_numpy(rng.uniform(-APART_DB, APART_DB, size)).float()
    together = torch.cat([mix(*sounding, apart_db=apart_db), first[:, FRAMES:]], dim=1)
    heard = torch.where(alone[:, None, None], first, together)
    return Batch(heard, torch.where(alone[:, None], tags[rows], torch.maximum(tags[rows], tags[others])), alone)


def _begun_elsewhere(views: Tensor, rng: np.random.Generator) -> Tensor:
    """Return the views rolled in time, all by as much, or, more often, as they are."""
    return torch.roll(views, int(rng.integers(views.shape[1])), dims=1) if rng.random() < ROLLED else views


def mix(one: Tensor, other: Tensor, *, apart_db: Tensor) -> Tensor:
    """Return the view (n, frames, bands) of two sounds at once, the first louder by ``apart_db`` (n,).

    Powers add; the mixture is as loud as the first was alone.
    """
    first, second = (2 * STD * view + MEAN for view in (one, other))
    wanted = _level(first)
    second = second + (wanted - _level(second) - apart_db * math.log(10) / 10)[:, None, None]
    together = torch.logaddexp(first, second)
    together = (together + (wanted - _level(together))[:, None, None]).clamp(min=FLOOR)
    return (together - MEAN) / (2 * STD)


def _level(view: Tensor) -> Tensor:
    """Return the logarithm of the mean power of each view (n, frames, bands)."""
    return view.flatten(1).logsumexp(dim=1) - math.log(view[0].numel())
