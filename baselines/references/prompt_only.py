"""The floor: the same generator with a prompt that names no sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baselines.references.base import base_model
from baselines.settings import Settings, settings_of
from evalsuite.hashing import sha256_json
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baselines.backbones.flux import Generator
    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile

NAME = "prompt_only"
VERSION = 1


class PromptOnlySettings(Settings):
    """What the generator is told."""

    prompt: str = "a photo"
    """The prompt for every clip."""


class PromptOnly:
    """The frozen generator of SeeingSounds with one prompt for all clips: what it draws whatever sounds."""

    def __init__(self, *, profile: Profile, device: str) -> None:
        self._generator: Generator = base_model(profile, device=device).generator
        self._prompt = settings_of(profile, NAME, PromptOnlySettings).prompt

    @property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        return ModelCard(
            name=NAME,
            fingerprint=sha256_json([NAME, VERSION, self._prompt, self._generator.fingerprint]),
            role="reference",
            bound="floor",
            sees=frozenset(),
            description=f"The same frozen generator, told «{self._prompt}» for every clip.",
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Draw the prompt once for each seed, uint8 (B, H, W, 3)."""
        prompt_embeds, pooled = self._generator.encode_text([self._prompt] * len(clips))
        return self._generator.draw(prompt_embeds, pooled, seeds)
