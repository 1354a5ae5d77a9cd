from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from toys import CLASSES, HearingModel, ToyDataset, ToyPictures, paint

from baselines.references import base
from baselines.references.real import Real
from baselines.references.shuffled_audio import ShuffledAudio, derange
from baselines.references.silence import Silence
from baselines.references.text_oracle import TextOracle
from evalsuite.errors import UserError
from evalsuite.model import AudioToImageModel, HearsAnotherClip
from evalsuite.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    made = [make(profile=profile, device="cpu") for make in (TextOracle, ShuffledAudio, Silence)]
    for model in [Real(), *made]:
        assert isinstance(model, AudioToImageModel)
        assert model.card.role == "reference"
    assert len({model.card.fingerprint for model in made}) == 3


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
