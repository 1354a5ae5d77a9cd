"""The time-frequency transform that AudioCLIP learnt: complex frequency B-spline wavelets, one per bin.

Guzhov et al., *ESResNe(X)t-fbsp: Learning Robust Time-Frequency Transformation of Audio*, IJCNN 2021, arXiv:2104.11587:

    wavelet_k(t) = sqrt(b_k) * sinc(b_k t / m_k) ** m_k * exp(-i c_k t),    t in [-pi, pi]

where the order m_k, the bandwidth b_k and the centre c_k of every bin k are weights. Training began at m = 0, b = 1 and
c = k, nearly the discrete Fourier transform.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

WINDOW = 1654
"""Samples per frame, 37.5 ms at 44.1 kHz."""
HOP = 561
"""Samples from one frame to the next."""
WAVELET = 2048
"""Samples per wavelet: a frame and silence around it."""
BINS = WAVELET // 2 + 1

_EPSILON = 1e-8
_BLACKMAN_HARRIS = (0.35875, 0.48829, 0.14128, 0.01168)
"""The four-term window of Harris (*Proceedings of the IEEE*, 1978)."""


class Fbsp(nn.Module):
    """The weights of the wavelets, under their published names."""

    def __init__(self) -> None:
        super().__init__()
        self.m = nn.Parameter(torch.zeros(BINS))
        self.fb = nn.Parameter(torch.ones(BINS))
        self.fc = nn.Parameter(torch.arange(BINS, dtype=torch.float32))
        self.bias = nn.Parameter(torch.empty(0))  # not used, but it is in the published weights

    def wavelets(self) -> Tensor:
        """Return the real parts (BINS, WAVELET), then the imaginary parts, (2 * BINS, WAVELET).

        Steps, order and precision are the published code's: phases reach 3,000 radians, of which float32 holds few
        digits, so that another order is another transform.
        """
        t = math.pi * torch.linspace(-1, 1, WAVELET, device=self.m.device) + _EPSILON
        m, fb, fc = (weight[:, None] for weight in (self.m, self.fb, self.fc))
        x = fb * t / (m + _EPSILON)
        sinc = torch.where(x == 0, torch.ones_like(x), torch.sin(x) / x)
        magnitude, phase = (sinc**2) ** (0.5 * m), m * torch.where(sinc < 0, math.pi, 0.0)
        win_real, win_imaginary = magnitude * torch.cos(phase), magnitude * torch.sin(phase)
        real, imaginary = torch.cos(fc * t), -torch.sin(fc * t)
        scale = fb.sqrt()
        parts = (win_real * real - win_imaginary * imaginary, win_real * imaginary + win_imaginary * real)
        return torch.cat([scale * part for part in parts]) / math.sqrt(WAVELET)

    def forward(self, frames: Tensor) -> Tensor:
        """Return the power (B, BINS, frames) of windowed frames (B, frames, WAVELET)."""
        wavelets = self.wavelets()
        # One clip at a time, so that its sums are formed alike whatever the batch: in digital silence the power is
        # what rounding leaves, and the logarithm that follows makes much of it.
        return torch.stack([_power(functional.linear(clip, wavelets)) for clip in frames])


def _power(spectrum: Tensor) -> Tensor:
    """Return the squared magnitudes (BINS, frames) of (frames, 2 * BINS)."""
    real, imaginary = spectrum.T.chunk(2)
    return real**2 + imaginary**2


def blackman_harris() -> Tensor:
    """Return the periodic window, (WINDOW,)."""
    here = torch.device("cpu")  # whatever the default device: the window is part of the weights
    window = torch.signal.windows.general_cosine(
        WINDOW, a=_BLACKMAN_HARRIS, sym=False, dtype=torch.float64, device=here
    )
    return window.float()


def framed(waveforms: Tensor, window: Tensor) -> Tensor:
    """Return windowed frames (B, frames, WAVELET) of waveforms (B, samples).

    The last frame is made whole with silence, half of it before the sound and half after it.
    """
    lacking = -(waveforms.shape[-1] - WINDOW) % HOP if waveforms.shape[-1] > WINDOW else WINDOW - waveforms.shape[-1]
    padded = functional.pad(waveforms, (lacking // 2, lacking - lacking // 2))
    around = WAVELET - WINDOW
    return functional.pad(padded.unfold(-1, WINDOW, HOP) * window, (around // 2, around - around // 2))
