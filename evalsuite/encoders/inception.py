"""Inception features and logits, as clean-fid, torch-fidelity and torchmetrics take them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.encoders.inception_names import renamed
from evalsuite.encoders.resizing import Resize
from evalsuite.encoders.torchscript import is_torchscript, read_torchscript
from evalsuite.encoders.tower import Tower, inferred
from evalsuite.encoders.weights import load_state
from evalsuite.encoders.weights_file import file_fingerprint, fill, weights_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from evalsuite.encoders.base import Features, Modality
    from evalsuite.encoders.inception_net import InceptionNet
    from evalsuite.encoders.resizing import Pixels

PREPROCESSING = "inception-2015-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

SIDE, FEATURES, CLASSES = 299, 2048, 1008
CHUNK = 4
"""Pictures at once on a CPU, whose cache holds the maps of so few; it also keeps a row independent of its batch."""


def inception_towers(*, weights: Path | str, device: str, resize: str = "pil-bicubic") -> dict[Modality, Tower]:
    """Open the Inception of 2015: ``image`` gives features (B, 2048), ``head`` makes logits (B, 1008) of features.

    ``weights`` is one of the published files or a folder that holds one: torch-fidelity's
    ``weights-inception-2015-12-05-6726825d.pth`` (pytorch-fid's has the same names), the same as ``.safetensors``, or
    clean-fid's TorchScript archive ``inception-2015-12-05.pt``, out of which tensors alone are read. ``resize`` is one
    of :data:`~evalsuite.encoders.resizing.WAYS`; it is part of the encoder's name. Logits are without the classifier's
    bias, as the Inception Score is defined on them (Salimans et al., arXiv:1606.03498).

    Raises ``UserError`` where there is no such file, where its content is not what its name promises, or for an
    unknown ``resize``; when first used, where its tensors do not fit.
    """
    preparation = Resize(resize, SIDE)
    file = weights_file(weights)
    loaded = _Loaded(file=file, device=device)
    tower = partial(
        Tower,
        name=f"inception-2015·{resize}",
        fingerprint=file_fingerprint(file, preprocessing=f"{PREPROCESSING}·{resize}"),
    )
    return {
        "image": tower(modality="image", dim=FEATURES, encode=loaded.pictures, preparation=lambda: preparation),
        "head": tower(modality="head", dim=CLASSES, encode=loaded.logits),
    }


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The network, opened on first use."""

    file: Path
    device: str

    @cached_property
    def net(self) -> InceptionNet:
        from evalsuite.encoders.inception_net import InceptionNet

        state = renamed(read_torchscript(self.file)) if is_torchscript(self.file) else load_state(self.file)
        net = InceptionNet()
        fill(net, state, file=self.file, kind="the Inception of 2015")
        return net.ready().to(self.device)

    def pictures(self, prepared: Sequence[Pixels]) -> Features:
        import torch

        size = CHUNK if self.device == "cpu" else len(prepared)
        chunks = [np.stack(prepared[start : start + size]) for start in range(0, len(prepared), size)]
        return np.concatenate([inferred(self._features, torch.from_numpy(chunk)) for chunk in chunks])

    def logits(self, rows: Sequence[Features]) -> Features:
        import torch

        # In float64, so that rounding to float32 hides in which order the products were summed.
        weight = self.net.fc.weight.double()
        return inferred(lambda features: features @ weight.T, torch.from_numpy(np.stack(rows)).to(weight))

    def _features(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 299, 299, 3) in [0, 255] to features; seen as (B, 3, 299, 299) their channels are last already."""
        net = self.net
        features: Tensor = net((pixels.to(self.device).permute(0, 3, 1, 2) - 128) / 128)
        return features
