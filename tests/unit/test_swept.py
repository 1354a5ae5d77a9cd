"""A sweep is a data set: its rows, their seeds and sounds, and what is drawn for them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from evalsuite.control.steps import StepInfo
from evalsuite.control.sweep import Sweep
from evalsuite.control.swept import Swept
from evalsuite.datasets.base import ClipInfo, Dataset
from evalsuite.errors import UserError
from evalsuite.miniworld.dataset import MiniEsc50
from evalsuite.miniworld.pictures import MiniPictures
from evalsuite.running.selection import stratified
from evalsuite.running.sweeping import subjects, with_every_take

DOSES = (-40, -28, -16)


@pytest.fixture(scope="module")
def world() -> MiniEsc50:
    return MiniEsc50()


def swept(world: MiniEsc50, *, classes: int = 3, **changes: object) -> Swept:
    sweep = Sweep.model_validate({"transform": "volume", "doses": DOSES, "clips": classes} | changes)
    rows = [row for row in world.manifest() if row.label in world.classes[:classes]]
    return Swept(world, sweep, subjects(rows, sweep, classes=world.classes))


def test_every_subject_has_a_row_for_every_dose(world: MiniEsc50):
    rows = swept(world).manifest()
    assert isinstance(swept(world), Dataset)
    assert len(rows) == 9
    assert len({row.id for row in rows}) == len({row.sha256 for row in rows}) == 9
    assert [row.dose for row in rows[:3]] == list(DOSES)
    assert len({row.subject for row in rows}) == len({row.label for row in rows}) == 3


def test_a_step_says_what_its_sound_shows(world: MiniEsc50):
    faint, middling, loud = swept(world, classes=1).manifest()
    assert (faint.label, faint.caption, faint.wording) == ("dog", "distant dog", "distant {label}")
    assert middling.caption == "dog"
    assert loud.caption == "dog close up"


def test_a_step_sounds_as_loud_as_its_dose(world: MiniEsc50):
    dataset = swept(world, classes=2)
    clips = [dataset.load(row) for row in dataset.manifest()]
    found = np.array([clip.dose for clip in clips]).reshape(2, 3)
    assert found[:, :2] == pytest.approx(np.array([DOSES[:2]] * 2), abs=0.2)
    assert (found[:, 2] > found[:, 1]).all(), "the loudest is held back where its peaks would be cut"
    energies = [float(np.square(clip.waveform).mean()) for clip in clips[:3]]
    assert all(quieter < louder for quieter, louder in pairwise(energies))


def test_a_row_of_another_data_set_is_refused(world: MiniEsc50):
    with pytest.raises(UserError, match="no step of a sweep"):
        swept(world).load(world.manifest()[0])


class Broken:
    name, version, unit, title, sounds = "broken", 1, "", "nothing", 1

    def apply(self, clips: object, *, doses: object, seed: int) -> list[object]:  # noqa: ARG002 - the interface
        raise ZeroDivisionError("no such luck")


broken = Broken()


def test_a_transform_that_fails_is_told_with_its_clip(world: MiniEsc50):
    dataset = swept(world, classes=1, transform=f"{__name__}:broken")
    with pytest.raises(UserError, match=r"transform 'broken' failed on .*: ZeroDivisionError: no such luck"):
        dataset.load(dataset.manifest()[0])


def test_takes_share_the_sound_and_have_names_of_their_own(world: MiniEsc50):
    rows = swept(world, classes=1, transform="same", doses=[0], takes=3).manifest()
    assert [row.take for row in rows] == [0, 1, 2]
    assert len({row.sha256 for row in rows}) == 1
    assert len({row.id for row in rows}) == 3


def test_a_sound_without_one_of_its_takes_is_left_out(world: MiniEsc50):
    dataset = swept(world, classes=2, transform="same", doses=[0], takes=3)
    rows = dataset.manifest()
    assert list(with_every_take(rows, dataset.sweep)) == list(rows)
    assert list(with_every_take(rows[1:], dataset.sweep)) == list(rows[3:])
    with pytest.raises(UserError, match="all its 3 takes"):
        with_every_take(rows[:2], dataset.sweep)


def test_a_grid_joins_every_two_classes_and_has_each_alone(world: MiniEsc50):
    rows = swept(world, classes=4, transform="mixing", doses=[0], pairs="grid").manifest()
    pairs = [row for row in rows if row.second_label]
    assert len(pairs) == 6
    assert len({frozenset((row.label, row.second_label)) for row in pairs}) == 6
    assert [row.label for row in rows if not row.second_label] == list(world.classes[:4])
    assert pairs[0].caption == f"{world.classes[0]} and {world.classes[1]}"


def test_a_ring_joins_each_class_with_the_next(world: MiniEsc50):
    rows = swept(world, classes=3, transform="mixing", doses=[-12, 0, 12], pairs="ring").manifest()
    first, second, third = world.classes[:3]
    assert [(row.label, row.second_label) for row in rows[::3]] == [(first, second), (second, third), (third, first)]
    assert [row.caption for row in rows[:3]] == [second, f"{first} and {second}", first]


def test_who_is_told_the_treatment_hears_the_parts_that_it_leaves(world: MiniEsc50):
    dataset = swept(world, classes=2, transform="mixing", doses=[-12, 0, 12], pairs="ring")
    weak, equal, strong = (
        dataset.load(row).shown_to(frozenset({"audio", "control"})) for row in dataset.manifest()[:3]
    )
    one, other = (dataset.dataset.load(clip) for clip in dataset.manifest()[0].clips)
    assert [part.sha256 for part in equal.parts] == [one.sha256, other.sha256]
    assert [part.sha256 for part in weak.parts] == [other.sha256]
    assert [part.sha256 for part in strong.parts] == [one.sha256]
    assert all(part.label is None and part.id not in {one.id, other.id} for part in equal.parts)
    assert equal.shown_to(frozenset({"audio"})).parts == ()


def test_one_class_cannot_be_joined_with_another(world: MiniEsc50):
    with pytest.raises(UserError, match="at least two"):
        swept(world, classes=1, transform="mixing", doses=[0], pairs="ring")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"transform": "mixing", "doses": [-6, 0, 6]}, "joins two sounds: say `pairs: ring` or `grid`"),
        ({"pairs": "ring"}, "takes one sound: leave `pairs: ring` out"),
        ({"transform": "evalsuite.audio.transforms.volume:HIGHEST"}, "is no transform"),
    ],
)
def test_a_transform_that_does_not_fit_its_sweep_is_refused(world: MiniEsc50, changes: dict[str, object], told: str):
    with pytest.raises(UserError, match=told):
        swept(world, **changes)


def test_a_transform_by_its_reference_has_the_same_steps(world: MiniEsc50):
    by_reference = swept(world, transform="evalsuite.audio.transforms.volume:volume")
    assert by_reference.manifest() == swept(world).manifest()


def test_a_sample_keeps_whole_subjects(world: MiniEsc50):
    rows = swept(world, classes=3).manifest()
    some = stratified(rows, limit=2)
    assert len(some) == 6
    assert len({row.subject for row in some if hasattr(row, "subject")}) == 2
    assert stratified(rows, limit=3) == rows


def test_a_sample_of_a_grid_is_a_smaller_grid(world: MiniEsc50):
    rows = swept(world, classes=4, transform="mixing", doses=[0], pairs="grid").manifest()
    assert sorted(len(row.clips) for row in stratified(rows, limit=3) if isinstance(row, StepInfo)) == [
        1,
        1,
        1,
        2,
        2,
        2,
    ]


def test_a_sample_of_a_ring_keeps_its_pairs(world: MiniEsc50):
    rows = swept(world, classes=4, transform="mixing", doses=[0], pairs="ring").manifest()
    assert {row.id for row in stratified(rows, limit=2)} < {row.id for row in rows}
    assert len(stratified(rows, limit=2)) == 2


def test_the_truth_of_a_faint_sound_is_a_small_drawing(world: MiniEsc50):
    pictures = MiniPictures()
    faint, middling, loud = (pictures.true_picture(row) for row in swept(world, classes=1).manifest())
    assert not np.array_equal(faint, middling)
    assert not np.array_equal(middling, loud)


def test_the_truth_of_a_mix_shows_both_whatever_their_order(world: MiniEsc50):
    rows = swept(world, classes=2, transform="mixing", doses=[0], pairs="ring").manifest()
    one, other = (MiniPictures().true_picture(row) for row in rows)
    assert np.array_equal(one, other)


def test_a_recording_of_a_class_that_the_world_lacks_has_no_truth(world: MiniEsc50):
    row = swept(world, classes=1).manifest()[0]
    strange = ClipInfo(id="x", sha256="x", label="spaceship", source="recording")
    assert MiniPictures().true_picture(row.model_copy(update={"clips": (strange,)})) is None
