"""SeeingSounds as a model of the suite."""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from baselines.backbones.batches import map_batches
from baselines.backbones.ears import Ears
from baselines.backbones.flux import Generator
from baselines.backbones.memory import Memory, sound_key
from baselines.seeingsounds.settings import NAME, SeeingSoundsSettings
from baselines.settings import settings_of
from baselines.trained import forget, licence_beside, trained_folder
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json, weights_fingerprint
from evalsuite.model import ModelCard
from evalsuite.training_record import load_training

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from torch import Tensor

    from baselines.seeingsounds.adapters import Adapters
    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile
    from evalsuite.training import Schedule

VERSION = 1
CITATION = "Carnemolla et al., arXiv:2510.11738; sizes reconstructed from public code"
REMEMBERED_BYTES = 768 * 2**20
"""Room for the conditions of sounds: of 2,800 at the published widths."""


@lru_cache(maxsize=2)
def _memory_of(_fingerprint: str, _device: str) -> Memory[tuple[Tensor, Tensor]]:
    """Return what models of one fingerprint remember: references that explain a system hear its sounds again."""
    return Memory(room=REMEMBERED_BYTES)


class SeeingSounds:
    """Frozen ears → adapters → frozen T5 and CLIP spaces → frozen FLUX."""

    def __init__(self, *, profile: Profile, device: str) -> None:
        self.settings = settings_of(profile, NAME, SeeingSoundsSettings)
        self.profile, self.device = profile.name, device
        self.ears = Ears.of(self.settings.audio_encoder, device=device, batch=self.settings.batch)
        self.generator = Generator.of(self.settings, device=device)

    @cached_property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`. Untrained adapters leave the training facts empty."""
        training = load_training(self._adapter_folder) if self._adapter_folder else None
        return ModelCard(
            name=NAME,
            fingerprint=self._fingerprint(),
            description="Audio adapters trained against frozen text encoders, before a frozen diffusion model.",
            trained_on=training.trained_on if training else None,
            concepts_met=training.concepts_met if training else None,
            encoders=training.encoders if training else self.encoders,
            licence=self.licence,
            citation=CITATION,
        )

    @property
    def encoders(self) -> tuple[str, ...]:
        """The frozen parts by name."""
        return self.settings.audio_encoder.weights, self.settings.generator

    @property
    def licence(self) -> str:
        """Licence of the adapters; empty where the frozen parts' own terms decide it."""
        return licence_beside(self.settings.generator)

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Return one picture per clip, uint8 (B, H, W, 3)."""
        prompt_embeds, pooled = self.imagine(clips)
        return self.generator.draw(prompt_embeds, pooled, seeds)

    def imagine(self, clips: Sequence[Clip]) -> tuple[Tensor, Tensor]:
        """Return what the sounds mean to the generator: (B, text_tokens, width) and (B, width)."""
        import torch

        conditions = _memory_of(self.card.fingerprint, self.device).recall(
            [sound_key(clip) for clip in clips], make=lambda places: self._listen([clips[place] for place in places])
        )
        texts, summaries = zip(*conditions, strict=True)
        return torch.stack(texts), torch.stack(summaries)

    def _listen(self, clips: Sequence[Clip]) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield both conditions clip by clip."""
        import torch

        tokens, adapters = self.ears.listen(clips), self._adapters

        def imagine_batch(rows: list[int]) -> list[tuple[Tensor, Tensor]]:
            with torch.inference_mode():
                text, pooled = adapters(tokens[rows])
            # Copies: a row of a batch would hold on to the whole batch.
            return [(text[row].clone(), pooled[row].clone()) for row in range(len(rows))]

        yield from chain.from_iterable(
            map_batches(imagine_batch, len(clips), size=self.settings.batch, device=self.device)
        )

    def train(self, output: Path, *, seed: int, schedule: Schedule | None = None) -> ModelCard:
        """Train the adapters on the profile's training set, write them into ``output`` and return their card.

        ``schedule`` takes the place of :data:`~baselines.seeingsounds.training.SCHEDULE`. A training that was killed
        is taken up where it stood, given the same ``output``.
        """
        from baselines.seeingsounds.training import SCHEDULE, train_adapters

        train_adapters(self, output, seed=seed, schedule=schedule or SCHEDULE)
        self.settings = self.settings.model_copy(update={"adapters": str(output)})
        forget(self, "card", "_adapters")
        return self.card

    @property
    def _adapter_folder(self) -> Path | None:
        return trained_folder(self.settings.adapters)

    @cached_property
    def _adapters(self) -> Adapters:
        from baselines.seeingsounds.adapters import Adapters

        folder = self._adapter_folder
        if folder is None:
            raise UserError(
                f"no trained adapters at {self.settings.adapters!r}: run `evalsuite train {NAME}` and name the folder"
                f" that it writes as models.{NAME}.adapters in the profile"
            )
        adapters = Adapters.load(folder)
        config = adapters.config
        fitted_to = (config.audio_width, config.text_tokens, config.text_width, config.pooled_width)
        here = (self.ears.width, self.settings.text_tokens, *self.generator.widths)
        if fitted_to != here:
            raise UserError(
                f"adapters fitted to other backbones: sizes {fitted_to}, not {here}; train again", file=folder
            )
        return adapters.to(self.device)

    def _fingerprint(self) -> str:
        trained = weights_fingerprint(self._adapter_folder) if self._adapter_folder else None
        return sha256_json([VERSION, self.ears.fingerprint, trained, self.generator.fingerprint])
