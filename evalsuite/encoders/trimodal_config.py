"""What describes a tri-modal network: read without torch, so that its dimensions cost nothing to know."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evalsuite.encoders.weights import read_json, weights_folder
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "config.json"


@dataclass(frozen=True, kw_only=True)
class AudioConfig:
    """The audio tower: its front end and its residual network."""

    sample_rate: int = 16_000
    """Samples per second the tower hears."""
    seconds: float = 5.0
    """Clips are cut, or filled up with silence, to this length."""
    fft_size: int = 1024
    """Samples per analysis window."""
    hop: int = 320
    """Samples from one frame to the next."""
    mels: int = 64
    """Bands of the mel filterbank."""
    lowest_hz: float = 50.0
    """Lower edge of the lowest band."""
    widths: tuple[int, ...] = (16, 32, 64, 128)
    """Channels of each stage; every stage but the first halves the resolution."""
    blocks: int = 1
    """Residual blocks per stage."""

    @property
    def samples(self) -> int:
        """Length of the input in samples."""
        return round(self.seconds * self.sample_rate)


@dataclass(frozen=True, kw_only=True)
class TrimodalConfig:
    """The whole network: open_clip's image and text towers, and the audio tower."""

    name: str
    """The short name used in passports («audioclip-mini»)."""
    embed_dim: int
    """Dimensions of the shared space."""
    vision: dict[str, Any]
    """Fields of ``open_clip.model.CLIPVisionCfg``."""
    text: dict[str, Any]
    """Fields of ``open_clip.model.CLIPTextCfg``."""
    audio: AudioConfig = field(default_factory=AudioConfig)
    """The audio tower."""
    image_mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    """Subtracted from pixels in [0, 1], per channel."""
    image_std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    """Divides what is left."""

    @property
    def image_size(self) -> int:
        """Side of the pictures in pixels."""
        return int(self.vision["image_size"])

    @property
    def context_length(self) -> int:
        """Tokens per text."""
        return int(self.text["context_length"])

    @classmethod
    def mini(cls, *, vocab_size: int, eos_id: int, pad_id: int) -> TrimodalConfig:
        """Return the miniature world's network for a tokenizer of ``vocab_size`` entries."""
        tokens = {"vocab_size": vocab_size, "eos_id": eos_id, "pad_id": pad_id, "context_length": 24}
        return cls(
            name="audioclip-mini",
            embed_dim=128,
            vision={"layers": [1, 1, 1, 1], "width": 16, "head_width": 64, "image_size": 64},
            text={**tokens, "width": 64, "heads": 2, "layers": 2, "pool_type": "eos"},
        )

    def save(self, folder: Path) -> None:
        """Write ``config.json`` into ``folder``."""
        content = json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False)
        (folder / FILE_NAME).write_text(content + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TrimodalConfig:
        """Read ``config.json`` from ``folder``. Raises ``UserError`` where it is missing or not of this kind."""
        path = weights_folder(folder, holding=FILE_NAME) / FILE_NAME
        try:
            return cls._from_fields(read_json(path))
        except (ValueError, TypeError, KeyError) as error:
            raise UserError(f"not the configuration of a tri-modal network: {error}", file=path) from error

    @classmethod
    def _from_fields(cls, fields: dict[str, Any]) -> TrimodalConfig:
        """Undo what JSON does to tuples and to the nested configuration."""
        audio = {**fields["audio"], "widths": tuple(fields["audio"]["widths"])}
        pixels = {key: tuple(fields[key]) for key in ("image_mean", "image_std")}
        return cls(**{**fields, **pixels, "audio": AudioConfig(**audio)})
