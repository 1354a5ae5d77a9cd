"""The made-up sounds that a model is tried with."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evalsuite.audio.clip import Clip, Picture, Waveform
from evalsuite.hashing import sha256_bytes

Samples = npt.NDArray[np.floating[Any]]

SAMPLE_RATE = 16_000
SECONDS = 2.0
TONE_HZ = 440.0
NOISE_SEED = 1
CLICKS_PER_SECOND = 4
SWEEP_HZ = (100.0, 6_000.0)
LABELS = ("dog", "rain", "crackling fire", "church bells")
"""Classes of ESC-50, which references that read the label may have met."""
PICTURE_SIDE = 64


class Asked(NamedTuple):
    """A clip and the seed to draw it with."""

    clip: Clip
    seed: int

    def __str__(self) -> str:
        clip = self.clip
        return f"{clip.id} ({clip.seconds:.3g} s at {clip.sample_rate} Hz, seed {self.seed})"


def plain() -> list[Asked]:
    """Return four very different sounds of one length and rate, seeds 1 to 4."""
    moments = _moments(SECONDS, SAMPLE_RATE)
    clicks = (np.arange(len(moments)) % (SAMPLE_RATE // CLICKS_PER_SECOND) == 0).astype(np.float32)
    low, high = SWEEP_HZ
    sweep = np.sin(2 * np.pi * (low + (high - low) * moments / (2 * SECONDS)) * moments)
    noise = np.random.default_rng(NOISE_SEED).uniform(-0.5, 0.5, len(moments))
    clips = [
        tone(),
        make("white noise", noise, label=1),
        make("clicks", clicks, label=2),
        make("sweep", sweep, label=3),
    ]
    return [Asked(clip, seed) for seed, clip in enumerate(clips, start=1)]


def tone(*, seconds: float = SECONDS, sample_rate: int = SAMPLE_RATE, gain: float = 0.5) -> Clip:
    """Return a sine of amplitude ``gain``; with a gain of 0, digital silence."""
    waveform = gain * np.sin(2 * np.pi * TONE_HZ * _moments(seconds, sample_rate))
    return make("tone" if gain else "silence", waveform, sample_rate=sample_rate)


def make(name: str, waveform: Samples, *, sample_rate: int = SAMPLE_RATE, label: int = 0) -> Clip:
    """Return a clip with the label of that number and a picture of its own, uint8 (64, 64, 3)."""
    samples: Waveform = waveform.astype(np.float32)
    picture: Picture = np.random.default_rng(label).integers(0, 256, (PICTURE_SIDE, PICTURE_SIDE, 3), np.uint8)
    return Clip(
        id=name,
        waveform=samples,
        sample_rate=sample_rate,
        sha256=sha256_bytes(samples.tobytes() + str(sample_rate).encode()),
        label=LABELS[label],
        picture=picture,
    )


def _moments(seconds: float, sample_rate: int) -> Samples:
    return np.arange(round(seconds * sample_rate)) / sample_rate
