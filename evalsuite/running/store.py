"""The store: everything that was costly to make, under the hash of what it was made from.

One SQLite file in WAL mode, so that several runs may use it at once. An entry's bytes are checked against their own
SHA-256 whenever they are read; a damaged entry is dropped, told, and made again by whoever asked for it.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_bytes
from evalsuite.home import HOME_VARIABLE, home
from evalsuite.running.batches import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

STORE_FILE = "store.sqlite"
KEYS_PER_QUERY = 256
LOCK_TIMEOUT_SECONDS = 60.0

_SCHEMA = "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, data BLOB NOT NULL)"

log = logging.getLogger("evalsuite.store")


class Store:
    """Bytes by key. A key is the hash of everything that the bytes depend on, so an entry never goes stale.

    Threads may share it: one at a time is let in.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open the store in ``folder``, made where it is missing; by default in :func:`~evalsuite.home.home`."""
        self.file = (folder or home()) / STORE_FILE
        self._lock = Lock()
        self.dropped: list[str] = []
        """Keys of the damaged entries that were found and dropped since the store was opened."""
        with self._told():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.file, timeout=LOCK_TIMEOUT_SECONDS, check_same_thread=False)
            self._write_ahead()
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(_SCHEMA)

    def _write_ahead(self) -> None:
        """Set the journal; while another run makes the store, try again, since this statement does not wait."""
        deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        """Keep ``entries``, all of them or, after a crash, none."""
        rows = [(key, sha256_bytes(data), data) for key, data in entries.items()]
        with self._told(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the intact entries among ``keys``."""
        return {key: data for key, _, data in self._intact(keys)}

    def digests(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the SHA-256 of the intact entries among ``keys``, holding few of them in memory at a time."""
        return {key: digest for key, digest, _ in self._intact(keys)}

    def held(self, keys: Iterable[str]) -> set[str]:
        """Return which of ``keys`` have an entry, without reading the entries."""
        return {key for (key,) in self._select("key", keys)}

    def sizes(self, keys: Iterable[str]) -> dict[str, int]:
        """Return how many bytes each entry among ``keys`` has, without reading the entries."""
        return dict(self._select("key, length(data)", keys))

    def _intact(self, keys: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
        damaged = []
        for key, digest, data in self._select("key, sha256, data", keys):
            if sha256_bytes(data) == digest:
                yield key, digest, data
            else:
                damaged.append(key)
        if damaged:
            self._drop(damaged)

    def _select(self, columns: str, keys: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        for some in batches(tuple(keys), size=KEYS_PER_QUERY):
            marks = ",".join("?" * len(some))
            query = f"SELECT {columns} FROM entries WHERE key IN ({marks})"  # noqa: S608 - no value is in the text
            with self._told():
                rows = self._connection.execute(query, some).fetchall()
            yield from rows

    def _drop(self, keys: list[str]) -> None:
        log.warning("%d damaged entries in %s were dropped; they are made again", len(keys), self.file)
        self.dropped += keys
        with self._told(), self._connection:
            self._connection.executemany("DELETE FROM entries WHERE key = ?", [(key,) for key in keys])

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Let one thread in, and tell a file that is no store, or a full disk, in one line."""
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            hint = f"if it is damaged delete it (everything in it can be made again), or set {HOME_VARIABLE}"
            raise UserError(f"the store cannot be used: {error}; {hint}", file=self.file) from error
