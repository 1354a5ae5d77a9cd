"""What clean-fid's archive calls the parts of the Inception network, and its weights.

NVIDIA published ``inception-2015-12-05.pt`` with StyleGAN2-ADA; its names follow TensorFlow's. They are taken from two
public ports that load the archive's tensors by name and found its outputs again: OpenAI's consistency models
(``evaluations/inception_v3.py``) and miemieGAN (``mmgan/models/networks/inception_pytorch.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_BLOCKS = ("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")
_STEM = {"1a_3x3": "conv", "2a_3x3": "conv_1", "2b_3x3": "conv_2", "3b_1x1": "conv_3", "4a_3x3": "conv_4"}
_FIRST = {"branch1x1": "conv"}
_POOL = {"branch_pool": "tower_2.conv"}


def _chain(branch: str, tower: str, *, length: int) -> dict[str, str]:
    """Name the units of a branch: ``branch7x7_2`` is ``tower.conv_1``."""
    return {f"{branch}_{place + 1}": f"{tower}.conv" + (f"_{place}" if place else "") for place in range(length)}


_A = _FIRST | _chain("branch5x5", "tower", length=2) | _chain("branch3x3dbl", "tower_1", length=3) | _POOL
_B = {"branch3x3": "conv"} | _chain("branch3x3dbl", "tower", length=3)
_C = _FIRST | _chain("branch7x7", "tower", length=3) | _chain("branch7x7dbl", "tower_1", length=5) | _POOL
_D = _chain("branch3x3", "tower", length=2) | _chain("branch7x7x3", "tower_1", length=4)
_E = _FIRST | {
    "branch3x3_1": "tower_conv",
    "branch3x3_2a": "tower_mixed_conv",
    "branch3x3_2b": "tower_mixed_conv_1",
    "branch3x3dbl_1": "tower_1_conv",
    "branch3x3dbl_2": "tower_1_conv_1",
    "branch3x3dbl_3a": "tower_1_mixed_conv",
    "branch3x3dbl_3b": "tower_1_mixed_conv_1",
    "branch_pool": "tower_2_conv",
}
_PARTS = (_A, _A, _A, _B, _C, _C, _C, _C, _D, _E, _E)

UNITS = {f"Conv2d_{ours}": f"layers.{theirs}" for ours, theirs in _STEM.items()} | {
    f"Mixed_{block}.{ours}": f"layers.mixed{f'_{place}' if place else ''}.{theirs}"
    for place, (block, parts) in enumerate(zip(_BLOCKS, _PARTS, strict=True))
    for ours, theirs in parts.items()
}
"""The archive's name of each unit of an :class:`~evalsuite.encoders.inception_net.InceptionNet`."""
TENSORS = {"conv.weight": "weight", "bn.bias": "beta", "bn.running_mean": "mean", "bn.running_var": "var"}
"""The archive's name of each of a unit's tensors. It scales no normalised map, so that ``bn.weight`` is 1."""
_OURS = {f"output.{name}": f"fc.{name}" for name in ("weight", "bias")} | {
    f"{theirs}.{called}": f"{ours}.{name}" for ours, theirs in UNITS.items() for name, called in TENSORS.items()
}


def renamed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the archive's tensors under the names of an ``InceptionNet``; others keep theirs, and will not fit."""
    import torch

    state = {_OURS.get(name, name): tensor for name, tensor in tensors.items()}
    scales = {f"{ours}.bn.weight": state[f"{ours}.bn.bias"] for ours in UNITS if f"{ours}.bn.bias" in state}
    return state | {name: torch.ones_like(shift) for name, shift in scales.items()}
