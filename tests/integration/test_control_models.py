"""The models that are there for control protocols, with the shipped checkpoints of the miniature world."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from baselines.references.levelled_audio import LUFS, LevelledAudio, _levelled
from baselines.seeingsounds.model import SeeingSounds
from baselines.seeingsounds.text_route import SeeingSoundsText
from evalsuite.audio.transforms.levels import loudness_of
from evalsuite.audio.transforms.mixing import mixing
from evalsuite.audio.transforms.volume import volume
from evalsuite.errors import UserError
from evalsuite.miniworld.concepts import BY_NAME
from evalsuite.miniworld.dataset import played, scene_of
from evalsuite.miniworld.soundscape import Recording
from evalsuite.profile import load_profile

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip
    from evalsuite.profile import Profile

NAMES = ("dog", "rain", "siren", "church_bells")
SEEDS = list(range(len(NAMES)))


@pytest.fixture(scope="module")
def mini() -> Profile:
    return load_profile("mini")


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    sources = {name: f"control_models/{name}" for name in NAMES}
    return [played(Recording(scene_of(BY_NAME[name], source), source), label="") for name, source in sources.items()]


@pytest.fixture(scope="module")
def talker(mini: Profile, checkpoints: Path) -> SeeingSoundsText:
    assert checkpoints.is_dir()
    return SeeingSoundsText(profile=mini, device="cpu")


def told(clips: list[Clip], wording: str) -> list[Clip]:
    return [replace(clip, wording=wording) for clip in clips]


def test_the_text_route_draws_as_the_generator_does_from_the_words(talker: SeeingSoundsText, clips: list[Clip]):
    """The sounds are named right, and the picture is that of the caption, as the text oracle would draw it."""
    captions = [f"{BY_NAME[name].label} close up" for name in NAMES]
    assert talker.captions(told(clips, "{label} close up")) == captions
    generator = talker._base.generator
    drawn = generator.draw(*generator.encode_text(captions), SEEDS).astype(int)
    pictures = talker.generate(told(clips, "{label} close up"), seeds=SEEDS).astype(int)
    np.testing.assert_allclose(pictures, drawn, atol=1)  # one text at a time, or four: the last bits differ


def test_of_a_mixture_the_text_route_hears_the_parts(talker: SeeingSoundsText, clips: list[Clip]):
    (treated,) = mixing.apply(clips[:2], doses=[0], seed=0)
    mixture = replace(clips[0], waveform=treated.waveform, wording="{label}", parts=tuple(clips[:2]))
    assert talker.captions([mixture, clips[2]]) == ["dog and rain", "siren"]
    assert talker.captions([mixture.shown_to(frozenset({"audio"}))]) != ["dog and rain"]


def test_words_are_needed_only_where_something_was_done(talker: SeeingSoundsText, clips: list[Clip]):
    np.testing.assert_array_equal(
        talker.generate(clips, seeds=SEEDS), talker.generate(told(clips, "{label}"), seeds=SEEDS)
    )


def test_the_text_route_says_what_it_is_told(talker: SeeingSoundsText, mini: Profile):
    card, heard = talker.card, SeeingSounds(profile=mini, device="cpu").card
    assert (card.role, card.sees) == ("system", {"audio", "control"})
    assert "told the transform in words" in card.description
    assert (card.concepts_met, card.trained_on) == (heard.concepts_met, heard.trained_on)
    assert card.fingerprint != heard.fingerprint


def test_without_names_there_is_nothing_to_say(mini: Profile, clips: list[Clip], checkpoints: Path, tmp_path: Path):
    for name in ("config.json", "adapters.safetensors"):
        (tmp_path / name).write_bytes((checkpoints / "seeingsounds" / name).read_bytes())
    settings = {**mini.models["seeingsounds"], "adapters": str(tmp_path)}
    nameless = mini.model_copy(update={"models": {"seeingsounds": settings}, "sha256": "nameless"})
    with pytest.raises(UserError, match=r"no training\.json"):
        SeeingSoundsText(profile=nameless, device="cpu").generate(clips[:1], seeds=[0])


@pytest.mark.usefixtures("checkpoints")
def test_levelled_audio_does_not_answer_to_volume(mini: Profile, clips: list[Clip]):
    quiet, loud = (
        [replace(clip, waveform=volume.apply([clip], doses=[dose], seed=0)[0].waveform) for clip in clips]
        for dose in (-40.0, -26.0)
    )
    levelled, plain = LevelledAudio(profile=mini, device="cpu"), SeeingSounds(profile=mini, device="cpu")
    pictures = [levelled.generate(each, seeds=SEEDS).astype(int) for each in (quiet, loud)]
    # The same but for the last bits of float32, which the generator enlarges here and there.
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.1
    answers = [plain.generate(each, seeds=SEEDS).astype(int) for each in (quiet, loud)]
    assert np.abs(answers[0] - answers[1]).mean() > 1


def test_what_is_levelled_has_one_loudness_and_silence_stays_silent(clips: list[Clip]):
    for clip in clips:
        levelled = _levelled(clip)
        assert loudness_of(levelled.waveform, clip.sample_rate).at() == pytest.approx(LUFS, abs=0.1)
    silent = replace(clips[0], waveform=np.zeros_like(clips[0].waveform))
    assert not _levelled(silent).waveform.any()


def test_the_levelled_reference_is_no_floor(mini: Profile):
    card = LevelledAudio(profile=mini, device="cpu").card
    assert (card.role, card.bound, card.sees) == ("reference", "yardstick", {"audio"})
