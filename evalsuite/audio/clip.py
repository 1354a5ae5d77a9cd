"""The clip: one sound, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Waveform = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]
Sense = Literal["audio", "label", "picture", "control"]


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
    wording: str | None = None
    """What was done to the sound, in words around the name of what sounds («distant {label}»); ``None`` where nothing
    was done or the reader may not know it."""
    parts: tuple[Clip, ...] = ()
    """The sounds that were joined and are to be heard in the result, in order; none where nothing was joined, or the
    reader may not know it."""
    dose: float | None = None
    """The dose of a transform as it was measured in the sound; ``None`` where there was none."""
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
            wording=self.wording if "control" in senses else None,
            parts=tuple(part.shown_to(senses) for part in self.parts) if "control" in senses else (),
            dose=None,
            picture=self.picture if "picture" in senses else None,
        )
