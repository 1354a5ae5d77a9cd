"""The trainable part: a ResNet-18 that hears a spectrogram and answers in the space of the image encoder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from baselines.trained import open_network, save_network
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS_FILE = "encoder.safetensors"


@dataclass(frozen=True, kw_only=True)
class EncoderConfig:
    """Sizes, and how the answer is brought to the generator's scale."""

    dim: int
    """Width of the image embedding."""
    width: int
    """Channels of the first stage; the others have twice, four and eight times as many."""
    shrink: int
    """By how much spectrograms are averaged down before the network."""
    seconds: float
    """How much of a sound is heard."""
    normalise: bool
    """Whether only the direction of the answer was trained."""
    image_norm: float = 1.0
    """Mean L2 norm of the training set's image embeddings: the length that a normalised answer is given."""


def resnet18(*, width: int, dim: int) -> nn.Module:
    """Return timm's ResNet-18 with one input channel: at width 64 its state dict is torchvision's by name and shape."""
    register_missing_operators()
    from timm.models.resnet import BasicBlock, ResNet

    stages = (width, 2 * width, 4 * width, 8 * width)
    sizes: dict[str, Any] = {"num_classes": dim, "in_chans": 1, "stem_width": width, "channels": stages}
    block: Any = BasicBlock  # timm's own annotation asks for an instance
    return ResNet(block, (2, 2, 2, 2), zero_init_last=False, **sizes)


class AudioEncoder(nn.Module):
    """Spectrograms in, image embeddings out. There is no ReLU at the end: CLIP's embeddings have either sign."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        network = resnet18(width=config.width, dim=config.dim)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, spectrograms: Tensor) -> Tensor:
        """Map spectrograms (B, 1, bins, frames) to what the loss compares with image embeddings, (B, dim)."""
        heard: Tensor = self.network(functional.avg_pool2d(spectrograms, self.config.shrink))
        return heard

    def imagine(self, spectrograms: Tensor) -> Tensor:
        """Map spectrograms to embeddings (B, dim) of the image encoder's own length, as the generator expects."""
        heard: Tensor = self(spectrograms)
        return self.config.image_norm * functional.normalize(heard, dim=1) if self.config.normalise else heard

    def save(self, folder: Path, *, image_norm: float) -> None:
        """Write ``config.json`` and ``encoder.safetensors`` (float16) into ``folder``."""
        config = replace(self.config, image_norm=image_norm)
        save_network(folder, WEIGHTS_FILE, config=config, weights=self.network.state_dict())

    @classmethod
    def load(cls, folder: Path) -> AudioEncoder:
        """Open a saved encoder in float32 and eval mode. Raises ``UserError`` where the folder holds none."""
        fields, weights = open_network(folder, WEIGHTS_FILE, what="audio encoder")
        encoder = cls(EncoderConfig(**fields))
        encoder.network.load_state_dict(weights, strict=True)
        return encoder.eval()
