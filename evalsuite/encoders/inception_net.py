"""The Inception network of 2015 in which Fréchet distances and Inception Scores are taken.

Szegedy et al., *Rethinking the Inception Architecture for Computer Vision* (arXiv:1512.00567), as it was published by
TensorFlow on 5 December 2015. It is not torchvision's ``inception_v3``: average pools do not count their padding, the
last block pools by maximum, there are 1008 classes and other weights. Names of parts and of weights are those of
pytorch-fid and torch-fidelity, so that their files fit.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d, relu
from torch.nn.utils.fusion import fuse_conv_bn_eval


class Unit(nn.Module):
    """Convolution, batch normalisation, rectifier. Maps keep their size unless ``valid``, where they are not padded."""

    def __init__(
        self, width_in: int, width: int, kernel: tuple[int, int], *, stride: int = 1, valid: bool = False
    ) -> None:
        super().__init__()
        padding = (0, 0) if valid else (kernel[0] // 2, kernel[1] // 2)
        self.conv = nn.Conv2d(width_in, width, kernel, stride, padding, bias=False)
        self.bn: nn.Module = nn.BatchNorm2d(width, eps=1e-3)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, width, H', W')."""
        return relu(self.linear(maps), inplace=True)

    def linear(self, maps: Tensor) -> Tensor:
        """Return what goes into the rectifier."""
        return cast("Tensor", self.bn(self.conv(maps)))

    def fold(self) -> None:
        """Make one convolution of convolution and normalisation, in float64: a third of the work on maps is saved."""
        if isinstance(self.bn, nn.BatchNorm2d):
            self.conv = fuse_conv_bn_eval(self.conv.double(), self.bn.double()).float()
            self.bn = nn.Identity()


class MeanUnit(Unit):
    """A 1x1 unit on the means of 3x3 neighbours.

    The mean, which leaves out the padding, is taken after the convolution, with which it commutes: of fewer maps.
    """

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, width, H, W)."""
        means = avg_pool2d(self.linear(maps), 3, stride=1, padding=1, count_include_pad=False)
        return relu(means, inplace=True)


class MaxUnit(Unit):
    """A 1x1 unit on the maxima of 3x3 neighbours."""

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, width, H, W)."""
        return super().forward(max_pool2d(maps, 3, stride=1, padding=1))


class BlockA(nn.Module):
    """At 35x35: (B, width_in, 35, 35) to (B, 224 + pooled, 35, 35)."""

    def __init__(self, width_in: int, pooled: int) -> None:
        super().__init__()
        self.branch1x1 = Unit(width_in, 64, (1, 1))
        self.branch5x5_1 = Unit(width_in, 48, (1, 1))
        self.branch5x5_2 = Unit(48, 64, (5, 5))
        self.branch3x3dbl_1 = Unit(width_in, 64, (1, 1))
        self.branch3x3dbl_2 = Unit(64, 96, (3, 3))
        self.branch3x3dbl_3 = Unit(96, 96, (3, 3))
        self.branch_pool = MeanUnit(width_in, pooled, (1, 1))

    def forward(self, maps: Tensor) -> Tensor:
        """Return the branches side by side."""
        five = self.branch5x5_2(self.branch5x5_1(maps))
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(maps)))
        return torch.cat([self.branch1x1(maps), five, three, self.branch_pool(maps)], dim=1)


class BlockB(nn.Module):
    """From 35x35 to 17x17: (B, width_in, 35, 35) to (B, 480 + width_in, 17, 17)."""

    def __init__(self, width_in: int) -> None:
        super().__init__()
        self.branch3x3 = Unit(width_in, 384, (3, 3), stride=2, valid=True)
        self.branch3x3dbl_1 = Unit(width_in, 64, (1, 1))
        self.branch3x3dbl_2 = Unit(64, 96, (3, 3))
        self.branch3x3dbl_3 = Unit(96, 96, (3, 3), stride=2, valid=True)

    def forward(self, maps: Tensor) -> Tensor:
        """Return the branches side by side."""
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(maps)))
        return torch.cat([self.branch3x3(maps), double, max_pool2d(maps, 3, stride=2)], dim=1)


class BlockC(nn.Module):
    """At 17x17, with kernels of seven: (B, 768, 17, 17) to the same."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.branch1x1 = Unit(768, 192, (1, 1))
        self.branch7x7_1 = Unit(768, inner, (1, 1))
        self.branch7x7_2 = Unit(inner, inner, (1, 7))
        self.branch7x7_3 = Unit(inner, 192, (7, 1))
        self.branch7x7dbl_1 = Unit(768, inner, (1, 1))
        self.branch7x7dbl_2 = Unit(inner, inner, (7, 1))
        self.branch7x7dbl_3 = Unit(inner, inner, (1, 7))
        self.branch7x7dbl_4 = Unit(inner, inner, (7, 1))
        self.branch7x7dbl_5 = Unit(inner, 192, (1, 7))
        self.branch_pool = MeanUnit(768, 192, (1, 1))

    def forward(self, maps: Tensor) -> Tensor:
        """Return the branches side by side."""
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(maps)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(maps)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        return torch.cat([self.branch1x1(maps), seven, double, self.branch_pool(maps)], dim=1)


class BlockD(nn.Module):
    """From 17x17 to 8x8: (B, 768, 17, 17) to (B, 1280, 8, 8)."""

    def __init__(self) -> None:
        super().__init__()
        self.branch3x3_1 = Unit(768, 192, (1, 1))
        self.branch3x3_2 = Unit(192, 320, (3, 3), stride=2, valid=True)
        self.branch7x7x3_1 = Unit(768, 192, (1, 1))
        self.branch7x7x3_2 = Unit(192, 192, (1, 7))
        self.branch7x7x3_3 = Unit(192, 192, (7, 1))
        self.branch7x7x3_4 = Unit(192, 192, (3, 3), stride=2, valid=True)

    def forward(self, maps: Tensor) -> Tensor:
        """Return the branches side by side."""
        seven = self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(maps)))
        three = self.branch3x3_2(self.branch3x3_1(maps))
        return torch.cat([three, self.branch7x7x3_4(seven), max_pool2d(maps, 3, stride=2)], dim=1)


class BlockE(nn.Module):
    """At 8x8, with branches that fork: (B, width_in, 8, 8) to (B, 2048, 8, 8)."""

    def __init__(self, width_in: int, pooling: type[Unit]) -> None:
        super().__init__()
        self.branch1x1 = Unit(width_in, 320, (1, 1))
        self.branch3x3_1 = Unit(width_in, 384, (1, 1))
        self.branch3x3_2a = Unit(384, 384, (1, 3))
        self.branch3x3_2b = Unit(384, 384, (3, 1))
        self.branch3x3dbl_1 = Unit(width_in, 448, (1, 1))
        self.branch3x3dbl_2 = Unit(448, 384, (3, 3))
        self.branch3x3dbl_3a = Unit(384, 384, (1, 3))
        self.branch3x3dbl_3b = Unit(384, 384, (3, 1))
        self.branch_pool = pooling(width_in, 192, (1, 1))

    def forward(self, maps: Tensor) -> Tensor:
        """Return the branches side by side."""
        three = self.branch3x3_1(maps)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(maps))
        forks = [self.branch3x3_2a(three), self.branch3x3_2b(three)]
        forks += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double)]
        return torch.cat([self.branch1x1(maps), *forks, self.branch_pool(maps)], dim=1)


class InceptionNet(nn.Module):
    """Pictures (B, 3, 299, 299), normalised as ``(pixel - 128) / 128``, to features (B, 2048).

    ``fc`` makes class logits of the features; the Inception Score leaves out its bias.
    """

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Unit(3, 32, (3, 3), stride=2, valid=True)
        self.Conv2d_2a_3x3 = Unit(32, 32, (3, 3), valid=True)
        self.Conv2d_2b_3x3 = Unit(32, 64, (3, 3))
        self.Conv2d_3b_1x1 = Unit(64, 80, (1, 1))
        self.Conv2d_4a_3x3 = Unit(80, 192, (3, 3), valid=True)
        self.Mixed_5b = BlockA(192, pooled=32)
        self.Mixed_5c = BlockA(256, pooled=64)
        self.Mixed_5d = BlockA(288, pooled=64)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b = BlockC(inner=128)
        self.Mixed_6c = BlockC(inner=160)
        self.Mixed_6d = BlockC(inner=160)
        self.Mixed_6e = BlockC(inner=192)
        self.Mixed_7a = BlockD()
        self.Mixed_7b = BlockE(1280, pooling=MeanUnit)
        self.Mixed_7c = BlockE(2048, pooling=MaxUnit)
        self.fc = nn.Linear(2048, 1008)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the means of the last maps."""
        maps = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(pixels)))
        maps = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(max_pool2d(maps, 3, stride=2)))
        maps = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(max_pool2d(maps, 3, stride=2))))
        maps = self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(maps)))
        maps = self.Mixed_6e(self.Mixed_6d(maps))
        maps = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(maps)))
        return cast("Tensor", maps.mean(dim=(2, 3)))

    def ready(self) -> InceptionNet:
        """Return the network in eval mode, folded, its kernels laid out as a processor reads them fastest."""
        self.eval()
        for module in self.modules():
            if isinstance(module, Unit):
                module.fold()
        return self.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
