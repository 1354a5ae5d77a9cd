"""The media of a run, for its report: pictures, sounds, and whatever else the report makes from them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from evalsuite.datasets.base import OnDisk, by_id
from evalsuite.hashing import sha256_json
from evalsuite.running.png import decode_png

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo, Dataset, PictureSource
    from evalsuite.run_folder import Run
    from evalsuite.running.store import Store


class Media:
    """What can be shown and heard of a run, by model name and clip id."""

    def __init__(
        self, run: Run, *, store: Store, dataset: Dataset, rows: Sequence[ClipInfo], pictures: PictureSource | None
    ) -> None:
        clips = run.clips()
        self._keys: dict[tuple[str, str], str] = dict(
            zip(zip(clips["model"], clips["clip_id"], strict=True), clips["image_key"], strict=True)
        )
        self._rows: Mapping[str, ClipInfo] = by_id(rows)
        self._store, self._dataset, self._pictures = store, dataset, pictures

    def picture(self, model: str, clip_id: str) -> Picture | None:
        """Return what ``model`` drew, uint8 (H, W, 3); ``None`` where the store no longer has it."""
        key = self._keys.get((model, clip_id), "")
        stored = self._store.get_many([key])
        return decode_png(stored[key]) if key in stored else None

    def true_picture(self, clip_id: str) -> Picture | None:
        """Return the clip's real picture, uint8 (H, W, 3), or ``None`` where there is none."""
        return self._pictures.true_picture(self._rows[clip_id]) if self._pictures else None

    def reference_picture(self, clip_id: str) -> Picture | None:
        """Return the picture that a clip brings into the reference set, (H, W, 3), ``None`` where there is none.

        It is another than the real one: of a data set of videos, a frame of another recording of the class.
        """
        return self._pictures.reference_picture(self._rows[clip_id]) if self._pictures else None

    def sound_file(self, clip_id: str) -> Path | None:
        """Return the file that holds the sound of a clip, or ``None`` where it is synthesised."""
        return self._files.get(clip_id)

    def sound(self, clip_id: str) -> Clip:
        """Read or synthesise a clip. Raises ``UserError`` where that fails."""
        return self._dataset.load(self._rows[clip_id])

    @cached_property
    def _files(self) -> dict[str, Path]:
        dataset = self._dataset
        return {e.id: dataset.root / e.file for e in dataset.entries()} if isinstance(dataset, OnDisk) else {}

    def cached_bytes(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what the store holds under ``key``, made and kept on first use.

        ``key`` must name everything that the bytes depend on: the clip's hash and each setting of ``make``.
        """
        stored_key = sha256_json(["report", key])
        stored = self._store.get_many([stored_key])
        if stored_key not in stored:
            stored = {stored_key: make()}
            self._store.put_many(stored)
        return stored[stored_key]
