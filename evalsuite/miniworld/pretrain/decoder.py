"""Stage «decoder»: the autoencoder's decoder alone, trained on against the encoder as it is.

The encoder is frozen, so every latent is computed once and a step costs a third. The decoder learns to draw crisply
from latents that are a little off, which is what a flow hands it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from evalsuite.miniworld.pretrain.autoencoder import psnr
from evalsuite.miniworld.pretrain.pictures import Scenery, mask_tensors, scene_tensors
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from diffusers import AutoencoderKL
    from torch import Tensor

    from evalsuite.miniworld.scenes import Scene

SCHEDULE = Schedule(steps=2000, rate=1.5e-3, weight_decay=0.0, anneal=0.8)
BATCH = 12
SCENERY = Scenery(pairs=2000)
LATENT_NOISE = 0.15
"""Largest standard deviation of the noise, in units of the latents' own."""


def train(
    folder: Path, *, autoencoder_folder: Path, seed: int, schedule: Schedule = SCHEDULE, scenery: Scenery = SCENERY
) -> dict[str, float]:
    """Train the decoder of the autoencoder in ``autoencoder_folder`` and save the whole to ``folder``."""
    from diffusers import AutoencoderKL

    torch.manual_seed(seed)
    autoencoder = AutoencoderKL.from_pretrained(autoencoder_folder).eval()
    autoencoder.encoder.requires_grad_(requires_grad=False)
    singles, pairs = scenery.draw(np.random.default_rng(seed))
    scenes = (*singles, *pairs)
    latents = _encode(autoencoder, scenes)
    spread = latents.std()

    def loss(draw: Draw) -> Tensor:
        rows = draw.rng.integers(len(scenes), size=BATCH)
        chosen = [scenes[row] for row in rows]
        level = spread * LATENT_NOISE * torch.rand(BATCH, 1, 1, 1)
        noisy = latents[rows] + level * torch.randn_like(latents[rows])
        decoded = autoencoder.decode(noisy).sample
        error: Tensor = decoded - scene_tensors(chosen)
        return ((error.abs() + 10 * error.square()) * (1 + mask_tensors(chosen))).mean()

    state = folder.with_suffix(".state")
    last = fit({"decoder": autoencoder.decoder}, loss, schedule=schedule, seed=seed, state=state).loss
    autoencoder.save_pretrained(folder)
    return {"loss": last, "psnr_db": psnr(autoencoder)}


@torch.inference_mode()
def _encode(autoencoder: AutoencoderKL, scenes: Sequence[Scene]) -> Tensor:
    parts = [
        autoencoder.encode(scene_tensors(scenes[start : start + 64])).latent_dist.mean
        for start in range(0, len(scenes), 64)
    ]
    return torch.cat(parts).clone()
