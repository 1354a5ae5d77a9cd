"""Sounds for the tests of the transforms, and one sweep of each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.clip import Clip
from evalsuite.registry import names, resolve

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.transforms.base import Transform, Treated

RATE = 16_000

SWEEPS: dict[str, tuple[float, ...]] = {
    "volume": (-50, -43, -36, -33, -30, -26, -23),
    "pitch": (-12, -7, -4, 0, 4, 7, 12),
    "reverb": (0, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0),
    "distance": (1, 2, 4, 8, 16, 32, 64),
    "mixing": (-12, -8, -4, 0, 4, 8, 12),
    "interpolation": (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1),
    "noise": (-10, 0, 5, 10, 20, 30, 40),
    "placebo": (0, 1, 2, 3, 4, 5, 6),
    "same": (0, 1, 2, 3, 4, 5, 6),
}
"""Seven doses of every transform."""


def clip(samples: Any, *, rate: int = RATE, name: str = "clip") -> Clip:
    return Clip(id=name, waveform=np.asarray(samples, np.float32), sample_rate=rate, sha256="")


def tone(hertz: float = 440.0, *, seconds: float = 2.0, rate: int = RATE, level: float = 0.2) -> Clip:
    return clip(level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate), rate=rate, name="tone")


def chord(root: float, *, seconds: float = 2.0, rate: int = RATE) -> Clip:
    """Return a note with its first eight harmonics, of which each has half the power of the one before."""
    time = np.arange(int(seconds * rate)) / rate
    waves = [np.sin(2 * np.pi * root * n * time) * 0.7**n for n in range(1, 9)]
    return clip(0.1 * np.sum(waves, axis=0), rate=rate, name="chord")


def hiss(*, seconds: float = 2.0, rate: int = RATE, seed: int = 0) -> Clip:
    return clip(np.random.default_rng(seed).normal(0, 0.05, int(seconds * rate)), rate=rate, name="hiss")


def clicks(*, seconds: float = 2.0, rate: int = RATE) -> Clip:
    samples = np.zeros(int(seconds * rate))
    samples[rate // 10 :: rate // 4] = 0.9
    return clip(samples, rate=rate, name="clicks")


@cache
def world(place: int = 0) -> Clip:
    """Return a clip of the miniature world."""
    dataset = resolve("datasets", "miniworld_esc50")(root=None)
    return dataset.load(dataset.manifest()[place])


def recordings(folder: Path, *, every: int = 150) -> list[Clip]:
    """Return real recordings of ESC-10, one of ``every`` so many."""
    dataset = resolve("datasets", "esc50")(root=folder)
    return [dataset.load(info) for info in dataset.manifest()[::every]]


@cache
def transform(name: str) -> Transform:
    return resolve("transforms", name)


def sweep(name: str, *clips: Clip, doses: tuple[float, ...] | None = None, seed: int = 0) -> list[Treated]:
    """Return ``clips`` after a transform at every dose of its sweep, the first of them twice where it takes two."""
    sounds = (clips * 2)[: transform(name).sounds]
    return transform(name).apply(sounds, doses=SWEEPS[name] if doses is None else doses, seed=seed)


def measured(treated: list[Treated]) -> list[float]:
    return [sound.dose for sound in treated]


def all_names() -> list[str]:
    return [name for name in names("transforms") if name in SWEEPS]
