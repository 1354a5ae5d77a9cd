"""Inception features and logits, as clean-fid, torch-fidelity and torchmetrics take them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.encoders.inception_names import renamed
from evalsuite.encoders.resizing import Resize
from evalsuite.encoders.torchscript import is_torchscript, read_torchscript
from evalsuite.encoders.tower import Tower, inferred
from evalsuite.encoders.weights import load_state
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_file, sha256_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from evalsuite.encoders.base import Features, Modality
    from evalsuite.encoders.inception_net import InceptionNet
    from evalsuite.encoders.resizing import Pixels

PREPROCESSING = "inception-2015-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

SIDE, FEATURES, CLASSES = 299, 2048, 1008
FORMATS = (".pth", ".pt", ".safetensors")
PUBLISHED = "weights-inception-2015-12-05-6726825d.pth"
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
    file = _weights_file(Path(weights))
    loaded = _Loaded(file=file, device=device)
    tower = partial(
        Tower,
        name=f"inception-2015·{resize}",
        fingerprint=sha256_json([PREPROCESSING, resize, _checked_sha256(file)])[:SHORT],
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
        return open_net(self.file).to(self.device)

    def pictures(self, prepared: Sequence[Pixels]) -> Features:
        import torch

        size = CHUNK if self.device == "cpu" else len(prepared)
        chunks = [np.stack(prepared[start : start + size]) for start in range(0, len(prepared), size)]
        # A GPU would round to ten bits of mantissa (TF32), which moves features by a thousandth.
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
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


def open_net(file: Path) -> InceptionNet:
    """Return the network with the weights of ``file``, on the CPU, ready to be used and no longer to be saved.

    Raises ``UserError`` unless every tensor has its place and every place its tensor.
    """
    from evalsuite.encoders.inception_net import InceptionNet

    net = InceptionNet()
    try:
        state = renamed(read_torchscript(file)) if is_torchscript(file) else load_state(file)
        net.load_state_dict(state, strict=True)
    except (KeyError, RuntimeError) as error:
        raise UserError(f"these are not the weights of the Inception of 2015: {error}", file=file) from error
    return net.ready()


def _weights_file(weights: Path) -> Path:
    """Return the file that ``weights`` is or, as a folder, holds."""
    if weights.is_file():
        return weights
    if not weights.is_dir():
        raise UserError(f"no such file or folder of weights; the profile's `weights` names {PUBLISHED}", file=weights)
    found = sorted(path for path in weights.iterdir() if path.suffix in FORMATS)
    if len(found) != 1:
        count = f"{len(found)} files" if found else "no file"
        raise UserError(f"this folder has {count} of weights, where one is expected: {PUBLISHED}", file=weights)
    return found[0]


def _checked_sha256(file: Path) -> str:
    """Return the hash of a file. Raises ``UserError`` where its name ends in eight digits of another one."""
    digest = sha256_file(file)
    promised = re.search(r"-([0-9a-f]{8})\.\w+$", file.name)
    if promised and not digest.startswith(promised[1]):
        raise UserError(
            f"damaged: its SHA-256 begins with {digest[:8]}, not as its name says; fetch it anew", file=file
        )
    return digest
