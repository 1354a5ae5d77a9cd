"""The text oracle: the same generator, told the true class in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baselines.references.base import base_model
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baselines.backbones.flux import Generator
    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile

VERSION = 1


class TextOracle:
    """Prompts the frozen generator of SeeingSounds with the label: what is lost between it and a system is hearing."""

    def __init__(self, *, profile: Profile, device: str) -> None:
        self._generator: Generator = base_model(profile, device=device).generator

    @property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        return ModelCard(
            name="text_oracle",
            fingerprint=sha256_json(["text_oracle", VERSION, self._generator.fingerprint]),
            role="reference",
            bound="ceiling",
            sees=frozenset({"label"}),
            description="The same frozen generator, told the true class in words: the price of listening.",
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Draw each clip's label, uint8 (B, H, W, 3). Raises ``UserError`` where a clip has no label."""
        labels = [clip.label for clip in clips if clip.label is not None]
        if len(labels) < len(clips):
            raise UserError("the text oracle was given a clip without a label")
        prompt_embeds, pooled = self._generator.encode_text(labels)
        return self._generator.draw(prompt_embeds, pooled, seeds)
