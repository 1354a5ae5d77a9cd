"""The floor: the system, hearing nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from baselines.references.base import base_model
from evalsuite.hashing import sha256_bytes, sha256_json
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile


class Silence:
    """SeeingSounds with digital silence of each clip's length: what it draws by habit."""

    def __init__(self, *, profile: Profile, device: str) -> None:
        self._base = base_model(profile, device=device)

    @property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        base = self._base.card
        return ModelCard(
            name="silence",
            fingerprint=sha256_json(["silence", base.fingerprint]),
            role="reference",
            bound="floor",
            description="The same system, hearing digital silence: what it draws by habit.",
            trained_on=base.trained_on,
            encoders=base.encoders,
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Draw silence once for each seed, uint8 (B, H, W, 3)."""
        return self._base.generate([_silenced(clip) for clip in clips], seeds=seeds)


def _silenced(clip: Clip) -> Clip:
    waveform = np.zeros_like(clip.waveform)
    return replace(clip, waveform=waveform, sha256=sha256_bytes(waveform.tobytes()))
