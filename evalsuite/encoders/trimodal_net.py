"""A network for pictures, words and sounds in one space.

It is like AudioCLIP (Guzhov et al., *AudioCLIP: Extending CLIP to Image, Text and Audio*, arXiv:2106.13043) in
spirit: CLIP's two towers and an audio tower trained into their space. It is **not** AudioCLIP's architecture: that
one has an ESResNeXt audio tower at 44.1 kHz and comes, with its published weights, with the paper profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from safetensors import SafetensorError
from safetensors.torch import load_file, save_model
from torch import Tensor, nn
from torch.nn import functional

from evalsuite.encoders.spectrogram import LogMel
from evalsuite.encoders.trimodal_config import AudioConfig, TrimodalConfig
from evalsuite.errors import UserError
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS_NAME = "model.safetensors"


class TrimodalNet(nn.Module):
    """Image and text towers of an ``open_clip`` CLIP, and a residual audio tower, into ``embed_dim`` dimensions.

    Features are not normalised. A new network is in training mode; ``from_pretrained`` returns one in eval mode.
    """

    def __init__(self, config: TrimodalConfig) -> None:
        super().__init__()
        register_missing_operators()
        from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg

        self.config = config
        self.clip = CLIP(config.embed_dim, CLIPVisionCfg(**config.vision), CLIPTextCfg(**config.text))
        self.audio = AudioTower(config.audio, embed_dim=config.embed_dim)

    @property
    def logit_scale(self) -> Tensor:
        """The learnt logarithm of the inverse temperature, a scalar shared by the three pairs of modalities."""
        return cast("Tensor", self.clip.logit_scale)

    def encode_image(self, pixels: Tensor) -> Tensor:
        """Features (B, embed_dim) of pictures (B, 3, side, side), normalised by ``image_mean`` and ``image_std``."""
        return cast("Tensor", self.clip.encode_image(pixels))

    def encode_text(self, tokens: Tensor) -> Tensor:
        """Features (B, embed_dim) of token ids (B, context_length), padded."""
        return cast("Tensor", self.clip.encode_text(tokens))

    def encode_audio(self, waveforms: Tensor) -> Tensor:
        """Features (B, embed_dim) of waveforms (B, samples), float32 in [-1, 1] at the tower's sample rate."""
        return cast("Tensor", self.audio(waveforms))

    def save_pretrained(self, folder: Path) -> None:
        """Write ``config.json`` and ``model.safetensors`` into ``folder``, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        self.config.save(folder)
        save_model(self, str(folder / WEIGHTS_NAME))

    @classmethod
    def from_pretrained(cls, folder: Path) -> TrimodalNet:
        """Open a saved network in float32 and eval mode, on the CPU, whatever the precision it was saved in.

        Raises ``UserError`` unless every weight fits its place.
        """
        net = cls(TrimodalConfig.load(folder))
        path = folder / WEIGHTS_NAME
        if not path.is_file():
            raise UserError("no such file: the folder has a configuration but no weights", file=path)
        try:
            net.load_state_dict(load_file(path), strict=True)
        except (RuntimeError, SafetensorError) as error:
            raise UserError(f"the weights do not fit config.json beside them: {error}", file=path) from error
        return net.eval()


class AudioTower(nn.Module):
    """Waveforms (B, samples) to features (B, embed_dim): log-mel, a stem, residual stages, a projection."""

    def __init__(self, config: AudioConfig, *, embed_dim: int) -> None:
        super().__init__()
        self.log_mel = LogMel(
            sample_rate=config.sample_rate,
            fft_size=config.fft_size,
            hop=config.hop,
            bands=config.mels,
            lowest_hz=config.lowest_hz,
        )
        first, last = config.widths[0], config.widths[-1]
        self.stem = nn.Sequential(nn.Conv2d(1, first, 3, 2, 1, bias=False), nn.BatchNorm2d(first), nn.ReLU())
        self.stages = nn.Sequential(*_stages(config))
        rows = -(-config.mels // 2 ** len(config.widths))
        self.projection = nn.Linear(last * rows, embed_dim)

    def forward(self, waveforms: Tensor) -> Tensor:
        """Return the features. The average is over time alone, so that pitch survives it."""
        maps: Tensor = self.stages(self.stem(self.log_mel(waveforms)))
        return cast("Tensor", self.projection(maps.mean(dim=3).flatten(1)))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions around a shortcut (He et al., arXiv:1512.03385).

    Batch normalisation, not group normalisation: the latter divides every clip by its own level and so forgets how
    loud it was.
    """

    def __init__(self, width_in: int, width: int, *, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        same = stride == 1 and width_in == width
        self.shortcut: nn.Module = nn.Identity() if same else nn.Conv2d(width_in, width, 1, stride, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, width, H / stride, W / stride)."""
        inner = functional.relu(self.norm1(self.conv1(maps)))
        return functional.relu(self.norm2(self.conv2(inner)) + self.shortcut(maps))


def _stages(config: AudioConfig) -> list[nn.Module]:
    """Return the residual blocks in order; every stage but the first begins by halving the resolution."""
    blocks: list[nn.Module] = []
    width_before = config.widths[0]
    for stage, width in enumerate(config.widths):
        for block in range(config.blocks):
            halves = stage > 0 and block == 0
            blocks.append(BasicBlock(width_before, width, stride=2 if halves else 1))
            width_before = width
    return blocks
