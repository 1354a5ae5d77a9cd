"""The front end of AST: log-mel energies as Kaldi computes them.

The same numbers as the numpy path of `transformers.ASTFeatureExtractor`, to the last bit: that one takes a Python loop
over all frames, during which no other thread may run, and was the slowest part of hearing a sound. It also takes
another path, with slightly other numbers, where torchaudio is installed; here no picture depends on that.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from transformers import ASTFeatureExtractor

    from evalsuite.audio.clip import Waveform

FRAME, HOP, FFT = 400, 160, 512
"""Samples: 25 ms, 10 ms and the next power of two at AST's 16 kHz."""
AT_ONCE = 64
"""Frames: so many stay in the processor's cache, which makes it faster by a third than all frames of a clip at once."""
PREEMPHASIS = 0.97
LOWEST_HZ = 20
FLOOR = 1.192092955078125e-07
"""Least energy of a band, float32's epsilon."""


class FilterBank:
    """Computes what an ``ASTFeatureExtractor`` would, with its bands, length and normalisation."""

    def __init__(self, settings: ASTFeatureExtractor) -> None:
        self._settings = settings

    @property
    def sample_rate(self) -> int:
        """The rate that sounds must have, in Hz."""
        return int(self._settings.sampling_rate)

    def __call__(self, waveforms: Sequence[Waveform]) -> npt.NDArray[np.float32]:
        """Return normalised log-mel energies, float32 (B, frames, bands).

        A sound is cut off at the extractor's ``max_length``, or filled up with zeros before the normalisation. One that
        is shorter than a frame, where the library fails, is lengthened with silence.
        """
        settings = self._settings
        energies = np.zeros((len(waveforms), settings.max_length, settings.num_mel_bins), np.float32)
        for row, waveform in enumerate(waveforms):
            heard = self._log_mel(np.pad(waveform, (0, max(0, FRAME - len(waveform)))))
            energies[row, : len(heard)] = heard
        normalised: npt.NDArray[np.float32] = settings.normalize(energies) if settings.do_normalize else energies
        return normalised

    def _log_mel(self, waveform: Waveform) -> npt.NDArray[np.float32]:
        frames = sliding_window_view(waveform, FRAME)[::HOP][: self._settings.max_length]
        blocks = range(0, len(frames), AT_ONCE)
        powers = np.concatenate([self._powers(frames[start : start + AT_ONCE]) for start in blocks])
        energies: npt.NDArray[np.float32] = np.log(np.maximum(FLOOR, np.dot(self._bands.T, powers.T))).astype(
            np.float32
        )
        return energies.T

    def _powers(self, frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        windows = frames.astype(np.float64)
        windows -= windows.mean(axis=1, keepdims=True)
        windows[:, 1:] -= PREEMPHASIS * windows[:, :-1]
        windows[:, 0] *= 1 - PREEMPHASIS
        windows *= self._window
        # By way of float32, as in the library, and so with its rounding.
        powers: npt.NDArray[np.float64] = (
            np.abs(np.fft.rfft(windows, FFT).astype(np.complex64), dtype=np.float64) ** 2.0
        )
        return powers

    @cached_property
    def _window(self) -> npt.NDArray[np.float64]:
        return np.hanning(FRAME)

    @cached_property
    def _bands(self) -> npt.NDArray[np.float64]:
        from transformers.audio_utils import mel_filter_bank

        bands: npt.NDArray[np.float64] = mel_filter_bank(
            num_frequency_bins=FFT // 2 + 1,
            num_mel_filters=self._settings.num_mel_bins,
            min_frequency=LOWEST_HZ,
            max_frequency=self.sample_rate // 2,
            sampling_rate=self.sample_rate,
            norm=None,
            mel_scale="kaldi",
            triangularize_in_mel_space=True,
        )
        return bands
