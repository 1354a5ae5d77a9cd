"""Training the audio encoder: a sound and a frame of its video, against the frozen image encoder.

As published: batches of 64, rate 1e-3, weight decay 1e-5. Ours: AdamW for Adam, the suite's warm-up and cosine, the
variation of :mod:`baselines.sound2scene.augment`, a loss on held-out recordings that ends the training early.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from baselines.holdout import held_out_mask
from baselines.sound2scene.augment import varied
from baselines.sound2scene.encoder import AudioEncoder, EncoderConfig
from baselines.sound2scene.lessons import Lessons, gather
from baselines.sound2scene.loss import distance_contrastive_loss
from baselines.trained import concepts_of, finish, stamp_of, state_file, training_videos
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from baselines.sound2scene.model import Sound2Scene
    from baselines.trained import Videos

    Rows = npt.NDArray[np.intp]

SCHEDULE = Schedule(steps=600, rate=1e-3, weight_decay=1e-5, anneal=0.7, patience=6)
BATCH = 64


@dataclass(frozen=True)
class _Course:
    """An encoder and what it learns from."""

    encoder: AudioEncoder
    lessons: Lessons
    learned: Rows
    """Clips to learn from."""
    held_out: Rows
    """Clips to be judged by, in an order that mixes the classes."""

    def loss(self, draw: Draw) -> Tensor:
        """Return the loss over some clips, varied, each with one of its frames."""
        rows = draw.rng.choice(self.learned, size=min(BATCH, len(self.learned)), replace=False)
        pictures = self.lessons.any_frames(rows, draw.rng)
        return self._loss(varied(self.lessons.sounds[rows], draw.rng), pictures)

    def held_out_loss(self) -> float:
        """Return the mean loss over the clips held out, as they are and each with its best frame, in even batches."""
        batches = np.array_split(self.held_out, -(-len(self.held_out) // BATCH))
        losses = [self._loss(self.lessons.sounds[rows], self.lessons.best_frames(rows)).item() for rows in batches]
        return float(np.average(losses, weights=[len(rows) for rows in batches]))

    def _loss(self, sounds: npt.NDArray[np.floating], pictures: Tensor) -> Tensor:
        heard = self.encoder(torch.from_numpy(sounds.astype(np.float32)).to(pictures.device))
        return distance_contrastive_loss(heard, pictures, normalise=self.encoder.config.normalise)


def train_encoder(model: Sound2Scene, output: Path, *, seed: int, schedule: Schedule) -> None:
    """Train an audio encoder for ``model``'s generator; write it, and beside it what it was trained on.

    Raises ``UserError`` where the profile names no training set, or one without frames.
    """
    began = time.monotonic()
    videos = training_videos(model.settings.training_set, model=model.name)
    output.mkdir(parents=True, exist_ok=True)
    state = _state_file(model, videos, output, seed=seed, schedule=schedule)
    course = _course(model, videos, seed=seed, sounds=state.with_suffix(".npy"))
    fitted = fit(
        {"encoder": course.encoder},
        course.loss,
        schedule=schedule,
        seed=seed,
        state=state,
        held_out=course.held_out_loss if len(course.held_out) else None,
        device=model.device,
    )
    pictures = course.lessons.pictures
    course.encoder.save(output, image_norm=pictures.norm(dim=1).mean().item())
    finish(
        output,
        fitted,
        began=began,
        seed=seed,
        schedule=schedule,
        clips=len(course.lessons.count),
        held_out_clips=len(course.held_out),
        extra=course.lessons.told,
        **_origin(model, videos),
    )


def _course(model: Sound2Scene, videos: Videos, *, seed: int, sounds: Path) -> _Course:
    lessons = gather(model, videos, sounds)
    mask = held_out_mask(videos.manifest(), seed=seed)
    mixed = np.random.default_rng(seed).permutation(len(mask))
    encoder = _new_encoder(model, dim=lessons.pictures.shape[1], seed=seed)
    return _Course(encoder, lessons, learned=np.flatnonzero(~mask), held_out=mixed[mask[mixed]])


def _new_encoder(model: Sound2Scene, *, dim: int, seed: int) -> AudioEncoder:
    torch.manual_seed(seed)
    return AudioEncoder(EncoderConfig(dim=dim, **model.sizes))


def _origin(model: Sound2Scene, videos: Videos) -> dict[str, Any]:
    """Return what a training record says of the model and its data."""
    return {
        "model": model.name,
        "profile": model.profile,
        "trained_on": (stamp_of(videos.card),),
        "concepts_met": concepts_of(videos),
        "encoders": model.encoders,
        "licence": model.licence,
        "citation": model.citation,
    }


def _state_file(model: Sound2Scene, videos: Videos, output: Path, *, seed: int, schedule: Schedule) -> Path:
    settings = model.settings.model_dump(exclude={"weights"})
    return state_file(output, settings, stamp_of(videos.card), seed, asdict(schedule))
