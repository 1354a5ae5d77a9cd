"""Rows of features that need not fit into memory."""

from __future__ import annotations

import mmap
import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.encoders.base import Features

IN_MEMORY_BYTES = 64 * 2**20
"""Rows up to this size are an ordinary array."""


class Scratch(np.memmap[Any, np.dtype[np.float32]]):
    """Rows in a file without a name, gone with the last reference to them.

    Whatever is taken by an index is a copy, and the pages it was read from are given back: a reader that goes through
    the rows by slices holds one slice in memory, however many rows there are. So it is with writing.
    """

    def __getitem__(self, index: Any) -> Any:
        """Return a copy of the rows at ``index``."""
        rows = np.array(super().__getitem__(index))
        self._give_back()
        return rows

    def __setitem__(self, index: Any, rows: Any) -> None:
        """Write rows."""
        super().__setitem__(index, rows)
        self._give_back()

    def _give_back(self) -> None:
        # The file keeps what was written, for the mapping is shared. Where there is no such call, pages stay.
        if hasattr(mmap, "MADV_DONTNEED") and isinstance(self.base, mmap.mmap):
            self.base.madvise(mmap.MADV_DONTNEED)


def make_rows(n: int, dim: int, *, folder: Path) -> Features:
    """Return room for features, float32 (n, dim), in ``folder`` where they are many. What it holds is not defined."""
    if n * dim * np.dtype(np.float32).itemsize <= IN_MEMORY_BYTES:
        return np.empty((n, dim), np.float32)
    with tempfile.TemporaryFile(dir=folder) as file:
        return Scratch(file, dtype=np.float32, mode="w+", shape=(n, dim))  # the mapping outlives the open file
