"""The sonification-trained system as a model of the suite."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from baselines.backbones.batches import full_batches, map_batches
from baselines.backbones.ears import Ears
from baselines.backbones.flux import Generator
from baselines.settings import settings_of
from baselines.sonification.pairs import PairSettings
from baselines.sonification.settings import NAME, PAIRING, SonificationSettings
from baselines.trained import forget, licence_beside, trained_folder, weights_hash
from evalsuite.encoders.clap import PREPROCESSING, clap_towers
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json, weights_fingerprint
from evalsuite.model import ModelCard
from evalsuite.resources import resolve_weights
from evalsuite.training_record import load_training

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from baselines.sonification.conditioner import Conditioner
    from evalsuite.audio.clip import Clip
    from evalsuite.encoders.base import FeatureExtractor
    from evalsuite.model import Images
    from evalsuite.profile import Profile
    from evalsuite.training import Schedule

VERSION = 1
CITATION = "Petermann & Kalayeh, arXiv:2501.05413; generator, conditioner and sizes are ours"


class Sonification:
    """Frozen CLAP and AST → conditioner → frozen FLUX."""

    def __init__(self, *, profile: Profile, device: str) -> None:
        self.settings = settings_of(profile, NAME, SonificationSettings)
        self.pairing = settings_of(profile, PAIRING, PairSettings)
        self.profile, self.device = profile.name, device
        self.ears = Ears(resolve_weights(self.settings.ast), device=device, batch=self.settings.batch)
        self.generator = Generator.of(self.settings, device=device)

    @cached_property
    def clap(self) -> FeatureExtractor:
        """CLAP's audio tower. Raises ``UserError`` where its weights are not there."""
        return clap_towers(weights=resolve_weights(self.settings.clap), device=self.device)["audio"]

    @cached_property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`. An untrained conditioner leaves the training facts empty."""
        training = load_training(self._folder) if self._folder else None
        return ModelCard(
            name=NAME,
            fingerprint=self._fingerprint(),
            description="A frozen diffusion model, conditioned on CLAP and AST through pictures with retrieved sounds.",
            trained_on=training.trained_on if training else None,
            concepts_met=training.concepts_met if training else None,
            encoders=training.encoders if training else self.encoders,
            licence=self.licence,
            citation=CITATION,
        )

    @property
    def encoders(self) -> tuple[str, ...]:
        """The frozen parts by name."""
        return self.settings.clap, self.settings.ast, self.settings.generator

    @property
    def licence(self) -> str:
        """Licence of the conditioner; empty where the frozen parts' own terms decide it."""
        return licence_beside(self.settings.generator)

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Return one picture per clip, uint8 (B, H, W, 3)."""
        tokens, pooled = self.imagine(clips)
        return self.generator.draw(tokens, pooled, seeds)

    def imagine(self, clips: Sequence[Clip]) -> tuple[Tensor, Tensor]:
        """Return what the sounds mean to the generator: (B, text_tokens, width) and (B, width)."""
        import torch

        (clap, ast), conditioner = self.hear(clips), self._conditioner

        def imagine_batch(rows: list[int]) -> list[tuple[Tensor, Tensor]]:
            with torch.inference_mode():
                return list(zip(*conditioner(clap[rows], ast[rows]), strict=True))

        batches = map_batches(imagine_batch, len(clips), size=self.settings.batch, device=self.device)
        tokens, pooled = (torch.stack(parts) for parts in zip(*chain.from_iterable(batches), strict=True))
        return tokens, pooled

    def hear(self, clips: Sequence[Clip]) -> tuple[Tensor, Tensor]:
        """Return CLAP's embeddings (B, clap_width) and AST's (B, ast_width), in float32.

        AST's is the mean of its class token and its distillation token, from which it classifies.
        """
        import torch

        clap = [
            torch.from_numpy(self.clap.embed([clips[row] for row in rows])[:real]).to(self.device)
            for real, rows in full_batches(len(clips), size=self.settings.batch)
        ]
        return torch.cat(clap), self.ears.listen(clips)[:, :2].mean(dim=1)

    def train(self, output: Path, *, seed: int, schedule: Schedule | None = None) -> ModelCard:
        """Train the conditioner on the profile's pairs, write it into ``output`` and return its card.

        ``schedule`` takes the place of :data:`~baselines.sonification.training.SCHEDULE`. A training that was killed
        is taken up where it stood, given the same ``output``.
        """
        from baselines.sonification.training import SCHEDULE, train_conditioner

        train_conditioner(self, output, seed=seed, schedule=schedule or SCHEDULE)
        self.settings = self.settings.model_copy(update={"conditioner": str(output)})
        forget(self, "card", "_conditioner")
        return self.card

    @property
    def _folder(self) -> Path | None:
        """Where the trained conditioner lies."""
        return trained_folder(self.settings.conditioner)

    @cached_property
    def _conditioner(self) -> Conditioner:
        from baselines.sonification.conditioner import Conditioner

        if self._folder is None:
            raise UserError(
                f"no trained conditioner at {self.settings.conditioner!r}: run `evalsuite train {NAME}` and name the"
                f" folder that it writes as models.{NAME}.conditioner in the profile"
            )
        conditioner = Conditioner.load(self._folder)
        config = conditioner.config
        fitted_to = (config.clap_width, config.ast_width, config.text_tokens, config.text_width, config.pooled_width)
        here = (self.clap.dim, self.ears.width, self.settings.text_tokens, *self.generator.widths)
        if fitted_to != here:
            raise UserError(
                f"conditioner fitted to other backbones: sizes {fitted_to}, not {here}; train again", file=self._folder
            )
        return conditioner.to(self.device)

    def _fingerprint(self) -> str:
        heard_with = [weights_hash(resolve_weights(name)) for name in (self.settings.clap, self.settings.ast)]
        trained = weights_fingerprint(self._folder) if self._folder else None
        return sha256_json([VERSION, PREPROCESSING, *heard_with, trained, self.generator.fingerprint])
