"""What the transforms of two sounds share: bringing both to one rate, one length and one loudness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.resampling import resample
from evalsuite.audio.transforms.levels import TARGET_LUFS, Loudness, Samples, audible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip


@dataclass(frozen=True, eq=False)
class Part:
    """One of the sounds, brought to -23 LUFS. Its peaks may lie beyond full scale until all is joined."""

    samples: Samples
    """Shape (samples,)."""
    loudness: Loudness


def parts(clips: Sequence[Clip]) -> tuple[Part, Part]:
    """Return two clips as parts, at the rate and of the length of the first.

    The second is resampled, then cut at the end or repeated from its beginning. Raises ``UserError`` for a silent one.
    """
    first, second = clips
    adapted = resample(second.waveform, second.sample_rate, first.sample_rate)
    adapted = np.resize(adapted, len(first.waveform))
    return _part(first), _part(replace(second, waveform=adapted, sample_rate=first.sample_rate))


def _part(clip: Clip) -> Part:
    loudness = audible(clip)
    gain_db = loudness.gain_to(TARGET_LUFS)
    return Part(clip.waveform * np.float64(10 ** (gain_db / 20)), Loudness(loudness.blocks + gain_db))
