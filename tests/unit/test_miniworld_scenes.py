"""Pictures of the miniature world: nothing varies that words do not say, and what is held out stays held out."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest

from evalsuite.miniworld import backgrounds, pen, scenes
from evalsuite.miniworld.captions import caption
from evalsuite.miniworld.concepts import CONCEPTS, TRAINING_CONCEPTS
from evalsuite.miniworld.drawings import DRAWINGS
from evalsuite.miniworld.scenes import (
    DISTANCES,
    PLACES,
    TIMES,
    Scene,
    is_held_out,
    object_mask,
    pair_scenes,
    render,
    render_all,
    single_scenes,
    training_scenes,
)

NAMES = [concept.name for concept in CONCEPTS]


def forget() -> None:
    """Empty every cache on the way from a scene to its picture."""
    for cache in (scenes._render, pen.sprite, backgrounds.background):
        cache.cache_clear()


def test_picture_is_the_same_to_the_last_bit() -> None:
    some = single_scenes()[::37]
    first = render_all(some)
    forget()
    np.testing.assert_array_equal(render_all(some), first)
    assert (first.dtype, first.shape) == (np.uint8, (len(some), 64, 64, 3))


def test_pictures_are_as_many_as_captions() -> None:
    """Nothing varies that the caption does not say, and whatever it says can be seen."""
    every = single_scenes()
    pictures = {caption(scene): render(scene).tobytes() for scene in every}
    assert len(every) == len(pictures) == len(set(pictures.values())) == len(CONCEPTS) * 3 * 2 * 4


@pytest.mark.parametrize("name", NAMES)
def test_nearer_is_larger(name: str) -> None:
    near, mid, far = (int(object_mask(Scene((name,), distance)).sum()) for distance in DISTANCES)
    assert near > mid > far > 20


def test_a_mask_of_one_source_is_its_part_of_the_whole() -> None:
    pair = Scene(("dog", "siren"))
    whole, dog, siren = (object_mask(pair, of=name) for name in (None, "dog", "siren"))
    assert dog[:, :32].any()
    assert siren[:, 32:].any()
    np.testing.assert_array_equal(dog | siren, whole)
    assert not (dog & siren).any()
    assert not object_mask(pair, of="cat").any()
    np.testing.assert_array_equal(object_mask(Scene(("dog", "dog")), of="dog"), object_mask(Scene(("dog", "dog"))))


def test_every_concept_has_a_drawing_of_its_own() -> None:
    """Of any two drawings, at least every tenth pixel that either covers is clearly another colour."""
    drawn = {name: np.asarray(pen.sprite(DRAWINGS[name], 32).convert("RGBa")).astype(int) for name in NAMES}
    for first, second in combinations(NAMES, 2):
        covered = (drawn[first][..., 3] > 127) | (drawn[second][..., 3] > 127)
        differs = np.abs(drawn[first] - drawn[second]).max(axis=2) > 40
        assert (differs & covered).sum() > 0.1 * covered.sum(), (first, second)


def test_two_of_a_kind_stand_side_by_side() -> None:
    left, right = np.split(object_mask(Scene(("dog", "dog"))), 2, axis=1)
    np.testing.assert_array_equal(left, right)


def test_scenes_with_at_most_one_attribute_off_its_default_are_never_held_out() -> None:
    for name in NAMES:
        plain = [Scene((name,))]
        plain += [Scene((name,), distance=distance) for distance in DISTANCES]
        plain += [Scene((name,), time=time) for time in TIMES]
        plain += [Scene((name,), place=place) for place in PLACES]
        assert not any(map(is_held_out, plain))


def test_a_tenth_of_the_single_scenes_is_held_out() -> None:
    assert np.mean([is_held_out(scene) for scene in single_scenes()]) == pytest.approx(0.1, abs=0.03)


def test_a_pair_is_held_out_in_every_time_and_place_or_in_none() -> None:
    held: dict[tuple[str, ...], set[bool]] = {}
    for scene in pair_scenes():
        held.setdefault(scene.concepts, set()).add(is_held_out(scene))
    assert all(len(answers) == 1 for answers in held.values())
    assert not any(True in answers for pair, answers in held.items() if pair[0] == pair[1])
    assert np.mean([True in answers for answers in held.values()]) == pytest.approx(1 / 6, abs=0.03)


def test_every_concept_is_met_in_training() -> None:
    singles = {scene.concepts[0] for scene in training_scenes(single_scenes())}
    paired = {name for scene in training_scenes(pair_scenes()) for name in set(scene.concepts)}
    assert singles == paired == set(NAMES)
    assert len(TRAINING_CONCEPTS) == len(CONCEPTS) - 10


def test_pictures_are_drawn_in_bulk() -> None:
    """More than 300 in a second of the processor's time."""
    forget()
    some = pair_scenes()[::30]
    start = time.process_time()
    render_all(some)
    assert len(some) / (time.process_time() - start) > 300
