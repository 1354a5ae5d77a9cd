"""The Inception of clean-fid's archive, with random weights whose features are alive."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from pathlib import Path

ARCHIVE = "inception-2015-12-05.pt"
"""Clean-fid opens its archive by this name alone."""


class ConvLayer(nn.Module):
    def __init__(
        self, width_in: int, width: int, height: int, breadth: int, *, stride: int = 1, valid: bool = False
    ) -> None:
        super().__init__()
        self.stride, self.padding = stride, [0, 0] if valid else [height // 2, breadth // 2]
        scale = math.sqrt(2 / (width_in * height * breadth))
        self.register_buffer("weight", torch.randn(width, width_in, height, breadth) * scale)
        # Rectifiers open for most of what comes: a deep random network would else amplify rounding tenfold.
        self.register_buffer("beta", 1 + torch.randn(width) / 2)
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("var", torch.ones(width))

    def convolved(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

    def forward(self, x: Tensor) -> Tensor:
        normal = functional.batch_norm(self.convolved(x), self.mean, self.var, bias=self.beta, eps=0.001)
        return functional.relu(normal)


def chain(*layers: nn.Module) -> nn.Sequential:
    """Name the layers of a tower as TensorFlow would: pool, conv, conv_1, …"""
    convs = [layer for layer in layers if isinstance(layer, ConvLayer)]
    return nn.Sequential(
        OrderedDict(
            ("pool" if layer not in convs else "conv" if layer is convs[0] else f"conv_{convs.index(layer)}", layer)
            for layer in layers
        )
    )


def mean_pool() -> nn.Module:
    return nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)


class BlockA(nn.Module):
    def __init__(self, width: int, pooled: int) -> None:
        super().__init__()
        self.conv = ConvLayer(width, 64, 1, 1)
        self.tower = chain(ConvLayer(width, 48, 1, 1), ConvLayer(48, 64, 5, 5))
        self.tower_1 = chain(ConvLayer(width, 64, 1, 1), ConvLayer(64, 96, 3, 3), ConvLayer(96, 96, 3, 3))
        self.tower_2 = chain(mean_pool(), ConvLayer(width, pooled, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.conv(x), self.tower(x), self.tower_1(x), self.tower_2(x)], 1)


class BlockB(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = ConvLayer(width, 384, 3, 3, stride=2, valid=True)
        self.tower = chain(
            ConvLayer(width, 64, 1, 1), ConvLayer(64, 96, 3, 3), ConvLayer(96, 96, 3, 3, stride=2, valid=True)
        )
        self.pool = nn.MaxPool2d(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.conv(x), self.tower(x), self.pool(x)], 1)


class BlockC(nn.Module):
    def __init__(self, inner: int) -> None:
        super().__init__()
        self.conv = ConvLayer(768, 192, 1, 1)
        self.tower = chain(ConvLayer(768, inner, 1, 1), ConvLayer(inner, inner, 1, 7), ConvLayer(inner, 192, 7, 1))
        self.tower_1 = chain(
            ConvLayer(768, inner, 1, 1),
            ConvLayer(inner, inner, 7, 1),
            ConvLayer(inner, inner, 1, 7),
            ConvLayer(inner, inner, 7, 1),
            ConvLayer(inner, 192, 1, 7),
        )
        self.tower_2 = chain(mean_pool(), ConvLayer(768, 192, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.conv(x), self.tower(x), self.tower_1(x), self.tower_2(x)], 1)


class BlockD(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tower = chain(ConvLayer(768, 192, 1, 1), ConvLayer(192, 320, 3, 3, stride=2, valid=True))
        self.tower_1 = chain(
            ConvLayer(768, 192, 1, 1),
            ConvLayer(192, 192, 1, 7),
            ConvLayer(192, 192, 7, 1),
            ConvLayer(192, 192, 3, 3, stride=2, valid=True),
        )
        self.pool = nn.MaxPool2d(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.tower(x), self.tower_1(x), self.pool(x)], 1)


class BlockE(nn.Module):
    def __init__(self, width: int, pool: nn.Module) -> None:
        super().__init__()
        self.conv = ConvLayer(width, 320, 1, 1)
        self.tower_conv = ConvLayer(width, 384, 1, 1)
        self.tower_mixed_conv = ConvLayer(384, 384, 1, 3)
        self.tower_mixed_conv_1 = ConvLayer(384, 384, 3, 1)
        self.tower_1_conv = ConvLayer(width, 448, 1, 1)
        self.tower_1_conv_1 = ConvLayer(448, 384, 3, 3)
        self.tower_1_mixed_conv = ConvLayer(384, 384, 1, 3)
        self.tower_1_mixed_conv_1 = ConvLayer(384, 384, 3, 1)
        self.tower_2_pool = pool
        self.tower_2_conv = ConvLayer(width, 192, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.tower_conv(x), self.tower_1_conv_1(self.tower_1_conv(x))
        forks = [self.tower_mixed_conv(a), self.tower_mixed_conv_1(a)]
        forks = forks + [self.tower_1_mixed_conv(b), self.tower_1_mixed_conv_1(b)]  # noqa: RUF005 - scripted
        return torch.cat([self.conv(x)] + forks + [self.tower_2_conv(self.tower_2_pool(x))], 1)  # noqa: RUF005


class Archived(nn.Module):
    """What the archive holds: layers up to the pooled features, and the classifier."""

    def __init__(self) -> None:
        super().__init__()
        parts = {
            "conv": ConvLayer(3, 32, 3, 3, stride=2, valid=True),
            "conv_1": ConvLayer(32, 32, 3, 3, valid=True),
            "conv_2": ConvLayer(32, 64, 3, 3),
            "pool0": nn.MaxPool2d(3, 2),
            "conv_3": ConvLayer(64, 80, 1, 1),
            "conv_4": ConvLayer(80, 192, 3, 3, valid=True),
            "pool1": nn.MaxPool2d(3, 2),
            "mixed": BlockA(192, 32),
            "mixed_1": BlockA(256, 64),
            "mixed_2": BlockA(288, 64),
            "mixed_3": BlockB(288),
            **{f"mixed_{place}": BlockC(inner) for place, inner in enumerate((128, 160, 160, 192), start=4)},
            "mixed_8": BlockD(),
            "mixed_9": BlockE(1280, mean_pool()),
            "mixed_10": BlockE(2048, nn.MaxPool2d(3, 1, 1)),
            "pool2": nn.AvgPool2d(8),
        }
        self.layers = nn.Sequential(OrderedDict(parts))
        self.output = nn.Linear(2048, 1008)
        nn.init.normal_(self.output.weight, std=0.15)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x).flatten(1)


def write_archive(folder: Path, pixels: Tensor) -> Path:
    """Write an archive with seeded weights; ``pixels`` (B, 3, 299, 299) in [-1, 1] keep each layer's output normal."""
    torch.manual_seed(2015)
    net = Archived().eval().requires_grad_(requires_grad=False)
    hooks = [layer.register_forward_pre_hook(calibrate) for layer in net.modules() if isinstance(layer, ConvLayer)]
    net(pixels)
    for hook in hooks:
        hook.remove()
    torch.jit.script(net).save(str(folder / ARCHIVE))
    return folder / ARCHIVE


def calibrate(layer: ConvLayer, inputs: tuple[Tensor]) -> None:
    convolved = layer.convolved(*inputs)
    layer.mean.copy_(convolved.mean((0, 2, 3)))
    layer.var.copy_(convolved.var((0, 2, 3)))
