"""What SeeingSounds' adapters learn from, with the real transforms on tones."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from backbones import LABELS, Tones
from pydantic import ValidationError

from baselines.seeingsounds.lessons import Curriculum, Lesson, is_unseen_pair
from baselines.seeingsounds.settings import Treatment
from evalsuite.audio.transforms.levels import loudness_of
from evalsuite.lookahead import ahead
from evalsuite.miniworld.concepts import TRAINING_CONCEPTS

VOLUME = {"volume": Treatment(doses=(-40, -26, -18), versions=3)}
MIXING = {"mixing": Treatment(doses=(-12, 0, 12), versions=3)}


def curriculum(control: dict[str, Treatment], *, seed: int = 0) -> Curriculum:
    return Curriculum(Tones(), control, seed=seed)


def every(lessons: Curriculum) -> list[Lesson]:
    return [lesson for place in range(len(lessons.manifest)) for lesson in lessons.lessons(place)]


def test_without_control_every_clip_is_heard_as_it_is_and_named_by_its_class():
    lessons = curriculum({})
    assert [words for _, words in every(lessons)] == [(info.label,) for info in Tones().manifest()]
    for info, (clip, _) in zip(Tones().manifest(), every(lessons), strict=True):
        np.testing.assert_array_equal(clip.waveform, Tones().load(info).waveform)


def test_words_follow_the_loudness_that_is_heard():
    found = every(curriculum(VOLUME))
    assert len(found) == 3 * len(Tones().manifest())
    for clip, (words,) in found:
        lufs = loudness_of(clip.waveform, clip.sample_rate).at()
        assert -41 < lufs < -15
        assert words.startswith("distant ") == (lufs < -30)
        assert words.endswith(" close up") == (lufs >= -22)
    assert {words.removeprefix("distant ").removesuffix(" close up") for _, (words,) in found} == set(LABELS.values())


def test_two_may_be_named_in_either_order_and_the_louder_alone():
    """Tones of one level: what a mixture is called follows from its dose."""
    found = [words for _, words in every(curriculum(MIXING))]
    pairs = [words for words in found if len(words) == 2]
    assert pairs
    assert len(pairs) < len(found)
    for one, other in pairs:
        assert one.split(" and ") == other.split(" and ")[::-1]
    assert {words[0] for words in found if len(words) == 1} == set(LABELS.values())


def test_what_is_held_out_is_joined_with_what_is_held_out():
    lessons = curriculum(MIXING)
    rng = np.random.default_rng(0)
    for place in range(len(lessons.manifest)):
        assert {bool(lessons.held_out[lessons._other(place, rng)]) for _ in range(20)} == {lessons.held_out[place]}


def test_unseen_pairs_are_never_joined_and_who_has_no_partner_is_named_once(monkeypatch: pytest.MonkeyPatch):
    def called() -> set[str]:
        return {words for _, lesson in every(curriculum(MIXING)) for words in lesson}

    assert "dog and rain" in called()
    monkeypatch.setattr("baselines.seeingsounds.lessons.is_unseen_pair", lambda *pair: "dog" in pair)
    assert called() == {"dog", "rain", "crying baby", "rain and crying baby", "crying baby and rain"}


def test_one_pair_in_six_is_unseen_whatever_the_order():
    names = [concept.label for concept in TRAINING_CONCEPTS]
    pairs = [(one, other) for place, one in enumerate(names) for other in names[:place]]
    assert np.mean([is_unseen_pair(*pair) for pair in pairs]) == pytest.approx(1 / 6, abs=0.02)
    assert all(is_unseen_pair(one, other) == is_unseen_pair(other, one) for one, other in pairs)


def test_lessons_are_those_of_their_seed():
    def sounds(seed: int) -> np.ndarray:
        return np.stack([clip.waveform for clip, _ in every(curriculum(VOLUME | MIXING, seed=seed))])

    np.testing.assert_array_equal(sounds(0), sounds(0))
    assert not np.array_equal(sounds(0), sounds(1))


@pytest.mark.parametrize("room", [0, 3 * 2**29])
def test_a_clip_is_read_once_where_there_is_room(room: int, monkeypatch: pytest.MonkeyPatch):
    """Several threads make the same lessons as one, whatever is kept."""
    monkeypatch.setattr("baselines.seeingsounds.lessons.KEPT_BYTES", room)
    expected = [clip.waveform for clip, _ in every(curriculum(MIXING))]
    read: Counter[str] = Counter()
    load = Tones.load
    monkeypatch.setattr(Tones, "load", lambda self, info: read.update([info.id]) or load(self, info))
    lessons = curriculum(MIXING)
    found = [lesson for some in ahead(range(len(lessons.manifest)), lessons.lessons, at_most=2) for lesson in some]
    np.testing.assert_array_equal(np.stack([clip.waveform for clip, _ in found]), np.stack(expected))
    assert (sum(read.values()) <= 2 * len(lessons.manifest)) == bool(room)  # two threads may read one at the same time


@pytest.mark.parametrize("faulty", [{}, {"doses": ()}, {"doses": (-40, -16), "versions": 0}])
def test_a_treatment_that_cannot_be_is_refused(faulty: dict[str, Any]):
    with pytest.raises(ValidationError):
        Treatment(**faulty)
