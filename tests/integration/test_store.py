from __future__ import annotations

import logging
import multiprocessing
import sqlite3
from typing import TYPE_CHECKING

import pytest
from storing import write

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_bytes
from evalsuite.home import home
from evalsuite.running.store import STORE_FILE, Store

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_put_is_got(tmp_path: Path):
    entries = {f"key-{index}": bytes([index % 256]) * index for index in range(1000)}
    with Store(tmp_path) as store:
        store.put_many(entries)
    with Store(tmp_path) as store:
        assert store.get_many([*entries, "missing"]) == entries
        assert store.digests(entries) == {key: sha256_bytes(data) for key, data in entries.items()}
        assert store.held(["key-1", "missing"]) == {"key-1"}
        assert store.dropped == []


def test_a_damaged_entry_is_dropped_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with Store(tmp_path) as store:
        store.put_many({"good": b"good", "bad": b"bad"})
        damage(tmp_path, "bad")
        with caplog.at_level(logging.WARNING, logger="evalsuite"):
            assert store.get_many(["good", "bad"]) == {"good": b"good"}
        assert store.dropped == ["bad"]
        assert "1 damaged entr" in caplog.text
        assert store.held(["bad"]) == set()


def test_two_processes_write_at_once(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(tmp_path, name)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    with Store(tmp_path) as store:
        assert len(store.held(f"{name}-{index}" for name in ("a", "b") for index in range(50))) == 100


def test_a_file_that_is_no_store_is_told_in_one_line(tmp_path: Path):
    (tmp_path / STORE_FILE).write_bytes(b"this is no database" * 100)
    with pytest.raises(UserError, match="delete it"):
        Store(tmp_path)


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EVALSUITE_HOME", str(tmp_path / "elsewhere"))
    assert home() == tmp_path / "elsewhere"


def damage(folder: Path, key: str) -> None:
    connection = sqlite3.connect(folder / STORE_FILE)
    with connection:
        connection.execute("UPDATE entries SET data = x'00' WHERE key = ?", (key,))
    connection.close()
