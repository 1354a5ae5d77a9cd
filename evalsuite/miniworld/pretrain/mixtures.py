"""Two sounds at once, made from the front end's views of each, so that every step of a training hears new pairs.

Which of the two is the louder is known patch by patch, and told to the tagger: see :mod:`.ast`.
"""

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
"""How often the first sounds of a batch begin somewhere else, all alike, and how often the second do."""
FRAMES = 498
"""Those of 5 s; what follows is padding, which is the same for every sound."""
PATCH = 16
"""Frames and bands of a patch, of which the tagger makes a token."""
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
    patch_tags: Tensor
    """(n, bands / 16, 31, tags): those of both sources, by their shares of the power of each patch. The 32nd in time is
    all but padding, and left out; silent ones there are none, for the world's recordings have a background."""


def draw(inputs: Tensor, tags: Tensor, *, size: int, rng: np.random.Generator) -> Batch:
    """Draw ``size`` of the views (n, frames, bands), half of them with another one, of other ``tags``, mixed in."""
    rows, others = rng.integers(len(inputs), size=(2, size))
    first, second = (_begun_elsewhere(inputs[some, :FRAMES].float(), rng) for some in (rows, others))
    alone = torch.from_numpy(rng.random(size) >= SHARE) | (tags[rows] == tags[others]).all(dim=1)
    apart_db = torch.from_numpy(rng.uniform(-APART_DB, APART_DB, size)).float()
    sounding = torch.where(alone[:, None, None], first, mix(first, second, apart_db=apart_db))
    share = torch.where(alone[:, None, None], 1.0, share_of_first(first, second, apart_db=apart_db))[..., None]
    return Batch(
        inputs=torch.cat([sounding, inputs[rows, FRAMES:].float()], dim=1),
        tags=torch.where(alone[:, None], tags[rows], torch.maximum(tags[rows], tags[others])),
        alone=alone,
        patch_tags=share * tags[rows][:, None, None] + (1 - share) * tags[others][:, None, None],
    )


def _begun_elsewhere(views: Tensor, rng: np.random.Generator) -> Tensor:
    """Return the views rolled in time, all by as much, or, more often, as they are."""
    return torch.roll(views, int(rng.integers(views.shape[1])), dims=1) if rng.random() < ROLLED else views


def mix(one: Tensor, other: Tensor, *, apart_db: Tensor) -> Tensor:
    """Return the view (n, frames, bands) of two sounds at once, the first louder by ``apart_db`` (n,).

    Powers add; the mixture is as loud as the first was alone.
    """
    first, second = _log_powers(one, other, apart_db)
    together = torch.logaddexp(first, second)
    together = (together + (_level(first) - _level(together))[:, None, None]).clamp(min=FLOOR)
    return (together - MEAN) / (2 * STD)


def share_of_first(one: Tensor, other: Tensor, *, apart_db: Tensor) -> Tensor:
    """Return the first sound's share of the power of each whole patch of that mixture, (n, bands / 16, frames / 16)."""
    first, second = (_patch_powers(log_power) for log_power in _log_powers(one, other, apart_db))
    return torch.sigmoid(first - second)


def _log_powers(one: Tensor, other: Tensor, apart_db: Tensor) -> tuple[Tensor, Tensor]:
    """Return the log mel energies of two views, as far apart as in their mixture."""
    first, second = (2 * STD * view + MEAN for view in (one, other))
    lowered = _level(first) - _level(second) - apart_db * math.log(10) / 10
    return first, second + lowered[:, None, None]


def _patch_powers(log_power: Tensor) -> Tensor:
    """Return the logarithm of the power in each whole patch, (n, bands / 16, frames / 16)."""
    frames, bands = (size // PATCH for size in log_power.shape[1:])
    whole = log_power[:, : frames * PATCH, : bands * PATCH]
    return whole.reshape(len(whole), frames, PATCH, bands, PATCH).logsumexp(dim=(2, 4)).transpose(1, 2)


def _level(view: Tensor) -> Tensor:
    """Return the logarithm of the mean power of each view (n, frames, bands)."""
    return view.flatten(1).logsumexp(dim=1) - math.log(view[0].numel())
