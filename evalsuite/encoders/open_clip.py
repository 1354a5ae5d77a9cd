"""The towers of a CLIP opened by open_clip: pictures and words in one space."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.encoders.pixels import Fit, normalised
from evalsuite.encoders.tower import Tower, inferred
from evalsuite.encoders.weights import damage_told, folder_fingerprint, read_json, weights_folder
from evalsuite.errors import UserError, did_you_mean
from evalsuite.hashing import SHORT, sha256_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evalsuite.audio.clip import Picture
    from evalsuite.encoders.base import Features, Modality, Prepare

PREPROCESSING = "open-clip-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

ACTIVATION = "of the weights"
"""Which activation networks under open_clip's own names compute with. Goes into their fingerprint, as the above."""

CONFIG_NAME = "open_clip_config.json"
LOCAL = "local-dir:"
"""Before the name of a folder, where open_clip would have the name of an architecture."""


def open_clip_towers(*, weights: Path | str, device: str) -> dict[Modality, Tower]:
    """Open an image tower and a text tower.

    ``weights`` is a folder with ``open_clip_config.json``, ``open_clip_model.safetensors`` and the tokenizer's files,
    or ``ARCHITECTURE:PRETRAINED`` by open_clip's own names («ViT-B-32:openai»), which open_clip looks up in its cache
    and else downloads. Raises ``UserError`` where it is neither.
    """
    source = _published(weights) if _is_published_name(weights) else _saved(weights)
    loaded = _Loaded(source=source, device=device)
    tower = partial(Tower, name=source.name, fingerprint=source.fingerprint, dim=source.dim)
    return {
        "image": tower(modality="image", encode=loaded.pictures, preparation=loaded.preparation),
        "text": tower(modality="text", encode=loaded.texts),
    }


@dataclass(frozen=True, kw_only=True)
class _Source:
    """What open_clip is asked for, and what is known of it without torch."""

    architecture: str
    pretrained: str | None
    name: str
    fingerprint: str
    dim: int


def _is_published_name(weights: Path | str) -> bool:
    return isinstance(weights, str) and ":" in weights and not Path(weights).exists()


def _saved(weights: Path | str) -> _Source:
    """Describe a folder of weights."""
    folder = weights_folder(weights, holding=CONFIG_NAME)
    model = read_json(folder / CONFIG_NAME).get("model_cfg", {})
    if "embed_dim" not in model:
        raise UserError("model_cfg.embed_dim is missing", file=folder / CONFIG_NAME)
    return _Source(
        architecture=f"{LOCAL}{folder}",
        pretrained=None,
        name=folder.name,
        fingerprint=folder_fingerprint(folder, preprocessing=PREPROCESSING),
        dim=int(model["embed_dim"]),
    )


def _published(weights: Path | str) -> _Source:
    """Describe weights by a name of open_clip's, which says what the name stands for: name and release are hashed."""
    architecture, _, pretrained = str(weights).partition(":")
    config = _architectures().get(architecture)
    if config is None:
        known = did_you_mean(architecture, _architectures())
        raise UserError(f"open_clip knows no architecture {architecture!r}{known}; and no such folder is there")
    computed = [PREPROCESSING, ACTIVATION, architecture, pretrained, version("open_clip_torch")]
    return _Source(
        architecture=architecture,
        pretrained=pretrained,
        name=f"{architecture}:{pretrained}",
        fingerprint=sha256_json(computed)[:SHORT],
        dim=int(read_json(config)["embed_dim"]),
    )


def _architectures() -> dict[str, Path]:
    """Return open_clip's configuration file of every architecture, found without importing it."""
    package = importlib.util.find_spec("open_clip")
    if package is None or package.origin is None:
        raise UserError("open_clip is not installed: pip install open_clip_torch")
    return {path.stem: path for path in (Path(package.origin).parent / "model_configs").glob("*.json")}


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The model, its picture transform and its tokenizer, opened on first use."""

    source: _Source
    device: str

    @cached_property
    def parts(self) -> tuple[Any, Any, Any]:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        import open_clip

        named = open_clip.get_pretrained_cfg(self.source.architecture, self.source.pretrained or "")
        with damage_told(self.source.architecture.removeprefix(LOCAL)):
            model, _, transform = open_clip.create_model_and_transforms(
                self.source.architecture,
                pretrained=self.source.pretrained,
                device=self.device,
                force_quick_gelu=named.get("quick_gelu", False),  # else «ViT-B-32:openai» would compute with GELU
            )
        return model.eval(), transform, open_clip.get_tokenizer(self.source.architecture)

    def preparation(self) -> Prepare:
        """Return what open_clip's own transform does to a picture before it normalises it."""
        model, transform, _ = self.parts
        settings = model.visual.preprocess_cfg
        sides = {settings["size"]} if isinstance(settings["size"], int) else set(settings["size"])
        if (settings["resize_mode"], settings["interpolation"], len(sides)) == ("shortest", "bicubic", 1):
            return Fit(*sides)
        *steps, _to_tensor, _normalise = transform.transforms
        return partial(_transformed, steps=steps)

    def pictures(self, prepared: Sequence[Picture]) -> Features:
        model, _, _ = self.parts
        settings = model.visual.preprocess_cfg
        pixels = normalised(prepared, mean=settings["mean"], std=settings["std"], device=self.device)
        return inferred(model.encode_image, pixels)

    def texts(self, texts: Sequence[str]) -> Features:
        model, _, tokenizer = self.parts
        return inferred(model.encode_text, tokenizer(list(texts)).to(self.device))


def _transformed(picture: Picture, *, steps: Sequence[Callable[[Any], Any]]) -> Picture:
    """Return what all steps, one after the other, make of a picture, with eight bits."""
    from PIL import Image

    image = Image.fromarray(picture)
    for step in steps:
        image = step(image)
    return np.asarray(image)
