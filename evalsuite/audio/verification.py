"""Proving that sound files can be read, before hours are spent on what is made from them."""

from __future__ import annotations

import contextlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from evalsuite.audio.loading import load_clip_file
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file
from evalsuite.home import home

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

THREADS = 8
RECORD_NAME = "sounds_that_decode.json"


def verified_hashes(paths: Sequence[Path]) -> list[str]:
    """Return the SHA-256 of each file, having decoded every one of them whole at least once on this machine.

    Contents that decoded are remembered in the cache folder by their hash, so a second call only hashes. Raises
    ``UserError`` naming the first file, in the order of ``paths``, that is missing or at fault.
    """
    record = home() / RECORD_NAME
    with ThreadPoolExecutor(THREADS) as pool:
        hashes = list(pool.map(_hash, paths))
        known = _read(record)
        unknown = {digest: path for path, digest in zip(paths, hashes, strict=True) if digest not in known}
        for _ in pool.map(_decode, unknown.values()):
            pass
    if unknown:
        _write(record, known.union(unknown))
    return hashes


def _hash(path: Path) -> str:
    if not path.is_file():
        raise UserError("no such sound file", file=path)
    return sha256_file(path)


def _decode(path: Path) -> None:
    """Read a file and drop its samples, so that no more are held at once than there are threads."""
    load_clip_file(path)


def _read(record: Path) -> set[str]:
    """Return the hashes remembered. A record that is missing or spoilt only costs decoding again."""
    try:
        return set(json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return set()


def _write(record: Path, hashes: Iterable[str]) -> None:
    """Replace the record in one step. Where the folder cannot be written, nothing is remembered."""
    draft = record.with_name(f"{record.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        record.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(sorted(hashes)), encoding="utf-8")
        draft.replace(record)
