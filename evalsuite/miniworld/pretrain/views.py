"""What the picture scorers look at: renders, reconstructions, and both a little spoilt.

Generated pictures are never quite like drawings. A scorer that has seen the autoencoder's softness, blur, noise and
shifts judges what is shown and not how it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from evalsuite.hashing import sha256_once
from evalsuite.miniworld.pretrain.pictures import (
    Scenery,
    scene_tensors,
    to_pictures,
    to_tensor,
)
from evalsuite.miniworld.scenes import render_all

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL
    from torch import Tensor

    from evalsuite.miniworld.scenes import Scene


@dataclass(frozen=True)
class Views:
    """Training scenes with their drawings and reconstructions."""

    scenes: tuple[Scene, ...]
    drawn: np.ndarray
    """uint8 (n, 64, 64, 3)."""
    reconstructed: np.ndarray
    """uint8 (n, 64, 64, 3)."""
    singles: int
    """The first so many scenes have one source, the others two."""

    def draw(self, rng: np.random.Generator, n: int, *, pairs: float) -> tuple[list[Scene], Tensor]:
        """Draw ``n`` scenes, a share ``pairs`` of two sources, and a spoilt view of each, (n, 3, 64, 64) in [-1, 1]."""
        two = rng.random(n) < pairs
        rows = np.where(two, rng.integers(self.singles, len(self.scenes), n), rng.integers(self.singles, size=n))
        source = np.where(rng.random(n)[:, None, None, None] < 0.5, self.drawn[rows], self.reconstructed[rows])
        pixels = to_tensor(source)
        return [self.scenes[row] for row in rows], spoilt(pixels, rng)


def gather(autoencoder_folder: Path, *, scenery: Scenery, rng: np.random.Generator) -> Views:
    """Return the scenes of ``scenery``, drawn and reconstructed."""
    singles, some = scenery.draw(rng)
    weights = sha256_once(autoencoder_folder / "diffusion_pytorch_model.safetensors")
    of_singles = _reconstructed_singles(autoencoder_folder, weights, singles)
    reconstructed = of_singles, reconstruct(_opened(autoencoder_folder), some)
    return Views((*singles, *some), render_all((*singles, *some)), np.concatenate(reconstructed), len(singles))


@lru_cache(maxsize=1)
def _reconstructed_singles(autoencoder_folder: Path, _sha256: str, singles: tuple[Scene, ...]) -> np.ndarray:
    """Return scenes of one source as weights of that hash reconstruct them: four stages look at the same."""
    pictures = reconstruct(_opened(autoencoder_folder), singles)
    pictures.setflags(write=False)
    return pictures


def _opened(autoencoder_folder: Path) -> AutoencoderKL:
    from diffusers import AutoencoderKL

    autoencoder: AutoencoderKL = AutoencoderKL.from_pretrained(autoencoder_folder).eval()
    return autoencoder


@torch.inference_mode()
def reconstruct(autoencoder: AutoencoderKL, scenes: tuple[Scene, ...]) -> np.ndarray:
    """Return what the autoencoder makes of ``scenes``: uint8 (n, 64, 64, 3)."""
    parts = []
    for start in range(0, len(scenes), 64):
        latents = autoencoder.encode(scene_tensors(scenes[start : start + 64])).latent_dist.mean
        parts.append(to_pictures(autoencoder.decode(latents).sample))
    return np.concatenate(parts)


def spoilt(pixels: Tensor, rng: np.random.Generator) -> Tensor:
    """Shift every picture of (n, 3, H, W) by up to two pixels, blur a third, add noise, change contrast and colour."""
    return dimmed(shifted(pixels, rng), rng)


def shifted(pixels: Tensor, rng: np.random.Generator) -> Tensor:
    """Shift (n, channels, 64, 64) by up to two pixels, all alike."""
    dx, dy = (int(shift) for shift in rng.integers(-2, 3, size=2))
    return functional.pad(pixels, (2, 2, 2, 2), mode="replicate")[:, :, 2 + dy : 66 + dy, 2 + dx : 66 + dx]


def dimmed(pixels: Tensor, rng: np.random.Generator) -> Tensor:
    """Blur a third of the pictures (n, 3, H, W), add noise, change contrast and colour; nothing moves."""
    n = len(pixels)
    blurred = functional.avg_pool2d(functional.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, 1)
    strength = torch.from_numpy(rng.uniform(0, 1, n) * (rng.random(n) < 0.33)).float()[:, None, None, None]
    pixels = torch.lerp(pixels, blurred, strength)
    gain, shift = (torch.from_numpy(rng.normal(0, 0.06, (n, 3, 1, 1))).float() for _ in range(2))
    level = torch.from_numpy(rng.uniform(0, 0.12, (n, 1, 1, 1))).float()
    return (pixels * (1 + gain) + shift + level * torch.randn_like(pixels)).clamp(-1, 1)
