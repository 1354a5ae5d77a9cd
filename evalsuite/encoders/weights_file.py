"""Weights that are one published file: which file it is, its fingerprint, and whether it fits a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json, sha256_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

SUFFIXES = (".pt", ".pth", ".safetensors")
COUNTER = ".num_batches_tracked"
"""Ends the name of a counter that training alone reads: weights from other frameworks lack it."""


def weights_file(weights: Path | str) -> Path:
    """Return ``weights`` as a file: itself, or the one file of weights in a folder.

    Raises ``UserError`` where there is none, or more than one to choose from.
    """
    path = Path(weights)
    if path.is_file():
        return path
    if not path.is_dir():
        raise UserError("no such file or folder of weights; the profile's `weights` names it", file=path)
    found = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    if len(found) == 1:
        return found[0]
    names = ", ".join(file.name for file in found) or "none"
    raise UserError(f"expected one file of weights in this folder, found {names}: name the file itself", file=path)


def file_fingerprint(file: Path, *, preprocessing: str) -> str:
    """Return a short hash of the file and of the name of the preprocessing before the network.

    Raises ``UserError`` where the file's name ends in eight digits of another hash («weights-6726825d.pth»).
    """
    digest = sha256_once(file)
    promised = re.search(r"-([0-9a-f]{8})\.\w+$", file.name)
    if promised and not digest.startswith(promised[1]):
        raise UserError(
            f"damaged: its SHA-256 begins with {digest[:8]}, not as its name says; fetch it anew", file=file
        )
    return sha256_json([preprocessing, digest])[:SHORT]


def fill(net: nn.Module, state: Mapping[str, Tensor], *, file: Path, kind: str) -> None:
    """Put every tensor of ``state`` in its place in ``net``, which is left in eval mode.

    Raises ``UserError`` that names the first tensor that is missing, is one too many, or has another shape. ``file``
    is where they came from and ``kind`` what they should be («AudioCLIP»).
    """
    misfit = _misfit(net.state_dict(), state)
    if misfit is not None:
        raise UserError(f"not the weights of {kind}: {misfit}", file=file)
    net.load_state_dict(dict(state), strict=True)
    net.eval()


def _misfit(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> str | None:
    """Return what is first wrong with ``found``, or ``None``."""
    for name, place in expected.items():
        if name not in found and not name.endswith(COUNTER):
            return f"{name!r} is missing"
        if name in found and found[name].shape != place.shape:
            return f"{name!r} has the shape {tuple(found[name].shape)} in place of {tuple(place.shape)}"
    return next((f"{name!r} is unexpected" for name in found if name not in expected), None)
