"""AudioCLIP's audio head: a ResNeXt-50 with attention, over three frequency bands of a learnt spectrogram.

Guzhov et al., *ESResNe(X)t-fbsp: Learning Robust Time-Frequency Transformation of Audio*, IJCNN 2021, arXiv:2104.11587,
as AudioCLIP (arXiv:2106.13043) uses it. Module names are those of the published weights; the ResNeXt is torchvision's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from evalsuite.encoders.fbsp import Fbsp, blackman_harris, framed
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Sequence

BANDS = 3
"""Low, middle and high frequencies are to the network what red, green and blue are to others."""

_LOWEST, _HIGHEST = -32768.0, 32767.0
"""What the head takes for -1 and 1: it hears 16-bit samples."""
_SILENCE = 1e-18
"""Power in place of none, which has no logarithm."""


class ESResNeXt(nn.Module):
    """Waveforms (B, samples) at 44.1 kHz, float32 in 16-bit units, to features (B, embed_dim)."""

    window: Tensor

    def __init__(self, embed_dim: int) -> None:
        super().__init__()
        register_missing_operators()
        from torchvision.models.resnet import Bottleneck, ResNet

        self.fbsp = Fbsp()
        self.register_buffer("window", blackman_harris())
        resnext = ResNet(Bottleneck, [3, 4, 6, 3], num_classes=embed_dim, groups=32, width_per_group=4)
        self.conv1, self.bn1, self.maxpool, self.fc = resnext.conv1, resnext.bn1, resnext.maxpool, resnext.fc
        self.layer1, self.att1 = resnext.layer1, Attention(64, 256, kernel=(3, 1))
        self.layer2, self.att2 = resnext.layer2, Attention(256, 512, kernel=(1, 5))
        self.layer3, self.att3 = resnext.layer3, Attention(512, 1024, kernel=(3, 1))
        self.layer4, self.att4 = resnext.layer4, Attention(1024, 2048, kernel=(1, 5))
        self.att5 = Attention(2048, 2048, kernel=(3, 5))

    def forward(self, waveforms: Tensor) -> Tensor:
        """Return the features."""
        at_once = 1 if waveforms.device.type == "cpu" else len(waveforms)  # a CPU's cache holds the maps of one
        return torch.cat([self.features(bands) for bands in torch.split(self.bands(waveforms), at_once)])

    def features(self, bands: Tensor) -> Tensor:
        """Return what the network makes of the output of :meth:`bands`."""
        maps = self.maxpool(functional.relu(self.bn1(self.conv1(bands))))
        stages = (self.layer1, self.layer2, self.layer3, self.layer4)
        for stage, attention in zip(stages, (self.att1, self.att2, self.att3, self.att4), strict=True):
            further = stage(maps)
            maps = further * attention(maps, further.shape[-2:])
        pooled = functional.adaptive_avg_pool2d(maps, 1) * self.att5(maps, (1, 1))
        return cast("Tensor", self.fc(pooled.flatten(1)))

    def bands(self, waveforms: Tensor) -> Tensor:
        """Return the power in dB as three frequency bands, (B, 3, 341, frames); the two highest bins are left out."""
        scaled = (waveforms - _LOWEST) * 2 / (_HIGHEST - _LOWEST) - 1
        power = self.fbsp(framed(scaled, self.window))
        per_band = power.shape[1] // BANDS
        audible = torch.where(power > 0, power, _SILENCE)[:, : BANDS * per_band]
        return 10 * torch.log10(audible).reshape(len(audible), BANDS, per_band, -1)


class Attention(nn.Module):
    """What of a stage's output counts, from its input: (B, width_in, ., .) to (B, width, *size), in [0, 1]."""

    def __init__(self, width_in: int, width: int, *, kernel: tuple[int, int]) -> None:
        super().__init__()
        around = (kernel[0] // 2, kernel[1] // 2)
        self.conv_depth = nn.Conv2d(width_in, width_in, kernel, padding=around, groups=width_in)
        self.conv_point = nn.Conv2d(width_in, width, 1)
        self.bn = nn.BatchNorm2d(width)

    def forward(self, maps: Tensor, size: Sequence[int]) -> Tensor:
        """Return the factors for maps of ``size``."""
        pooled = functional.adaptive_max_pool2d(maps, tuple(size))
        return torch.sigmoid(self.bn(self.conv_point(self.conv_depth(pooled))))
