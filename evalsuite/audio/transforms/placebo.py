"""Placebo: changes that nobody hears, and that therefore must not matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.transforms.base import Treated
from evalsuite.audio.transforms.levels import finite, loudness_of
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip, Waveform

LSB = 2.0**-15
"""One step of 16-bit samples."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one step does."""

    flipped: bool = False
    """Polarity turned round."""
    shifted_ms: float = 0.0
    """Later by this many milliseconds, to the nearest sample."""
    dithered: bool = False
    """Rounded to 16 bits after noise of triangular distribution, two steps wide to either side of none (TPDF)."""


CHANGES = (
    Change(),
    Change(flipped=True),
    Change(shifted_ms=0.25),
    Change(shifted_ms=0.9),
    Change(dithered=True),
    Change(flipped=True, dithered=True),
    Change(flipped=True, shifted_ms=0.9, dithered=True),
)
"""The numbered steps."""


@dataclass(frozen=True, kw_only=True)
class Placebo:
    """Makes one of seven changes that cannot be heard. The dose only numbers them; the measured dose is the step."""

    name: str = "placebo"
    version: int = 1
    unit: str = ""
    title: str = "placebo step"
    sounds: int = 1

    def apply(self, clips: Sequence[Clip], *, doses: Sequence[float], seed: int) -> list[Treated]:
        """Return the sound of the one clip after each of the steps in ``doses``, from 0 to 6 (:data:`CHANGES`).

        The dither follows from ``seed``. Details: ``lufs``, and ``residual_db``, the power of what was changed against
        that of the sound, in dB; what would be minus infinity is left out. Raises ``UserError`` for another step.
        """
        (clip,) = clips
        return [_step(clip, step=dose, seed=seed) for dose in doses]


def _step(clip: Clip, *, step: float, seed: int) -> Treated:
    if step not in range(len(CHANGES)):
        raise UserError(f"placebo: there is no step {step:g}: choose a whole number from 0 to {len(CHANGES) - 1}")
    changed = _changed(clip, CHANGES[int(step)], seed=seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = np.sum(np.square(changed - clip.waveform), dtype=np.float64)
        residual_db = 10 * np.log10(residual / np.sum(np.square(clip.waveform), dtype=np.float64))
    details = finite(residual_db=float(residual_db), lufs=loudness_of(changed, clip.sample_rate).at())
    return Treated(waveform=changed, dose=float(step), details=details)


def _changed(clip: Clip, change: Change, *, seed: int) -> Waveform:
    """Return the clip's samples after a change, as many as before: what is shifted out at the end is cut."""
    samples = -clip.waveform if change.flipped else clip.waveform
    later = round(change.shifted_ms * clip.sample_rate / 1000)
    samples = np.concatenate([np.zeros(later, np.float32), samples])[: len(samples)]
    return _dithered(samples, seed=seed) if change.dithered else samples


def _dithered(samples: Waveform, *, seed: int) -> Waveform:
    """Return samples rounded to 16 bits with TPDF dither (Lipshitz, Wannamaker and Vanderkooy, 1992)."""
    rng = np.random.default_rng(seed)
    dither = rng.uniform(-0.5, 0.5, (2, len(samples))).sum(axis=0)
    rounded = np.round(samples / LSB + dither) * LSB
    return np.asarray(rounded.clip(-1, 1 - LSB), np.float32)


placebo = Placebo()
