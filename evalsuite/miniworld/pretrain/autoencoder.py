"""Stage «autoencoder»: a small `AutoencoderKL` (8-fold, 16 latent channels), the eyes and hand of the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from evalsuite.miniworld.pretrain.pictures import (
    draw_scenes,
    held_out_pairs,
    held_out_singles,
    mask_tensors,
    scene_tensors,
)
from evalsuite.training import Draw, Schedule, fit, rank, workers

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL
    from torch import Tensor

SCHEDULE = Schedule(steps=3200, rate=2e-3, weight_decay=0.0, anneal=0.65)
BATCH = 64
CROP = 32
GRID = 8
KL_WEIGHT = 3e-3
FULL_FRAMES_FROM = 0.85
"""Share of the steps after which whole frames replace crops: crops are four times as cheap."""


def new_autoencoder() -> AutoencoderKL:
    """Return the autoencoder with random weights."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(16, 32, 64, 96),
        layers_per_block=1,
        latent_channels=16,
        norm_num_groups=8,
        sample_size=64,
        mid_block_add_attention=False,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )


def train(folder: Path, *, seed: int, schedule: Schedule = SCHEDULE) -> dict[str, float]:
    """Train the autoencoder, save it to ``folder`` and return its held-out figures."""
    torch.manual_seed(seed)
    autoencoder = new_autoencoder()
    last = fit(
        {"autoencoder": autoencoder},
        lambda draw: _loss(autoencoder, draw),
        schedule=schedule,
        seed=seed,
        state=folder.with_suffix(".state"),
    ).loss
    _scale_latents(autoencoder)
    if rank() > 0:
        return {}
    autoencoder.save_pretrained(folder)
    return {"loss": last, "psnr_db": psnr(autoencoder)}


def _loss(autoencoder: AutoencoderKL, draw: Draw) -> Tensor:
    pictures, masks = _batch(draw)
    posterior = autoencoder.encode(pictures).latent_dist
    decoded = autoencoder.decode(posterior.sample()).sample
    error = decoded - pictures
    reconstruction = ((error.abs() + 5 * error.square()) * (1 + 2 * masks)).mean()
    mean, variance = posterior.mean, posterior.var
    divergence = 0.5 * (mean.square() + variance - 1 - variance.log()).mean()
    total: Tensor = reconstruction + KL_WEIGHT * divergence
    return total


def _batch(draw: Draw) -> tuple[Tensor, Tensor]:
    """Return pictures and masks: crops on the latent grid, two thirds of them on an object; later whole frames."""
    whole = draw.progress >= FULL_FRAMES_FROM
    batch = (BATCH // 2 if whole else BATCH) // workers()
    scenes = draw_scenes(draw.rng, batch, pairs=0.3)
    pictures, masks = scene_tensors(scenes), mask_tensors(scenes)
    if whole:
        return pictures, masks
    corners = [_corner(mask[0].numpy(), draw.rng) for mask in masks]
    crop = [(slice(None), slice(y, y + CROP), slice(x, x + CROP)) for y, x in corners]
    return (
        torch.stack([picture[at] for picture, at in zip(pictures, crop, strict=True)]),
        torch.stack([mask[at] for mask, at in zip(masks, crop, strict=True)]),
    )


def _corner(mask: np.ndarray, rng: np.random.Generator) -> tuple[int, int]:
    last = (mask.shape[0] - CROP) // GRID
    if rng.random() < 0.65:
        y, x = rng.choice(np.argwhere(mask))
        y, x = (int(np.clip(round((c - CROP / 2) / GRID), 0, last)) for c in (y, x))
    else:
        y, x = rng.integers(last + 1, size=2)
    return int(y) * GRID, int(x) * GRID


@torch.inference_mode()
def _scale_latents(autoencoder: AutoencoderKL) -> None:
    """Store the shift and scale that bring the latents to zero mean and unit variance, as pipelines expect them."""
    scenes = draw_scenes(np.random.default_rng(0), 256, pairs=0.3)
    latents = autoencoder.encode(scene_tensors(scenes)).latent_dist.mean
    autoencoder.register_to_config(shift_factor=latents.mean().item(), scaling_factor=1 / latents.std().item())


@torch.inference_mode()
def psnr(autoencoder: AutoencoderKL) -> float:
    """Return the peak signal-to-noise ratio in dB over held-out scenes: 10 log10(255² / mean squared error)."""
    scenes = [*held_out_singles(), *held_out_pairs()[::16]]
    squared = []
    for start in range(0, len(scenes), 32):
        pictures = scene_tensors(scenes[start : start + 32])
        decoded = autoencoder.decode(autoencoder.encode(pictures).latent_dist.mean).sample.clamp(-1, 1)
        squared.append((decoded - pictures).square().flatten(1).mean(1))
    return float(10 * torch.log10(4 / torch.cat(squared).mean()))
