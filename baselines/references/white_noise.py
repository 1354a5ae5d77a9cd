"""The floor: the system, hearing noise as loud as the sound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from baselines.references.base import base_model
from evalsuite.hashing import sha256_bytes, sha256_json
from evalsuite.model import ModelCard
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile

NAME = "white_noise"
VERSION = 1


class WhiteNoise:
    """SeeingSounds with white noise of each clip's length and level: what it draws of a sound that says nothing."""

    def __init__(self, *, profile: Profile, device: str) -> None:
        self._base = base_model(profile, device=device)

    @property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        base = self._base.card
        return ModelCard(
            name=NAME,
            fingerprint=sha256_json([NAME, VERSION, base.fingerprint]),
            role="reference",
            bound="floor",
            description="The same system, hearing white noise as long and as loud as the clip.",
            trained_on=base.trained_on,
            encoders=base.encoders,
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Draw noise in place of each clip, uint8 (B, H, W, 3)."""
        drowned = [noise_like(clip, seed=seed) for clip, seed in zip(clips, seeds, strict=True)]
        return self._base.generate(drowned, seeds=seeds)


def noise_like(clip: Clip, *, seed: int) -> Clip:
    """Return Gaussian white noise of the clip's length and root mean square, the same for the same seed.

    What exceeds [-1, 1] is clipped, so that noise for a clip near full scale is a little softer than the clip.
    """
    level = np.sqrt(np.mean(np.square(clip.waveform, dtype=np.float64)))
    noise = np.random.default_rng(derive_seed(seed, NAME)).standard_normal(len(clip.waveform))
    noise *= level / np.sqrt(np.mean(noise**2))
    waveform = noise.clip(-1, 1).astype(np.float32)
    return replace(clip, waveform=waveform, sha256=sha256_bytes(waveform.tobytes()))
