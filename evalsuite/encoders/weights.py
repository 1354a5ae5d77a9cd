"""Weights that are a folder of files: where they are and what they are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json, sha256_tree


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

    Nothing is downloaded. Raises ``UserError`` where there is neither, or where the file ``holding`` is missing.
    """
    if Path(weights).is_dir() or isinstance(weights, Path):
        return weights_folder(weights, holding=holding)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return weights_folder(snapshot_download(weights, local_files_only=True), holding=holding)
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise UserError(f"no folder {weights!r}, nor a local copy from the hub: hf download {weights}") from error


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
