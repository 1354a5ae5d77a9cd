"""The control: the system, hearing another clip than the one it is scored on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from baselines.references.base import base_model
from evalsuite.hashing import sha256_json
from evalsuite.model import ModelCard
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.profile import Profile


class ShuffledAudio:
    """SeeingSounds with the sounds of the evaluated set dealt out anew: what it scores without the right sound.

    The sounds are permuted uniformly among the permutations that leave no clip its own. Sounds of the same class are
    not kept apart, so that a clip hears its class about as often as chance would have it, 1 in so many classes: a
    control that never heard the right class would score below chance and flatter every system.
    """

    def __init__(self, *, profile: Profile, device: str) -> None:
        self._base = base_model(profile, device=device)

    @property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        base = self._base.card
        return ModelCard(
            name="shuffled_audio",
            fingerprint=sha256_json(["shuffled_audio", base.fingerprint]),
            role="reference",
            bound="floor",
            description="The same system, hearing another clip: its scores without the right sound.",
            trained_on=base.trained_on,
            encoders=base.encoders,
        )

    def heard_instead(self, clip_ids: Sequence[str], *, seed: int) -> dict[str, str]:
        """Return, for every clip, the one that is heard in its place; a single clip hears itself."""
        return derange(clip_ids, seed=seed)

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Draw what is heard, uint8 (B, H, W, 3)."""
        return self._base.generate(clips, seeds=seeds)


def derange(ids: Sequence[str], *, seed: int) -> dict[str, str]:
    """Return a permutation of ``ids`` without fixed points, each equally likely; the same for the same seed.

    Permutations are drawn until one has no fixed point: about e = 2.7 draws. A set of one or none stays as it is.

    >>> sorted(derange(["a", "b"], seed=0).items())
    [('a', 'b'), ('b', 'a')]
    """
    shuffled = sorted(ids)
    stream = random.Random(derive_seed(seed, "shuffled_audio"))  # noqa: S311 - not for secrets
    while len(shuffled) > 1:
        stream.shuffle(shuffled)
        if all(own != other for own, other in zip(sorted(ids), shuffled, strict=True)):
            break
    return dict(zip(sorted(ids), shuffled, strict=True))
