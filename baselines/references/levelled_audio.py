"""The placebo of a volume sweep: the system, hearing every sound at one loudness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baselines.references.base import base_model
from evalsuite.audio.transforms.volume import volume
from evalsuite.hashing import sha256_bytes, sha256_json
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile

LUFS = -23.0
"""The loudness at which everything is heard (EBU R 128)."""


class LevelledAudio:
    """SeeingSounds with every sound at -23 LUFS: what many models do to their input, and what makes loudness unheard.

    A sweep of the volume shown to it must change nothing; a trend that it has all the same is not one of loudness.
    Otherwise it hears well, and is no floor.
    """

    def __init__(self, *, profile: Profile, device: str) -> None:
        self._base = base_model(profile, device=device)

    @property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        base = self._base.card
        return ModelCard(
            name="levelled_audio",
            fingerprint=sha256_json(["levelled_audio", volume.version, LUFS, base.fingerprint]),
            role="reference",
            bound="yardstick",
            description="The same system, hearing every sound at one loudness: what remains of a volume sweep.",
            trained_on=base.trained_on,
            encoders=base.encoders,
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Draw what is heard, uint8 (B, H, W, 3)."""
        return self._base.generate([_levelled(clip) for clip in clips], seeds=seeds)


def _levelled(clip: Clip) -> Clip:
    """Return the clip at -23 LUFS, or as near as its peaks allow; silence has no loudness and stays as it is."""
    if not clip.waveform.any():
        return clip
    (treated,) = volume.apply([clip], doses=[LUFS], seed=0)
    return replace(clip, waveform=treated.waveform, sha256=sha256_bytes(treated.waveform.tobytes()))
