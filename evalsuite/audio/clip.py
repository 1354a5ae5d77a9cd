"""The clip: one sound, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Waveform = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]
Sense = Literal["audio", "label", "picture"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Clip:
    """One sound clip, as models and encoders receive it."""

    id: str
    """Unique within its data set."""
    waveform: Waveform
    """Mono samples, float32 of shape (samples,), in [-1, 1]. Loading never changes loudness."""
    sample_rate: int
    """Samples per second."""
    sha256: str
    """Hash of the file the clip was read from, or of the recipe it was synthesised by."""
    label: str | None = None
    """The true class in words («crackling fire»); ``None`` where the reader may not see it."""
    picture: Picture | None = None
    """The real picture that belongs to the clip, uint8 (H, W, 3); ``None`` where there is none or it is hidden."""

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.waveform) / self.sample_rate

    def shown_to(self, senses: frozenset[Sense]) -> Clip:
        """Return the clip with everything hidden that ``senses`` does not name.

        A system is given the sound and nothing else, so that it cannot read the answer by accident; a reference such
        as the text oracle declares on its card that it sees the label.
        """
        return replace(
            self,
            waveform=self.waveform if "audio" in senses else np.zeros_like(self.waveform),
            label=self.label if "label" in senses else None,
            picture=self.picture if "picture" in senses else None,
        )
