"""A bank of training recordings, synthesised once and kept on disk for the stages that listen."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.hashing import sha256_json
from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.dataset import recordings_of
from evalsuite.miniworld.scenes import PLACES, TIMES, Scene
from evalsuite.miniworld.soundscape import SAMPLES, Recording, record
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_CHUNK = 64


@dataclass(frozen=True)
class SoundBank:
    """Recordings and what they are recordings of."""

    recordings: list[Recording]
    waveforms: npt.NDArray[np.int16]
    """(n, 80000), full scale 32767; memory-mapped."""

    def floats(self, rows: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
        """Return some recordings as float32 in [-1, 1]."""
        return np.asarray(self.waveforms[rows] / np.float32(32767), dtype=np.float32)

    def alone(self) -> SoundBank:
        """Return the recordings of one source, which come first."""
        n = sum(len(recording.scene.concepts) == 1 for recording in self.recordings)
        return SoundBank(self.recordings[:n], self.waveforms[:n])


def sound_bank(work: Path, draw: str, *, per_concept: int, pairs: int = 0) -> SoundBank:
    """Return ``per_concept`` recordings of each concept and ``pairs`` of two sources.

    ``draw`` names the draw: banks of different names share no recording. Synthesised on first use with every core.
    """
    recordings = recordings_of(draw, per_concept=per_concept) + _pair_recordings(draw, pairs)
    name = sha256_json([recording.sha256 for recording in recordings])[:16]
    file = work / f"sounds-{draw}-{name}.npy"
    if not file.is_file():
        _synthesise(file, recordings)
    return SoundBank(recordings, np.load(file, mmap_mode="r"))


def _pair_recordings(draw: str, n: int) -> list[Recording]:
    recordings = []
    for number in range(n):
        source = f"{draw}/pair/{number}"
        rng = np.random.default_rng(derive_seed(0, source))
        first, second = sorted(int(index) for index in rng.choice(len(CONCEPTS), 2, replace=False))
        time, place = TIMES[int(rng.integers(len(TIMES)))], PLACES[int(rng.integers(len(PLACES)))]
        names = (CONCEPTS[first].name, CONCEPTS[second].name)
        recordings.append(Recording(Scene(names, "mid", time, place), source))
    return recordings


def _synthesise(file: Path, recordings: list[Recording]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial.npy")
    bank = np.lib.format.open_memmap(partial, mode="w+", dtype=np.int16, shape=(len(recordings), SAMPLES))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for row, waveform in enumerate(pool.map(_as_int16, recordings, chunksize=_CHUNK)):
            bank[row] = waveform
    bank.flush()
    partial.replace(file)


def _as_int16(recording: Recording) -> npt.NDArray[np.int16]:
    return (record(recording) * 32767).round().astype(np.int16)
