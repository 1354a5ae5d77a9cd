"""What another process does to a store: here, so that a process that is spawned can import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.running.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, name: str) -> None:
    with Store(folder) as store:
        for index in range(50):
            store.put_many({f"{name}-{index}": b"x" * 1000})
