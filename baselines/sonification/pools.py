"""Pools of a user's own files, and opening a pool by folder or by name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from evalsuite.audio.clip import Clip
from evalsuite.audio.loading import load_clip_file
from evalsuite.datasets.base import DatasetCard
from evalsuite.datasets.pool import Pool, PoolItem
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_file, sha256_json
from evalsuite.registry import resolve

if TYPE_CHECKING:
    from evalsuite.audio.clip import Picture
    from evalsuite.datasets.pool import Holding

THREADS = 8


class _Folder:
    """All files of some suffixes below a folder. Nothing is known of them, and their names are not read as labels."""

    holds: ClassVar[Holding]
    suffixes: ClassVar[frozenset[str]]

    def __init__(self, path: Path | str) -> None:
        """Name the folder. Raises ``UserError`` where it is none, or holds no such file."""
        self.path = Path(path).expanduser()
        if not self.path.is_dir():
            raise UserError(f"no such folder of {self.holds}", file=self.path)
        files = sorted(file for file in self.path.rglob("*") if file.is_file())
        self._files = [file for file in files if file.suffix.lower() in self.suffixes]
        self._others = len(files) - len(self._files)
        if not self._files:
            raise UserError(f"no {self.holds} below this folder ({', '.join(sorted(self.suffixes))})", file=self.path)

    @cached_property
    def card(self) -> DatasetCard:
        """What the pool is; its version is a hash of all contents."""
        return DatasetCard(
            name=self.path.resolve().name,
            version=sha256_json([item.sha256 for item in self.items()])[:SHORT],
            description=f"{len(self._files)} {self.holds} of a folder; {self._others} other files were passed over.",
        )

    def items(self) -> tuple[PoolItem, ...]:
        """Return one item per file. A file's name without its suffix stands for the video it may be cut from."""
        return self._items

    @cached_property
    def _items(self) -> tuple[PoolItem, ...]:
        with ThreadPoolExecutor(THREADS) as threads:
            hashes = threads.map(sha256_file, self._files)
            return tuple(
                PoolItem(id=file.relative_to(self.path).as_posix(), sha256=digest, source=file.stem)
                for file, digest in zip(self._files, hashes, strict=True)
            )


class FolderOfPictures(_Folder):
    """The pictures below a folder."""

    holds: ClassVar[Holding] = "pictures"
    suffixes = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})

    def load(self, item: PoolItem) -> Picture:
        """Read one picture, uint8 (H, W, 3). Raises ``UserError`` where it cannot be read."""
        from PIL import Image, UnidentifiedImageError

        file = self.path / item.id
        try:
            with Image.open(file) as opened:
                return np.asarray(opened.convert("RGB"))
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
            raise UserError(f"not a picture that can be read ({error})", file=file) from error


class FolderOfSounds(_Folder):
    """The sounds below a folder."""

    holds: ClassVar[Holding] = "sounds"
    suffixes = frozenset({".wav", ".flac", ".ogg", ".mp3"})

    def load(self, item: PoolItem) -> Clip:
        """Read one sound, mono. Raises ``UserError`` where it cannot be read."""
        waveform, rate = load_clip_file(self.path / item.id)
        return Clip(id=item.id, waveform=waveform, sample_rate=rate, sha256=item.sha256)


_FOLDERS: dict[Holding, type[FolderOfPictures | FolderOfSounds]] = {
    "pictures": FolderOfPictures,
    "sounds": FolderOfSounds,
}


def open_pool(ref: str, *, holding: Holding) -> Pool:
    """Return the pool that ``ref`` names: a folder, else a registered name or «module:attribute».

    Raises ``UserError`` where it is neither, or holds the other kind.
    """
    if Path(ref).expanduser().is_dir():
        return _FOLDERS[holding](ref)
    if ":" not in ref and ("/" in ref or ref.startswith("~")):
        raise UserError(f"no such folder of {holding}", file=ref)
    pool = resolve("pools", ref)()
    if not isinstance(pool, Pool):
        raise UserError(
            f"pool {ref!r} needs `card`, `holds`, `items()` and `load(item)`; see evalsuite/datasets/pool.py"
        )
    if pool.holds != holding:
        raise UserError(f"pool {ref!r} holds {pool.holds}, not {holding}: pictures come first, then sounds")
    return pool
