"""A log-mel front end: what the audio tower sees of a sound. Absolute loudness is kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

FLOOR_DB = -100.0
"""Quieter than this is silence; 16-bit sound ends at -96 dB."""


def mel_filterbank(*, bands: int, fft_size: int, sample_rate: int, lowest_hz: float) -> npt.NDArray[np.float32]:
    """Return triangular filters of shape (bands, fft_size // 2 + 1), each with a peak of 1.

    The bands are equally wide on O'Shaughnessy's mel scale, mel(f) = 2595 log10(1 + f / 700) (*Speech
    Communication*, 1987), from ``lowest_hz`` to half the sample rate, each reaching to the centres of its neighbours.
    """
    lowest_mel, highest_mel = (2595 * np.log10(1 + hz / 700) for hz in (lowest_hz, sample_rate / 2))
    edges_mel = np.linspace(lowest_mel, highest_mel, bands + 2)
    edges_hz = 700 * (10 ** (edges_mel / 2595) - 1)
    bins_hz = np.fft.rfftfreq(fft_size, d=1 / sample_rate)
    lower, centre, upper = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising = (bins_hz - lower) / (centre - lower)
    falling = (upper - bins_hz) / (upper - centre)
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None), np.float32)


class LogMel(nn.Module):
    """Waveforms (B, samples) in [-1, 1] to log-mel spectrograms (B, 1, bands, 1 + samples // hop).

    Values are band powers in dB, where a sine of full scale is about 0 dB, with the range [-100, 0] dB mapped onto
    [-1, 1]. Nothing is normalised per clip, so twice the amplitude is 6 dB more wherever the floor is not met.
    """

    window: Tensor
    filters: Tensor

    def __init__(self, *, sample_rate: int, fft_size: int, hop: int, bands: int, lowest_hz: float) -> None:
        super().__init__()
        self.fft_size, self.hop = fft_size, hop
        filters = mel_filterbank(bands=bands, fft_size=fft_size, sample_rate=sample_rate, lowest_hz=lowest_hz)
        window = torch.hann_window(fft_size)
        # The scale makes a sine of amplitude 1 a spectral line of amplitude 1. Both tensors follow from the
        # configuration, so they are no part of the weights.
        self.register_buffer("window", window * (2 / window.sum()), persistent=False)
        self.register_buffer("filters", torch.from_numpy(filters), persistent=False)

    def forward(self, waveforms: Tensor) -> Tensor:
        """Return the spectrograms, float32."""
        spectrum = torch.stft(waveforms, self.fft_size, self.hop, window=self.window, return_complex=True)
        power = self.filters @ (spectrum.real**2 + spectrum.imag**2)
        decibel = 10 * torch.log10(power.clamp(min=10 ** (FLOOR_DB / 10)))
        return (1 - 2 * decibel / FLOOR_DB).unsqueeze(1)
