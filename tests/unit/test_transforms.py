"""What every transform promises, whatever it does: shape, range, repeatability, order, honest doses, refusals."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from transform_sounds import (
    RATE,
    SWEEPS,
    all_names,
    chord,
    clicks,
    clip,
    hiss,
    measured,
    recordings,
    sweep,
    tone,
    world,
)

from evalsuite.audio.transforms.base import Transform
from evalsuite.errors import UserError
from evalsuite.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evalsuite.audio.clip import Clip

SOUNDS = {"chord": lambda: chord(220), "hiss": hiss, "clicks": clicks, "miniature world": world}
TOLERANCE = {"pitch": 0.1, "reverb": 0.03, "distance": 0.9, "noise": 0.01, "mixing": 0.01}
"""How far the measured dose may lie from the one asked for, in the transform's unit; of volume see its own tests."""
IMPOSSIBLE = {
    "volume": (-80, 3),
    "pitch": (-13, 13),
    "reverb": (-1, 0.1, 5),
    "distance": (0, 100),
    "mixing": (-21, 21),
    "interpolation": (-0.1, 1.1),
    "noise": (-41, 61),
    "placebo": (-1, 0.5, 7),
}
SECONDS = 5.0
"""What seven doses of a 5 s clip may take at most, in processor time; measured medians are in docs/transforms.md."""


def test_all_are_registered():
    assert all_names() == sorted(SWEEPS)


@pytest.mark.parametrize("name", SWEEPS)
def test_keeps_the_contract(name: str):
    transform = resolve("transforms", name)
    assert isinstance(transform, Transform)
    assert transform.name == name
    assert transform.title
    assert hash(transform) == hash(type(transform)())


@pytest.mark.parametrize("name", SWEEPS)
@pytest.mark.parametrize("sound", SOUNDS.values(), ids=SOUNDS)
def test_length_type_and_range_are_kept(name: str, sound: Callable[[], Clip]):
    before = sound()
    samples = before.waveform.copy()
    found = sweep(name, before)
    np.testing.assert_array_equal(before.waveform, samples)
    assert len(found) == len(SWEEPS[name])
    for treated in found:
        assert (treated.waveform.dtype, treated.waveform.shape) == (np.float32, samples.shape)
        assert np.abs(treated.waveform).max() <= 1
        assert np.isfinite([treated.dose, *treated.details.values()]).all()


@pytest.mark.parametrize("name", SWEEPS)
def test_a_dose_is_treated_the_same_whatever_is_treated_beside_it(name: str):
    doses = SWEEPS[name]
    whole, again, alone = sweep(name, world()), sweep(name, world()), sweep(name, world(), doses=doses[3:4])
    for first, second in [*zip(whole, again, strict=True), (whole[3], alone[0])]:
        np.testing.assert_array_equal(first.waveform, second.waveform)
        assert (first.dose, first.details) == (second.dose, second.details)


@pytest.mark.parametrize("name", SWEEPS)
@pytest.mark.parametrize("sound", [chord(220), hiss(), world(3)], ids=["chord", "hiss", "miniature world"])
def test_rising_doses_measure_as_rising(name: str, sound: Clip):
    found = measured(sweep(name, sound))
    assert found == sorted(found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", TOLERANCE)
@pytest.mark.parametrize("sound", [chord(220), hiss(), world(3)], ids=["chord", "hiss", "miniature world"])
def test_the_dose_asked_for_is_measured(name: str, sound: Clip):
    np.testing.assert_allclose(measured(sweep(name, sound)), SWEEPS[name], atol=TOLERANCE[name])


@pytest.mark.parametrize("name", TOLERANCE)
def test_the_dose_asked_for_is_measured_in_real_recordings(name: str, esc10: Path):
    for recording in recordings(esc10):
        found = measured(sweep(name, recording))
        np.testing.assert_allclose(found, SWEEPS[name], atol=TOLERANCE[name], err_msg=recording.id)


@pytest.mark.parametrize(("name", "dose"), [(name, dose) for name, doses in IMPOSSIBLE.items() for dose in doses])
def test_a_dose_that_cannot_be_had_is_refused_in_one_line(name: str, dose: float):
    with pytest.raises(UserError, match=rf"^{name}: .*{dose:g}.*: choose .* to ") as refusal:
        sweep(name, tone(), doses=(dose,))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_no_number_is_no_dose(name: str):
    with pytest.raises(UserError, match="nan"):
        sweep(name, tone(), doses=(float("nan"),))


@pytest.mark.parametrize("name", sorted(set(SWEEPS) - {"placebo", "same"}))
def test_silence_is_refused_by_name(name: str):
    with pytest.raises(UserError, match=r"clip 'nothing' is silent .*leave it out"):
        sweep(name, clip(np.zeros(RATE), name="nothing"))


@pytest.mark.parametrize("name", ["placebo", "same"])
def test_silence_passes_where_loudness_does_not_matter(name: str):
    assert np.isfinite(measured(sweep(name, clip(np.zeros(RATE))))).all()


@pytest.mark.parametrize("name", SWEEPS)
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_a_sweep_takes_little_time(name: str, rate: int):
    sounds = hiss(seconds=5, rate=rate), tone(seconds=3, rate=rate)
    sweep(name, *sounds)  # rooms are simulated once
    began = time.process_time()
    sweep(name, *sounds)
    seconds = time.process_time() - began
    sys.stdout.write(f"{name}, 7 doses of 5 s at {rate} Hz: {1000 * seconds:.0f} ms\n")
    assert seconds < SECONDS
