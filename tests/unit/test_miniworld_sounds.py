"""Sounds of the miniature world: every concept sounds, and distance and place are heard."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import pytest

from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.scenes import Distance, Place, Scene
from evalsuite.miniworld.sounds.tools import SAMPLE_RATE
from evalsuite.miniworld.soundscape import SAMPLES, Recording, record

NAMES = [concept.name for concept in CONCEPTS]
SHORT_SOUNDS = ("door_wood_knock", "mouse_click", "clock_tick")


def recorded(
    name: str, distance: Distance = "mid", place: Place = "field", *, source: str = "test", take: int = 0
) -> npt.NDArray[np.float32]:
    return record(Recording(Scene((name,), distance, "day", place), source, take))


def level_db(waveform: npt.NDArray[np.float32]) -> float:
    """The loudest half second's root mean square, in dB relative to full scale."""
    power = np.square(waveform, dtype=np.float64).reshape(10, -1).mean(axis=1)
    return float(10 * np.log10(power.max()))


def seconds_audible(waveform: npt.NDArray[np.float32], *, below_peak_db: float = 25.0) -> float:
    """For how long the sound is at most so far below its loudest 10 ms."""
    power = np.square(waveform, dtype=np.float64).reshape(-1, SAMPLE_RATE // 100).mean(axis=1)
    return float((power > power.max() * 10 ** (-below_peak_db / 10)).sum() / 100)


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_sounds(name: str) -> None:
    waveform = recorded(name)
    assert (waveform.dtype, waveform.shape) == (np.float32, (SAMPLES,))
    assert np.isfinite(waveform).all()
    assert np.abs(waveform).max() <= 1
    assert level_db(waveform) > -40


@pytest.mark.parametrize("name", NAMES[::10])
def test_recording_is_the_same_to_the_last_bit(name: str) -> None:
    np.testing.assert_array_equal(recorded(name), recorded(name))


def test_sessions_and_takes_differ() -> None:
    made = [recorded("dog"), recorded("dog", take=1), recorded("dog", source="other")]
    assert len({waveform.tobytes() for waveform in made}) == 3
    recipes = [Recording(Scene(("dog",)), *key).sha256 for key in (("test", 0), ("test", 1), ("other", 0))]
    assert len(set(recipes)) == 3


@pytest.mark.parametrize("name", NAMES[::6])
def test_nearer_is_louder(name: str) -> None:
    assert level_db(recorded(name, "near")) - level_db(recorded(name, "far")) > 10


@pytest.mark.parametrize("name", SHORT_SOUNDS)
def test_a_hall_reverberates(name: str) -> None:
    assert seconds_audible(recorded(name, "near", "hall")) > 1.5 * seconds_audible(recorded(name, "near", "field"))


def test_two_sources_are_heard_together() -> None:
    both = record(Recording(Scene(("dog", "rain")), "test"))
    assert np.isfinite(both).all()
    assert level_db(both) > -40


def test_sounds_are_made_faster_than_a_model_draws() -> None:
    """More than five clips in a second of the processor's time."""
    some = NAMES[::4]
    start = time.process_time()
    for name in some:
        recorded(name, place="hall", source="timed")
    assert len(some) / (time.process_time() - start) > 5
