from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from backbones import tone
from toys import CLASSES, HearingModel, ToyDataset, ToyPictures, ToyVideos, paint

from baselines.references import base
from baselines.references.audio_retrieval import AudioRetrieval, key_frame
from baselines.references.class_mean import ClassMean
from baselines.references.prompt_only import PromptOnly
from baselines.references.real import Real
from baselines.references.shuffled_audio import ShuffledAudio, derange
from baselines.references.silence import Silence
from baselines.references.sound_index import SoundIndex
from baselines.references.text_oracle import TextOracle
from baselines.references.white_noise import WhiteNoise, noise_like
from evalsuite.errors import UserError
from evalsuite.model import AudioToImageModel, HearsAnotherClip
from evalsuite.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip

SETTINGS = {"generator": "toy", "text_tokens": 4, "steps": 1, "guidance": 1.0}


class ToyGenerator:
    """Keeps the frozen generator's interface with a brush."""

    def __init__(self, weights: Any, **settings: Any) -> None:
        self.fingerprint = f"{weights}-{settings}"

    def encode_text(self, prompts: list[str]) -> tuple[list[str], None]:
        return prompts, None

    def draw(self, prompt_embeds: list[str], pooled: None, seeds: Sequence[int]) -> Any:
        assert pooled is None
        return np.stack([paint(label, seed) for label, seed in zip(prompt_embeds, seeds, strict=True)])


class ToySeeingSounds(HearingModel):
    def __init__(self, *, profile: Profile, device: str) -> None:
        self.opened = (profile.name, device)
        self.generator = ToyGenerator("toy", **profile.models["seeingsounds"])


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch) -> Profile:
    parts = {"model": {"SeeingSounds": ToySeeingSounds}, "generator": {"Generator": ToyGenerator}}
    for name, content in parts.items():
        module = ModuleType(f"baselines.seeingsounds.{name}")
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, "baselines.seeingsounds", ModuleType("baselines.seeingsounds"))
    monkeypatch.setattr(base, "_opened", {})
    return Profile(
        name="toy", description="", synthetic=True, datasets={}, encoders={}, models={"seeingsounds": SETTINGS}
    )


def clips() -> list[Clip]:
    dataset = ToyDataset()
    return [dataset.load(row) for row in dataset.manifest()[::20]]


def test_every_reference_keeps_the_interface(profile: Profile):
    made = [
        make(profile=profile, device="cpu") for make in (TextOracle, ShuffledAudio, Silence, WhiteNoise, PromptOnly)
    ]
    for model in [Real(), *made]:
        assert isinstance(model, AudioToImageModel)
        assert model.card.role == "reference"
    assert len({model.card.fingerprint for model in made}) == 5
    bounds = {model.card.name: model.card.bound for model in [Real(), *made]}
    floors = dict.fromkeys(["shuffled_audio", "silence", "white_noise", "prompt_only"], "floor")
    assert bounds == {"real": "ceiling", "text_oracle": "ceiling", **floors}


def test_real_gives_back_the_picture():
    row = ToyDataset().manifest()[0]
    picture = ToyPictures().true_picture(row)
    shown = SimpleNamespace(picture=picture)
    assert np.array_equal(Real().generate([shown], seeds=[1])[0], picture)
    with pytest.raises(UserError, match="no real picture"):
        Real().generate(clips(), seeds=[1])


def test_the_text_oracle_draws_the_label(profile: Profile):
    oracle = TextOracle(profile=profile, device="cpu")
    images = oracle.generate(clips(), seeds=range(8))
    assert np.array_equal(images[0], paint("red", 0))
    with pytest.raises(UserError, match="without a label"):
        oracle.generate([clip.shown_to(frozenset({"audio"})) for clip in clips()], seeds=range(8))


def test_settings_are_part_of_the_oracles_fingerprint(profile: Profile):
    more = profile.model_copy(update={"models": {"seeingsounds": {**SETTINGS, "steps": 2}}})
    first, second = (TextOracle(profile=each, device="cpu").card.fingerprint for each in (profile, more))
    assert first != second


def test_silence_hears_nothing(profile: Profile):
    images = Silence(profile=profile, device="cpu").generate(clips(), seeds=range(8))
    assert np.array_equal(images[5], paint(None, 5))


def test_references_share_one_loaded_base(profile: Profile):
    assert base.base_model(profile, device="cpu") is base.base_model(profile, device="cpu")
    assert base.base_model(profile, device="cpu") is not base.base_model(profile, device="cuda")


def test_shuffled_audio_hears_another_clip(profile: Profile):
    shuffled = ShuffledAudio(profile=profile, device="cpu")
    assert isinstance(shuffled, HearsAnotherClip)
    ids = [row.id for row in ToyDataset().manifest()]
    heard = shuffled.heard_instead(ids, seed=0)
    assert sorted(heard) == sorted(heard.values()) == sorted(ids)
    assert all(own != other for own, other in heard.items())
    assert heard == shuffled.heard_instead(ids[::-1], seed=0)
    assert heard != shuffled.heard_instead(ids, seed=1)


def test_the_right_class_is_heard_as_often_as_chance_has_it():
    rows = {row.id: row.label for row in ToyDataset().manifest()}
    deals = [derange(list(rows), seed=seed) for seed in range(200)]
    agreement = np.mean([rows[own] == rows[other] for deal in deals for own, other in deal.items()])
    assert agreement == pytest.approx(1 / len(CLASSES), abs=0.02)


def test_one_clip_hears_itself():
    assert derange(["only"], seed=0) == {"only": "only"}


def test_noise_is_as_long_and_as_loud_as_the_clip():
    clip = tone(440, gain=0.2)
    noise = noise_like(clip, seed=1).waveform
    assert noise.shape == clip.waveform.shape
    assert noise.dtype == np.float32
    assert np.sqrt(np.mean(noise**2)) == pytest.approx(0.2 / np.sqrt(2), rel=1e-4)
    spectrum = np.abs(np.fft.rfft(noise)) ** 2
    halves = spectrum[1:4000].mean(), spectrum[4000:8000].mean()
    assert halves[0] == pytest.approx(halves[1], rel=0.1), "white: all frequencies alike"


def test_noise_is_that_of_its_seed():
    clip = tone(440)
    np.testing.assert_array_equal(noise_like(clip, seed=1).waveform, noise_like(clip, seed=1).waveform)
    assert not np.array_equal(noise_like(clip, seed=1).waveform, noise_like(clip, seed=2).waveform)


def test_noise_stays_in_range_and_silence_stays_silent():
    assert np.abs(noise_like(tone(440, gain=1.0), seed=1).waveform).max() <= 1
    assert not noise_like(tone(440, gain=0.0), seed=1).waveform.any()


def test_the_prompt_is_told_to_the_generator_for_every_clip(profile: Profile):
    told = profile.model_copy(update={"models": {**profile.models, "prompt_only": {"prompt": "red"}}})
    reference = PromptOnly(profile=told, device="cpu")
    assert reference.card.sees == frozenset()
    assert "red" in reference.card.description
    hidden = [clip.shown_to(reference.card.sees) for clip in clips()]
    assert not any(clip.waveform.any() or clip.label for clip in hidden)
    images = reference.generate(hidden, seeds=range(8))
    np.testing.assert_array_equal(images, np.stack([paint("red", seed) for seed in range(8)]))
    assert reference.card.fingerprint != PromptOnly(profile=profile, device="cpu").card.fingerprint


def videos_profile(**models: dict[str, Any]) -> Profile:
    return Profile(name="toy", description="", synthetic=True, datasets={}, encoders={}, models=models)


def class_mean(count: int = 3) -> ClassMean:
    settings = {"training_set": "toys:ToyVideos", "clips_per_class": count}
    return ClassMean(profile=videos_profile(class_mean=settings), device="cpu")


def test_the_mean_of_a_class_is_that_of_its_frames_by_plain_name():
    rows = [row for row in ToyVideos().manifest() if row.label == "reddish"][:3]
    frames = np.concatenate([ToyVideos().frames(row) for row in rows])
    images = class_mean().generate(clips(), seeds=range(8))
    np.testing.assert_array_equal(images[0], np.rint(frames.mean(axis=0)))
    np.testing.assert_array_equal(images[1], images[0])


def test_a_class_that_the_training_set_lacks_gets_the_mean_over_all():
    images = class_mean().generate(clips(), seeds=range(8))
    assert clips()[7].label == "white"
    means = np.stack([images[0], images[2], images[4]]).astype(float)
    np.testing.assert_allclose(images[7], means.mean(axis=0), atol=1)


def test_the_class_mean_tells_what_it_saw():
    card = class_mean().card
    assert (card.role, card.bound, card.sees) == ("reference", "yardstick", {"label"})
    assert card.trained_on == ("toy_videos@1",)
    assert card.concepts_met == ("red", "green", "blue")
    assert card.fingerprint != class_mean(2).card.fingerprint


def test_no_mean_without_a_label_or_without_frames():
    with pytest.raises(UserError, match="without a label"):
        class_mean().generate([tone(440)], seeds=[0])
    with pytest.raises(UserError, match=r"models\.class_mean\.training_set: .* no frames"):
        ClassMean(profile=videos_profile(class_mean={"training_set": "toys:ToyDataset"}), device="cpu")


def test_the_key_frame_is_what_is_in_sight_most():
    frames = [paint("red", 0), paint("blue", 1), paint("green", 2), paint("green", 3), paint("green", 4)]
    chosen = key_frame(np.stack(frames))
    assert any(np.array_equal(chosen, frame) for frame in frames[2:])
    np.testing.assert_array_equal(key_frame(np.stack(frames[:1])), frames[0])


def test_an_index_finds_the_nearest_direction_and_comes_back_from_disk(tmp_path: Path):
    index = SoundIndex.of(["east", "north", "north too"], np.array([[5, 0], [0, 2], [0.1, 1]], np.float32))
    index.save(tmp_path)
    for each in (index, SoundIndex.load(tmp_path)):
        assert each.nearest(np.array([[0.1, 0], [0, 9], [1, 12]], np.float32)) == ["east", "north", "north too"]
    assert index.leave_one_out_error(["a", "b", "b"]) == pytest.approx(1 / 3)


@pytest.fixture
def ears(checkpoints: Path) -> Path:
    return checkpoints / "ast"


def retrieval(ears: Path, index: Path | None = None) -> AudioRetrieval:
    settings = {"audio_encoder": str(ears), "index": index and str(index), "training_set": "toys:ToyVideos"}
    settings |= {"clips_per_class": 2, "batch": 2}
    return AudioRetrieval(profile=videos_profile(audio_retrieval=settings), device="cpu")


def test_retrieval_shows_the_key_frame_of_the_clip_that_sounds_nearest(ears: Path, tmp_path: Path):
    untrained = retrieval(ears)
    assert untrained.card.concepts_met is None
    with pytest.raises(UserError, match="evalsuite train audio_retrieval"):
        untrained.generate(clips()[:1], seeds=[0])

    card = untrained.train(tmp_path / "index", seed=0)
    trained = retrieval(ears, tmp_path / "index")
    assert trained.card == card
    assert (card.role, card.bound, card.sees) == ("reference", "yardstick", {"audio"})
    assert card.trained_on == ("toy_videos@1",)
    assert card.concepts_met == ("red", "green", "blue")

    videos = ToyVideos()
    known = [row for row in videos.manifest() if row.id.split("-")[1] in {"0", "1"}]
    assert trained.neighbours([videos.load(row) for row in known]) == [row.id for row in known]
    images = trained.generate([videos.load(row) for row in known], seeds=range(len(known)))
    np.testing.assert_array_equal(images[0], key_frame(np.stack(videos.frames(known[0]))))


def test_an_index_of_other_videos_is_told(ears: Path, tmp_path: Path):
    features = retrieval(ears)._summaries(clips()[:1])
    SoundIndex.of(["gone"], features).save(tmp_path)
    with pytest.raises(UserError, match=r"clip 'gone'.*evalsuite train audio_retrieval"):
        retrieval(ears, tmp_path).generate(clips()[:1], seeds=[0])
