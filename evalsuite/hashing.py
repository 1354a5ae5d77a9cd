"""Content hashes: the names under which everything is kept and compared."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 12


def sha256_bytes(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_once(path: Path) -> str:
    """Return the SHA-256 of a large file, read once per process as long as its size and its time of change stay."""
    seen = path.stat()
    return _sha256_as_seen(path, seen.st_size, seen.st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256_as_seen(path: Path, _size: int, _changed_ns: int) -> str:
    return sha256_file(path)


def sha256_json(value: Any) -> str:
    """Return the SHA-256 of a JSON-able value, independent of the order of its keys."""
    return sha256_bytes(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


@lru_cache(maxsize=64)
def sha256_tree(folder: Path, pattern: str = "**/*") -> str:
    """Return one hash for the files below ``folder`` that match ``pattern``: their relative names and contents.

    Used for the fingerprint of weights and of code. Byte-compiled files do not count, nor does what the hub's library
    notes of its downloads in a folder ``.cache``.
    """
    names = sorted(path.relative_to(folder) for path in folder.glob(pattern) if path.is_file())
    counting = [name for name in names if not {"__pycache__", ".cache"} & set(name.parts)]
    return sha256_json([[name.as_posix(), sha256_file(folder / name)] for name in counting])


def weights_fingerprint(folder: Path) -> str:
    """Return one hash for what a trained model computes with: every safetensors file and ``config.json`` below.

    What else lies beside them, such as a record of the training or a model card, changes no picture and does not count.
    """
    return sha256_json([sha256_tree(folder, pattern) for pattern in ("**/*.safetensors", "**/config.json")])
