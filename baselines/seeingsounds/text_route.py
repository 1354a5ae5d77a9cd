"""Control in words: what SeeingSounds hears is named, and the frozen generator prompted with the name and the dose."""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from baselines.references.base import base_model
from evalsuite.control.prompts import DISTANT, LABEL, NEAR, PLAIN
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images, ModelCard
    from evalsuite.profile import Profile

VERSION = 1
HEARD_AS = (PLAIN, DISTANT, NEAR)
"""A name is looked for in these words: adapters that learnt to answer to loudness hear more than a name."""


class SeeingSoundsText:
    """SeeingSounds' adapters hear, words draw: «distant dog» for a dog at a dose that the grammar calls distant.

    A sound is named by the concept of the training set whose words lie nearest to what the adapters make of it, by the
    loss that they were trained with. What was done to it is told and not heard; of two that were joined each is heard.
    """

    def __init__(self, *, profile: Profile, device: str) -> None:
        self._base = base_model(profile, device=device)
        self._encoded = lru_cache(maxsize=4096)(self._encode)

    @property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        base = self._base.card
        return base.model_copy(
            update={
                "name": "seeingsounds_text",
                "fingerprint": sha256_json(["seeingsounds_text", VERSION, base.fingerprint, base.concepts_met]),
                "sees": frozenset({"audio", "control"}),
                "description": "SeeingSounds names what it hears, is told the transform in words, and draws from both.",
            }
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Return one picture per clip, uint8 (B, H, W, 3). Raises ``UserError`` where there is no name to choose."""
        import torch

        conditions = [self._encoded(caption) for caption in self.captions(clips)]
        texts, summaries = (torch.cat(each) for each in zip(*conditions, strict=True))
        return self._base.generator.draw(texts, summaries, seeds)

    def captions(self, clips: Sequence[Clip]) -> list[str]:
        """Return what each clip is prompted with: what is heard of it or of its parts, in the words that are told."""
        sounds = [clip.parts or (clip,) for clip in clips]
        names = iter(self._names(list(chain.from_iterable(sounds))))
        subjects = [" and ".join(islice(names, len(parts))) for parts in sounds]
        return [(clip.wording or PLAIN).replace(LABEL, each) for clip, each in zip(clips, subjects, strict=True)]

    def _names(self, sounds: Sequence[Clip]) -> list[str]:
        known, texts, summaries = self._vocabulary
        nearest = []
        for text, summary in zip(*self._base.imagine(sounds), strict=True):
            apart = (texts - text).square().mean(dim=(1, 2)) + (summaries - summary).square().mean(dim=1)
            nearest.append(known[int(apart.argmin()) % len(known)])
        return nearest

    @cached_property
    def _vocabulary(self) -> tuple[tuple[str, ...], Tensor, Tensor]:
        """The names, and the two conditions of each name in each of :data:`HEARD_AS`, names within wordings."""
        names = self._base.card.concepts_met
        if not names:
            raise UserError("seeingsounds_text: beside the adapters stands no training.json that names what they met")
        return names, *self._encode(*(words.replace(LABEL, name) for words in HEARD_AS for name in names))

    def _encode(self, *captions: str) -> tuple[Tensor, Tensor]:
        return self._base.generator.encode_text(captions)
