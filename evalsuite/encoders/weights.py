"""Weights in files and folders: where they are, what they are called, and what they hold. No file's code is run."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalsuite.errors import NotFetchedError, UserError
from evalsuite.hashing import SHORT, sha256_json, sha256_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor


def weights_folder(weights: Path | str, *, holding: str) -> Path:
    """Return ``weights`` as a folder. Raises ``UserError`` where it is none or lacks the file ``holding``."""
    folder = Path(weights)
    if not folder.is_dir():
        raise UserError("no such folder of weights; the profile's `weights` names it", file=folder)
    if not (folder / holding).is_file():
        raise UserError(f"this folder of weights has no {holding}", file=folder)
    return folder


def published_folder(weights: Path | str, *, holding: str) -> Path:
    """Return ``weights`` as a folder: one that is there, or the local copy of what the Hugging Face hub calls so.

    Nothing is downloaded. Raises ``NotFetchedError`` where there is no local copy with the file ``holding``, and
    ``UserError`` where the name is neither of a folder with that file nor one that the hub could have.
    """
    if Path(weights).is_dir() or isinstance(weights, Path):
        return weights_folder(weights, holding=holding)
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        held = try_to_load_from_cache(weights, holding)
    except HFValidationError as error:
        raise UserError(f"no folder {weights!r}, and no name of the hub's") from error
    if not isinstance(held, str):
        raise NotFetchedError(f"no folder {weights!r}, nor a local copy from the hub: hf download {weights}")
    return Path(held).parent


def published_name(weights: Path | str) -> str:
    """Return what an encoder is called in passports: its folder's name, or the name that the hub has for it."""
    return Path(weights).name if Path(weights).is_dir() else str(weights)


def open_pretrained(network: Any, folder: Path) -> Any:
    """Return a network of transformers as it lies in ``folder``, in float32 and eval mode, on the CPU.

    ``network`` is its class. Nothing is downloaded, and no code of the files is run: of a pickle transformers takes
    tensors alone. Raises ``UserError`` where files are damaged or a weight is missing.
    """
    with damage_told(folder):
        opened, report = network.from_pretrained(
            folder, local_files_only=True, dtype="float32", output_loading_info=True
        )
    if report["missing_keys"]:
        raise UserError(f"these weights lack {min(report['missing_keys'])!r} and perhaps more", file=folder)
    return opened.eval()


@contextmanager
def damage_told(where: Path | str) -> Iterator[None]:
    """Turn what a library raises inside for files that it cannot open into a ``UserError`` that names ``where``."""
    from pickle import UnpicklingError

    from safetensors import SafetensorError

    try:
        yield
    except (OSError, RuntimeError, ValueError, KeyError, EOFError, UnpicklingError, SafetensorError) as error:
        raise UserError(f"cannot open these weights: {error}", file=where) from error


def folder_fingerprint(folder: Path, *, preprocessing: str) -> str:
    """Return a short hash of every file in ``folder`` and of the name of the preprocessing before it."""
    return sha256_json([preprocessing, sha256_tree(folder)])[:SHORT]


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises ``UserError`` naming the file, and the line where there is one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise UserError(f"not JSON: {error.msg}", file=path, line=error.lineno) from error
    except UnicodeDecodeError as error:
        raise UserError("not JSON: this is no text in UTF-8", file=path) from error
    if not isinstance(value, dict):
        raise UserError("expected a JSON object", file=path)
    return value


def load_state(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a weight file by name, on the CPU: ``.safetensors``, else what ``torch.save`` wrote.

    No code of the file is run, and memory is mapped rather than read where the format allows it. A file that wraps its
    tensors as ``{"state_dict": ...}`` is unwrapped. Raises ``UserError`` where the file is missing, damaged, or holds
    anything but tensors: a pickled network or a TorchScript archive is a program.
    """
    if not path.is_file():
        raise UserError("no such file of weights", file=path)
    held = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    held = held.get("state_dict", held) if isinstance(held, dict) else held
    return _tensors(held, path=path)


def _read_safetensors(path: Path) -> object:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise UserError(f"not a file of safetensors, or damaged: {error}", file=path) from error


def _read_torch(path: Path) -> object:
    """Read what ``torch.save`` wrote: a zip archive, or before PyTorch 1.6 a bare pickle, which cannot be mapped."""
    from pickle import UnpicklingError
    from zipfile import is_zipfile

    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=is_zipfile(path))
    except (UnpicklingError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{_why_refused(str(error))}; it was not opened", file=path) from error


def _why_refused(message: str) -> str:
    """Return in a few words what is wrong with a file, by torch's own message."""
    if "TorchScript" in message:
        return "this is a TorchScript archive, which is a program, not a file of tensors"
    if "unsupported global" in message.lower():
        return "this file holds Python objects besides tensors, and to load those is to run their code"
    return "not a file of weights, or damaged"


def _tensors(held: object, *, path: Path) -> dict[str, Tensor]:
    """Return ``held`` where it is a mapping from names to tensors. Raises ``UserError`` where it is not."""
    import torch

    if not isinstance(held, dict) or not held:
        raise UserError("this file holds no tensors by name", file=path)
    for name, value in held.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            raise UserError(f"expected tensors by name, but {name!r} is a {type(value).__name__}", file=path)
    return dict(held)
