"""Soundscapes: how a scene sounds when it is recorded.

The attributes of a scene join sound and picture: a far source is quieter and duller, a hall reverberates, the other
places and the night have their own faint background. Unlike pictures, two recordings of one scene differ: in
performance, pitch, equaliser, noise floor and level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, fftconvolve, sosfilt

from evalsuite.hashing import sha256_file, sha256_json, sha256_tree
from evalsuite.miniworld.sounds import SOUNDS
from evalsuite.miniworld.sounds.tools import SAMPLE_RATE
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from evalsuite.audio.clip import Waveform
    from evalsuite.miniworld.scenes import Distance, Scene, Time

Samples = npt.NDArray[np.floating]

SECONDS = 5.0
SAMPLES = int(SECONDS * SAMPLE_RATE)

LEVEL_DB: dict[Distance, float] = {"near": -17.0, "mid": -25.0, "far": -34.0}
"""Root mean square level of the loudest second, in dB relative to full scale, by distance."""
_AIR_HZ: dict[Distance, float] = {"near": 7900.0, "mid": 7000.0, "far": 3200.0}
_HALL_RT60 = 1.6
_BACKGROUND_DB: dict[str, float] = {"field": -62.0, "beach": -52.0, "street": -52.0, "hall": -64.0}
_BACKGROUND_HZ: dict[str, tuple[float, float]] = {
    "field": (200.0, 2000.0),
    "beach": (500.0, 5000.0),
    "street": (40.0, 250.0),
    "hall": (80.0, 400.0),
}
_NIGHT_DB = -56.0


@dataclass(frozen=True)
class Recording:
    """What is recorded, and which of the endlessly many recordings of it."""

    scene: Scene
    source: str
    """Names the recording session: pitch, equaliser, noise floor and level follow from it."""
    take: int = 0
    """Which stretch of the session: the performance follows from it."""

    @property
    def sha256(self) -> str:
        """Hash of the recipe and of the code that plays it."""
        scene = self.scene
        attributes = [list(scene.concepts), scene.distance, scene.time, scene.place]
        return sha256_json([code_version(), attributes, self.source, self.take])


@cache
def code_version() -> str:
    """Return the hash of the code that makes the sounds."""
    here = Path(__file__)
    return sha256_json([sha256_tree(here.parent / "sounds", "*.py"), sha256_file(here)])


def record(recording: Recording) -> Waveform:
    """Synthesise a recording: float32 (80000,) in [-1, 1] at 16 kHz. Equal recordings sound equal to the last bit."""
    scene = recording.scene
    session = np.random.default_rng(derive_seed(0, "session", recording.source))
    pitch = float(np.exp(session.uniform(np.log(0.84), np.log(1.19))))
    gain_db, tilt_db, floor_db = session.uniform(-2, 2), session.uniform(-5, 5), session.uniform(-75, -55)
    performance = np.random.default_rng(derive_seed(0, "take", recording.source, recording.take))
    voices = [_levelled(SOUNDS[name](performance, SAMPLES, pitch)) for name in scene.concepts]
    sound = _aired(np.sum(voices, axis=0), scene.distance)
    if scene.place == "hall":
        sound = _reverberated(sound, performance)
    sound = _tilted(sound, tilt_db) * _factor(LEVEL_DB[scene.distance] + gain_db)
    sound = sound + _background(scene.place, scene.time, performance)
    sound = sound + _factor(floor_db) * performance.standard_normal(SAMPLES)
    return np.clip(sound, -1, 1).astype(np.float32)


def _factor(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _levelled(sound: Samples) -> Samples:
    """Bring the loudest second to a root mean square of one, so that sparse sounds are not blown up."""
    power = np.square(sound[: len(sound) // 4000 * 4000].reshape(-1, 4000), dtype=np.float64).mean(axis=1)
    loudest = np.convolve(power, np.full(4, 0.25), mode="valid").max()
    return sound / np.float32(np.sqrt(loudest) + 1e-9)


def _aired(sound: Samples, distance: Distance) -> Samples:
    """Take away the highs that the air takes."""
    filtered: Samples = sosfilt(butter(2, _AIR_HZ[distance], fs=SAMPLE_RATE, output="sos"), sound)
    return filtered


def _reverberated(sound: Samples, rng: np.random.Generator) -> Samples:
    """Add a diffuse tail that decays by 60 dB in 1.6 s, as loud as the direct sound."""
    time = np.arange(int(_HALL_RT60 * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(time)) * 10 ** (-3 * time / _HALL_RT60)
    tail /= np.sqrt(np.square(tail).sum())
    wet: Samples = fftconvolve(sound, tail)[: len(sound)]
    return _levelled(sound + wet)


def _tilted(sound: Samples, tilt_db: float) -> Samples:
    """Tilt the spectrum by ``tilt_db`` between the low and the high end, as microphones do."""
    spectrum = np.fft.rfft(sound)
    octaves = np.linspace(-0.5, 0.5, len(spectrum))
    tilted: Samples = np.fft.irfft(spectrum * 10 ** (tilt_db * octaves / 20), len(sound))
    return tilted


def _background(place: str, time: Time, rng: np.random.Generator) -> Samples:
    """Return the faint sound of the place, and by night the chirr of far insects."""
    band = butter(1, _BACKGROUND_HZ[place], btype="bandpass", fs=SAMPLE_RATE, output="sos")
    ambience = sosfilt(band, rng.standard_normal(SAMPLES))
    ambience *= _factor(_BACKGROUND_DB[place]) / (ambience.std() + 1e-12)
    if time == "night":
        seconds = np.arange(SAMPLES) / SAMPLE_RATE
        chirr = np.sin(2 * np.pi * 4300 * seconds) * (np.sin(2 * np.pi * 13 * seconds) > 0)
        ambience = ambience + _factor(_NIGHT_DB) * chirr
    result: Samples = ambience
    return result
