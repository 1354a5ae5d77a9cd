"""Stand-ins for published weight files: the published names and shapes, with seeded random weights."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.clip import Clip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


def layout(state: Mapping[str, Tensor]) -> tuple[int, str]:
    """Return how many tensors there are, and a hash of the sorted lines «name [shape]»."""
    lines = sorted(f"{name} {list(tensor.shape)}" for name, tensor in state.items())
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def random_weights(places: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights drawn by numpy in the order of the names, so that every network with these names has the same.

    Scales are chosen so that nothing dies out or explodes; integers and windows stay as they are.
    """
    import torch

    rng = np.random.default_rng(0)
    drawn = {}
    for name in sorted(places):
        place = places[name]
        if place.dtype.is_floating_point:
            noise = rng.standard_normal(tuple(place.shape), dtype=np.float32)
            drawn[name] = place if name.endswith(".window") else torch.from_numpy(np.asarray(_scaled(name, noise)))
        else:
            drawn[name] = place
    return drawn


def _scaled(name: str, noise: Any) -> Any:
    if name.endswith(("running_var", "fbsp.fb")):
        return 1 + 0.2 * np.abs(noise)
    if name.endswith("fbsp.m"):
        return 0.3 * np.abs(noise)
    if name.endswith("fbsp.fc"):
        return np.arange(len(noise), dtype=np.float32) + 0.1 * noise
    if noise.ndim == 1 and name.endswith("weight"):
        return 1 + 0.1 * noise
    if noise.ndim < 2 or "embedding" in name:
        return 0.1 * noise
    return noise / np.float32(np.sqrt(np.prod(noise.shape[1:])))


def chirp(number: int, *, seconds: float = 5.0, rate: int = 44_100) -> Clip:
    """Return a made-up sound: bursts of a rising tone in noise, another for every number."""
    rng = np.random.default_rng(number)
    t = np.arange(round(seconds * rate)) / rate
    tone = np.sin(2 * np.pi * (200 + 300 * number + 400 * t) * t) * (np.sin(2 * np.pi * (number + 1) * t) > 0)
    waveform = 0.3 * tone + 0.02 * rng.standard_normal(len(t))
    return Clip(id=str(number), waveform=waveform.astype(np.float32), sample_rate=rate, sha256="")
