"""Light variation of spectrograms in training; none was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

MASKED = 8
"""Up to one part in so many is hidden, of the frames and of the bins."""


def varied(spectrograms: Iterable[npt.NDArray[np.floating]], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Return spectrograms, each (1, bins, frames), as one float32 batch, each begun at another moment and part hidden.

    Frames are rolled by a random number, the end following on the beginning as where a sound is repeated; one stretch
    of frames and one band of bins are set to the mean, zero, as in SpecAugment (Park et al., arXiv:1904.08779).
    """
    return np.stack([_varied(one, rng) for one in spectrograms])


def _varied(spectrogram: npt.NDArray[np.floating], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    bins, frames = spectrogram.shape[1:]
    begun_later = np.roll(spectrogram, rng.integers(frames), axis=2).astype(np.float32)
    begun_later[:, :, _stretch(frames, rng)] = 0
    begun_later[:, _stretch(bins, rng), :] = 0
    return begun_later


def _stretch(length: int, rng: np.random.Generator) -> slice:
    hidden = int(rng.integers(length // MASKED + 1))
    start = int(rng.integers(length - hidden + 1))
    return slice(start, start + hidden)
