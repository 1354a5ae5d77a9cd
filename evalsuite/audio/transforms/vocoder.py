"""A phase vocoder, which moves every frequency of a sound by a ratio and leaves its time: one analysis for all ratios.

Each frame's spectrum is stretched along the frequency axis, which makes the frame shorter or longer within its place.
So that frames still fit to their neighbours, what belongs to a peak is turned by what the peak gains in phase over the
original at its new frequency: the ratio less one times what it gained there, so that peaks are found and followed once
(identity phase locking: Laroche & Dolson, IEEE Transactions on Speech and Audio Processing 7, 1999). Unlike their
shift by whole regions of bins (WASPAA 1999), a stretch leaves no gaps in a noise that is moved upwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evalsuite.audio.clip import Waveform

Spectra = npt.NDArray[np.complex64]
Owners = npt.NDArray[np.int32]
Cycles = npt.NDArray[np.float64]
Frames = npt.NDArray[np.float32]

FRAME_SECONDS = 0.1
OVERLAP = 4
"""Frames that sound at once."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """A sound as frames, of which the spectral peaks were followed."""

    spectra: Spectra
    """(frames, bins), of frames that begin a window before the sound; phases are those in the middle of a frame."""
    owner: Owners
    """(frames, bins): to which of all peaks a bin belongs."""
    gained: Cycles
    """(peaks,): the phase gained since the first frame, in cycles."""
    window: Waveform
    samples: int
    """Length of the sound."""

    def shifted(self, ratio: float) -> Waveform:
        """Return the sound with every frequency times ``ratio``, float32 (samples,).

        What comes to lie beyond half the sampling rate is lost.
        """
        stretch = _Stretch.of(ratio, bins=self.spectra.shape[1])
        spectra = stretch.apply(self.spectra)
        spectra[:, : len(stretch.nearest)] *= _turns((ratio - 1) * self.gained)[self.owner[:, stretch.nearest]]
        size = len(self.window)
        hops = self._frames(spectra)
        whole = np.zeros((len(hops) + OVERLAP - 1, size // OVERLAP), np.float32)
        for late in range(OVERLAP):
            whole[late : late + len(hops)] += hops[:, late]
        whole /= self._frames(stretch.apply(_centred(self.window[None]))).sum(axis=1)
        return whole.ravel()[size : size + self.samples]

    def _frames(self, spectra: Spectra) -> Frames:
        """Return windowed frames in as many parts as overlap, (frames, overlap, hop)."""
        from scipy.fft import irfft

        size = len(self.window)
        spectra[:, 1::2] *= -1
        frames = irfft(spectra, size, axis=1)
        frames *= self.window
        return np.asarray(frames).reshape(len(frames), OVERLAP, size // OVERLAP)


@dataclass(frozen=True, eq=False)
class _Stretch:
    """Where along the frequency axis each bin takes its value from: between two bins."""

    below: npt.NDArray[np.intp]
    nearest: npt.NDArray[np.intp]
    part: Waveform
    """How far above the one below."""

    @classmethod
    def of(cls, ratio: float, *, bins: int) -> _Stretch:
        place = np.arange(min(bins, int((bins - 1) * ratio) + 1)) / ratio
        below = np.minimum(place.astype(np.intp), bins - 2)
        return cls(below, np.rint(place).astype(np.intp), (place - below).astype(np.float32))

    def apply(self, spectra: Spectra) -> Spectra:
        stretched = np.zeros_like(spectra)
        filled = stretched[:, : len(self.part)]
        np.multiply(spectra[:, self.below], 1 - self.part, out=filled)
        filled += spectra[:, self.below + 1] * self.part
        return stretched


def analysis_of(waveform: Waveform, rate: int) -> Analysis:
    """Take a mono sound (samples,) apart, into frames of about 0.1 s that overlap by three quarters.

    That takes some 50 bytes for each sample.
    """
    from scipy.fft import next_fast_len

    hop = next_fast_len(round(FRAME_SECONDS * rate / OVERLAP), real=True)
    size = OVERLAP * hop
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    padded = np.pad(waveform.astype(np.float32), (size, size + -len(waveform) % hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    spectra = _centred(frames * window)
    frame, peak = np.nonzero(_is_peak(spectra))
    owner = _owners(frame, peak, shape=spectra.shape)
    gained = _gained(_cycles_per_hop(spectra, frame, peak), frame, peak, owner)
    return Analysis(spectra, owner, gained, window, len(waveform))


def _centred(frames: Waveform) -> Spectra:
    """Return the spectra of frames (frames, size), with phases as they are in the middle of each."""
    from scipy.fft import rfft

    spectra = np.asarray(rfft(frames, axis=1))
    spectra[:, 1::2] *= -1
    return spectra


def _turns(cycles: Cycles) -> Spectra:
    """Return the unit numbers that turn a phase by so many cycles."""
    angles = (2 * np.pi * (cycles - np.rint(cycles))).astype(np.float32)
    turns = np.empty(len(angles), np.complex64)
    np.cos(angles, out=turns.real)
    np.sin(angles, out=turns.imag)
    return turns


def _is_peak(spectra: Spectra) -> npt.NDArray[np.bool_]:
    """Return which bins are stronger than two on either side; the lowest always counts, so that no frame has none."""
    power = spectra.real**2 + spectra.imag**2
    found = np.zeros(spectra.shape, dtype=np.bool_)
    middle = power[:, 2:-2]
    found[:, 2:-2] = middle > np.maximum(power[:, 1:-3], power[:, :-4])
    found[:, 2:-2] &= middle >= np.maximum(power[:, 3:-1], power[:, 4:])
    found[:, 0] = True
    return found


def _owners(frame: npt.NDArray[np.intp], peak: npt.NDArray[np.intp], *, shape: tuple[int, ...]) -> Owners:
    """Give each bin to the nearest peak of its frame: (frames, bins), numbers of peaks."""
    place = frame * shape[1] + peak
    begins = np.zeros(shape[0] * shape[1], np.int32)
    begins[np.where(peak == 0, place, (place + np.roll(place, 1) + 1) // 2)] = 1
    return (np.cumsum(begins, dtype=np.int32) - 1).reshape(shape)


def _cycles_per_hop(spectra: Spectra, frame: npt.NDArray[np.intp], peak: npt.NDArray[np.intp]) -> Cycles:
    """Return by how many cycles each peak turns from the frame before: its frequency, near that of its bin.

    Before the first frame there is none; nothing sounds in it.
    """
    before = spectra[np.maximum(frame - 1, 0), peak]
    turned = np.angle(spectra[frame, peak] * before.conj()).astype(np.float64) / (2 * np.pi)
    expected = peak / OVERLAP
    off = turned - expected
    return np.asarray(expected + off - np.rint(off))


def _gained(cycles: Cycles, frame: npt.NDArray[np.intp], peak: npt.NDArray[np.intp], owner: Owners) -> Cycles:
    """Return the phase that each peak has gained: on from that peak of the frame before to which its bin belonged."""
    gained = cycles.copy()
    first = np.searchsorted(frame, np.arange(len(owner) + 1))
    for now in range(1, len(owner)):
        own = slice(first[now], first[now + 1])
        gained[own] += gained[owner[now - 1, peak[own]]]
    return gained
