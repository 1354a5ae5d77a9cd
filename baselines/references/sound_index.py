"""An index of sounds: which of those known is the nearest to one heard."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    Features = npt.NDArray[np.float32]

INDEX_FILE = "index.safetensors"


@dataclass(frozen=True)
class SoundIndex:
    """Clips by the features of their sounds."""

    ids: tuple[str, ...]
    """Ids of the clips (n)."""
    directions: Features
    """Their features at unit length (n, width)."""

    @classmethod
    def of(cls, ids: Sequence[str], features: Features) -> SoundIndex:
        """Index clips by their features (n, width)."""
        return cls(tuple(ids), _unit(features))

    def nearest(self, features: Features) -> list[str]:
        """Return, for each row of ``features`` (m, width), the id of the clip with the highest cosine."""
        return [self.ids[place] for place in (_unit(features) @ self.directions.T).argmax(axis=1)]

    def leave_one_out_error(self, labels: Sequence[str]) -> float:
        """Return the share of the clips whose nearest other clip has another label."""
        similarities = self.directions @ self.directions.T
        np.fill_diagonal(similarities, -np.inf)
        own = np.array(labels)
        return float(np.mean(own != own[similarities.argmax(axis=1)]))

    def save(self, folder: Path) -> None:
        """Write ``index.safetensors`` into ``folder``: directions in float16, and ids as gzip'd lines of text.

        Ids are most of them alike: so they take a tenth of the room, and what counts the weights counts them.
        """
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        lines = gzip.compress("\n".join(self.ids).encode(), mtime=0)
        held: dict[str, npt.NDArray[Any]] = {"ids": np.frombuffer(lines, np.uint8)}
        save_file(held | {"directions": self.directions.astype(np.float16)}, folder / INDEX_FILE)

    @classmethod
    def load(cls, folder: Path) -> SoundIndex:
        """Open a saved index."""
        from safetensors.numpy import load_file

        held = load_file(folder / INDEX_FILE)
        ids = gzip.decompress(held["ids"].tobytes()).decode().split("\n")
        return cls(tuple(ids), held["directions"].astype(np.float32))


def _unit(features: Features) -> Features:
    directions: Features = features / np.linalg.norm(features, axis=1, keepdims=True)
    return directions
