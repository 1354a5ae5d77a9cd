"""The cascade as a model of the suite: tag the sound, then prompt the frozen generator with the tags."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from baselines.backbones.ast import Ears
from baselines.backbones.flux import Generator
from baselines.cascade.settings import NAME, CascadeSettings
from baselines.settings import settings_of
from baselines.trained import licence_beside, weights_hash
from evalsuite.errors import UserError, did_you_mean
from evalsuite.hashing import sha256_json
from evalsuite.model import ModelCard
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile

VERSION = 1


class Cascade:
    """AST with its classification head → tags → words → frozen FLUX.

    Nothing is trained, and the words are the same whatever the seed.
    """

    def __init__(self, *, profile: Profile, device: str) -> None:
        self.settings = settings_of(profile, NAME, CascadeSettings)
        self._tagger = resolve_weights(self.settings.tagger)
        self.ears = Ears(self._tagger, device=device, batch=self.settings.batch)
        self.generator = Generator.of(self.settings, device=device)

    @cached_property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        return ModelCard(
            name=NAME,
            fingerprint=self._fingerprint(),
            description="Tags the sound, then prompts the frozen generator with the tag; its tagger was trained with"
            " labels, so that no class need be new to it.",
            encoders=(self.settings.tagger, self.settings.generator),
            licence=licence_beside(self.settings.generator),
            citation="The tagger: Gong et al., arXiv:2104.01778",
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Return one picture per clip, uint8 (B, H, W, 3)."""
        prompt_embeds, pooled = self.generator.encode_text(self.prompts(clips))
        return self.generator.draw(prompt_embeds, pooled, seeds)

    def prompts(self, clips: Sequence[Clip]) -> list[str]:
        """Return what each clip's tags say to the generator. Raises ``UserError`` where a tag to ignore is unknown."""
        named = self.ears.tag(clips)[:, self._namable].argsort(dim=1, descending=True, stable=True)
        names = [self.ears.labels[index].replace("_", " ") for index in self._namable]
        most_likely = named[:, : self.settings.labels].tolist()
        return [
            self.settings.template.replace("{labels}", " and ".join(names[place] for place in places))
            for places in most_likely
        ]

    @cached_property
    def _namable(self) -> list[int]:
        """The places of the tags that may be named."""
        labels, ignored = self.ears.labels, self.settings.ignore
        for tag in ignored:
            if tag not in labels:
                raise UserError(f"models.{NAME}.ignore: the tagger knows no {tag!r}{did_you_mean(tag, labels)}")
        return [index for index, label in enumerate(labels) if label not in ignored]

    def _fingerprint(self) -> str:
        words = self.settings.labels, self.settings.template, self.settings.ignore
        return sha256_json([NAME, VERSION, weights_hash(self._tagger), words, self.generator.fingerprint])
