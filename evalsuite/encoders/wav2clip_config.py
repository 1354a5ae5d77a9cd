"""What describes a Wav2CLIP: read without torch, so that its dimensions cost nothing to know."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.encoders.weights import read_json
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_NAME = "config.json"

FFT_SIZE = 512
"""Samples per analysis window: a shorter sound has no spectrum."""


@dataclass(frozen=True, kw_only=True)
class Wav2ClipConfig:
    """The widths of the network; the defaults are the published one's."""

    name: str = "wav2clip"
    """The short name used in passports."""
    width: int = 64
    """Channels of the first stage; each of the three others doubles them."""
    embed_dim: int = 512
    """Dimensions of the CLIP space."""

    @property
    def features(self) -> int:
        """Channels of the last stage."""
        return 8 * self.width

    def save(self, folder: Path) -> None:
        """Write ``config.json`` into ``folder``."""
        content = json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False)
        (folder / CONFIG_NAME).write_text(content + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Wav2ClipConfig:
        """Read a ``config.json``. Raises ``UserError`` where it is not of this kind."""
        try:
            return cls(**read_json(path))
        except TypeError as error:
            raise UserError(f"not the configuration of a Wav2CLIP: {error}", file=path) from error
