"""SeeingSounds as a model of the suite."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from baselines.backbones.ast import Ears
from baselines.backbones.batches import full_batches
from baselines.backbones.flux import Generator
from baselines.seeingsounds.settings import NAME, SeeingSoundsSettings
from baselines.settings import settings_of
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_bytes, sha256_json, sha256_tree
from evalsuite.model import ModelCard
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from baselines.seeingsounds.adapters import Adapters
    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile
    from evalsuite.training import Schedule

VERSION = 1
TRAINING_FILE = "training.json"
"""Beside the adapters: what they were trained on."""


REMEMBERED = 2048
"""Sounds whose conditions are kept: half a gigabyte at the published widths."""


@lru_cache(maxsize=2)
def _heard_by(_fingerprint: str) -> dict[str, tuple[Tensor, Tensor]]:
    """Return what models of one fingerprint remember: the references that explain a system hear its sounds again."""
    return {}


class SeeingSounds:
    """Frozen AST → adapters → frozen T5 and CLIP spaces → frozen FLUX."""

    def __init__(self, *, profile: Profile, device: str) -> None:
        self.settings = settings_of(profile, NAME, SeeingSoundsSettings)
        self._device = device
        self.ears = Ears(resolve_weights(self.settings.audio_encoder), device=device, batch=self.settings.batch)
        self.generator = Generator(
            resolve_weights(self.settings.generator),
            device=device,
            text_tokens=self.settings.text_tokens,
            steps=self.settings.steps,
            guidance=self.settings.guidance,
            batch=self.settings.batch,
        )

    @cached_property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`. Untrained adapters leave the training facts empty."""
        file = self._adapter_folder and self._adapter_folder / TRAINING_FILE
        facts = json.loads(file.read_text()) if file and file.is_file() else {}
        met = facts.get("concepts_met")
        return ModelCard(
            name=NAME,
            fingerprint=self._fingerprint(),
            description="Audio adapters trained against frozen text encoders, before a frozen diffusion model.",
            trained_on=tuple(facts.get("trained_on", ())),
            concepts_met=None if met is None else tuple(met),
            encoders=(self.settings.audio_encoder, self.settings.generator),
            licence="Apache-2.0" if self.settings.generator.startswith("mini:") else "",
            citation="Carnemolla et al., arXiv:2510.11738; sizes reconstructed from public code",
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Return one picture per clip, uint8 (B, H, W, 3)."""
        prompt_embeds, pooled = self.imagine(clips)
        return self.generator.draw(prompt_embeds, pooled, seeds)

    def imagine(self, clips: Sequence[Clip]) -> tuple[Tensor, Tensor]:
        """Return what the sounds mean to the generator: (B, text_tokens, width) and (B, width)."""
        import torch

        heard = _heard_by(self.card.fingerprint)
        keys = [sha256_bytes(clip.waveform.tobytes() + str(clip.sample_rate).encode()) for clip in clips]
        new = {key: clip for key, clip in zip(keys, clips, strict=True) if key not in heard}
        heard.update(zip(new, self._listen(list(new.values())), strict=True))
        texts, summaries = zip(*(heard[key] for key in keys), strict=True)
        for oldest in list(heard)[:-REMEMBERED]:
            del heard[oldest]
        return torch.stack(texts), torch.stack(summaries)

    def _listen(self, clips: Sequence[Clip]) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield both conditions clip by clip, computed in full batches."""
        import torch

        if not clips:
            return
        tokens = self.ears.listen(clips)
        for real, rows in full_batches(len(clips), size=self.settings.batch):
            with torch.inference_mode():
                text, pooled = self._adapters(tokens[rows])
            yield from zip(text[:real], pooled[:real], strict=True)

    def train(self, output: Path, *, seed: int, schedule: Schedule | None = None) -> ModelCard:
        """Train the adapters on the profile's training set, write them into ``output`` and return their card.

        ``schedule`` takes the place of :data:`~baselines.seeingsounds.training.SCHEDULE`. A training that was killed
        is taken up where it stood, given the same ``output``.
        """
        from baselines.seeingsounds.training import SCHEDULE, train_adapters

        train_adapters(self, output, seed=seed, schedule=schedule or SCHEDULE)
        self.settings = self.settings.model_copy(update={"adapters": str(output)})
        sha256_tree.cache_clear()
        self.__dict__.pop("card", None)
        self.__dict__.pop("_adapters", None)
        return self.card

    @property
    def _adapter_folder(self) -> Path | None:
        if self.settings.adapters is None:
            return None
        folder = resolve_weights(self.settings.adapters)
        return folder if isinstance(folder, Path) else None

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
        return adapters.to(self._device)

    def _fingerprint(self) -> str:
        ears = resolve_weights(self.settings.audio_encoder)
        parts = [sha256_tree(part) if isinstance(part, Path) else part for part in (ears, self._adapter_folder)]
        return sha256_json([VERSION, *parts, self.generator.fingerprint])
