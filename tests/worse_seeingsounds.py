"""SeeingSounds as it is after too short a training: what it makes of a sound is partly noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from baselines.seeingsounds.model import SeeingSounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from evalsuite.audio.clip import Clip

NOISE = 0.7
"""In standard deviations of the conditions."""


class TrainedTooShort(SeeingSounds):
    """Adds noise to the conditions of every sound, a different one to each."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.card = self.card.model_copy(update={"fingerprint": f"{self.card.fingerprint}, trained too short"})

    def imagine(self, clips: Sequence[Clip]) -> tuple[Tensor, Tensor]:
        texts, summaries = super().imagine(clips)
        return torch.stack([noisy(row) for row in texts]), torch.stack([noisy(row) for row in summaries])


def noisy(condition: Tensor) -> Tensor:
    """The same condition gets the same noise, whatever else is in the batch."""
    draw = torch.Generator().manual_seed(round(float(condition.abs().sum()) * 1000))
    return condition + NOISE * condition.std() * torch.randn(condition.shape, generator=draw)
