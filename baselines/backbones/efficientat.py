"""The frozen EfficientAT: sound to tokens and to the tags of AudioSet, on a laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baselines.backbones.ears import Heard
from evalsuite.encoders.audioset import audioset_tags
from evalsuite.encoders.efficientat import EMBED_DIM, open_efficientat
from evalsuite.encoders.efficientat_front_end import heard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from evalsuite.audio.clip import Clip

TOKENS = 16
"""Tokens of a sound: as many as the network makes of five seconds. Those of others are averaged or repeated to as many,
so that what is trained on them may hear sounds of any length."""


class EfficientATEars:
    """EfficientAT's `mn04_as` as a :class:`~baselines.backbones.ears.Network`.

    Its tokens are the means over frequency of its last maps, one for every 0.32 s.
    """

    one_by_one = True
    width = EMBED_DIM

    def __init__(self, weights: Path | str, *, device: str) -> None:
        self._net, self._device = open_efficientat(weights, device=device), device

    @property
    def labels(self) -> tuple[str, ...]:
        """The tags of AudioSet."""
        return audioset_tags()

    @property
    def head(self) -> None:
        """Two layers make its tags, so there is none that is linear."""

    def hear(self, clips: Sequence[Clip]) -> list[Heard]:
        """Return what it makes of the whole of each sound."""
        import torch

        with torch.inference_mode():
            return [self._heard(torch.from_numpy(heard(clip)).to(self._device)) for clip in clips]

    def _heard(self, spectrogram: Tensor) -> Heard:
        from torch.nn import functional

        tokens = self._net(spectrogram[None])
        embedding = tokens.mean(dim=1)
        resized = functional.adaptive_avg_pool1d(tokens.transpose(1, 2), TOKENS).transpose(1, 2)
        return Heard(resized[0].contiguous(), embedding[0], self._net.tag(embedding)[0])
