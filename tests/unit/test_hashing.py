from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite import hashing
from evalsuite.hashing import sha256_file, sha256_once

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_large_file_is_read_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    read: list[Path] = []

    def counted(path: Path) -> str:
        read.append(path)
        return sha256_file(path)

    monkeypatch.setattr(hashing, "sha256_file", counted)
    file = tmp_path / "weights.pt"
    file.write_bytes(b"one")
    first = sha256_once(file)
    assert sha256_once(file) == first == sha256_file(file)
    assert read == [file]
    file.write_bytes(b"another")
    assert sha256_once(file) == sha256_file(file) != first
