"""The loss of Sound2Scene: contrastive, over distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def distance_contrastive_loss(sounds: Tensor, pictures: Tensor, *, normalise: bool) -> Tensor:
    """Return the mean of both cross-entropies over logits = -‖sound - picture‖₂, the pair being the right answer.

    ``sounds`` and ``pictures`` are (B, dim), paired by row. With ``normalise`` each row is divided by its L2 norm
    first (Sung-Bin et al., CVPR 2023); without, lengths count too (arXiv:2412.06209). Two clips of one scene count as
    wrong answers to each other, as published. Where all distances are equal the loss is log B.
    """
    if normalise:
        sounds, pictures = functional.normalize(sounds, dim=1), functional.normalize(pictures, dim=1)
    # Not by way of the dot product: that loses the small distances, which matter most.
    logits = -torch.cdist(sounds, pictures, compute_mode="donot_use_mm_for_euclid_dist")
    pairs = torch.arange(len(logits), device=logits.device)
    return (functional.cross_entropy(logits, pairs) + functional.cross_entropy(logits.T, pairs)) / 2
