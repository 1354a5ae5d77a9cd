"""Wav2CLIP's network: one sound in, one point of CLIP's space out.

Wu et al., *Wav2CLIP: Learning Robust Audio Representations from CLIP*, ICASSP 2022, arXiv:2110.11499: a ResNet-18
(He et al., arXiv:1512.03385) over a log spectrogram, then a two-layer perceptron. Module names are those of the
published weights. The residual blocks are torchvision's; its whole network has no narrow variant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from evalsuite.encoders.wav2clip_config import FFT_SIZE
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.encoders.wav2clip_config import Wav2ClipConfig

WEIGHTS_NAME = "model.safetensors"

HOP = 353
"""Samples from one frame to the next."""


class Wav2ClipNet(nn.Module):
    """Waveforms (B, samples) at 16 kHz, float32 in [-1, 1], to features (B, embed_dim), not normalised."""

    def __init__(self, config: Wav2ClipConfig) -> None:
        super().__init__()
        self.config = config
        self.audio_encoder = Encoder(config.width)
        self.audio_transform = Perceptron(config.features, config.embed_dim)

    def forward(self, waveforms: Tensor) -> Tensor:
        """Return the features, float32. ``samples`` must be at least :data:`FFT_SIZE`."""
        return cast("Tensor", self.audio_transform(self.audio_encoder(waveforms)))

    def save_pretrained(self, folder: Path) -> None:
        """Write ``config.json`` and ``model.safetensors`` into ``folder``, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        self.config.save(folder)
        save_file(self.state_dict(), folder / WEIGHTS_NAME)


class Perceptron(nn.Module):
    """Two linear layers (B, width_in) -> (B, width), with a rectifier and, in training, dropout between them."""

    def __init__(self, width_in: int, width: int) -> None:
        super().__init__()
        self.sequential = nn.Sequential(
            nn.Linear(width_in, width_in), nn.ReLU(), nn.Dropout(0.1), nn.Linear(width_in, width)
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return (B, width)."""
        return cast("Tensor", self.sequential(features))


class Encoder(nn.Module):
    """Waveforms (B, samples) to the means of the last stage's maps, (B, 8 * width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.spectrogram = Spectrogram()
        self.conv1 = nn.Conv2d(1, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = _stage(width, width, stride=1)
        self.layer2 = _stage(width, 2 * width, stride=2)
        self.layer3 = _stage(2 * width, 4 * width, stride=2)
        self.layer4 = _stage(4 * width, 8 * width, stride=2)

    def forward(self, waveforms: Tensor) -> Tensor:
        """Return (B, 8 * width)."""
        maps = functional.relu(self.bn1(self.conv1(standardised_log(self.spectrogram(waveforms)))))
        maps = functional.max_pool2d(maps, 3, stride=2, padding=1)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            maps = stage(maps)
        return maps.mean(dim=(2, 3))


class Spectrogram(nn.Module):
    """Waveforms (B, samples) to power spectra (B, 1, 257, frames), as torchaudio's transform of the same name."""

    window: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(FFT_SIZE))

    def forward(self, waveforms: Tensor) -> Tensor:
        """Return the squared magnitudes; the signal is mirrored by half a window at both ends."""
        spectrum = torch.stft(waveforms, FFT_SIZE, HOP, window=self.window, return_complex=True)
        return (spectrum.real**2 + spectrum.imag**2).unsqueeze(1)


def standardised_log(power: Tensor) -> Tensor:
    """Return log(power + 1e-7), (B, 1, 257, frames), with each clip's own mean taken off and divided by its deviation.

    The published code takes both over the whole batch, so that a clip's features depend on its neighbours; over one
    clip at a time, as it is used, the two are the same. They are summed in double precision: of silence nothing but
    rounding would be left, and be divided by 1e-9.
    """
    logarithm = torch.log(power + 1e-7)
    exact = logarithm.double()
    mean = exact.mean(dim=(1, 2, 3), keepdim=True)
    deviation = exact.std(dim=(1, 2, 3), keepdim=True)
    return ((exact - mean) / (deviation + 1e-9)).to(logarithm.dtype)


def _stage(width_in: int, width: int, *, stride: int) -> nn.Sequential:
    """Return two residual blocks, the first of which changes width and resolution."""
    register_missing_operators()
    from torchvision.models.resnet import BasicBlock

    shortcut = None
    if stride != 1 or width_in != width:
        shortcut = nn.Sequential(nn.Conv2d(width_in, width, 1, stride=stride, bias=False), nn.BatchNorm2d(width))
    return nn.Sequential(BasicBlock(width_in, width, stride, shortcut), BasicBlock(width, width))
