"""SeeingSounds on backbones of the real classes with random weights."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from backbones import CLIP_WIDTH, T5_WIDTH, Backbones, Tones, published_backbones, small_backbones, tone
from independence import assert_conditions_stand_alone, assert_pictures_stand_alone, assert_seed_and_sound_matter

from baselines.seeingsounds.model import SeeingSounds
from evalsuite.errors import UserError
from evalsuite.hashing import weights_fingerprint
from evalsuite.profile import load_profile
from evalsuite.training_record import load_training

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip
    from evalsuite.training_record import TrainingRecord

SMALL = {
    "text_tokens": 13,
    "steps": 2,
    "batch": 3,
    "training_set": "backbones:Tones",
    "text_hidden": [32],
    "pooled_hidden": [32],
    "heads": 4,
}
PUBLISHED = {"text_tokens": 17, "steps": 1, "batch": 1, "training_set": "backbones:FewTones"}
CLIPS = [tone(hertz) for hertz in (220, 880, 1760, 3520)]
SEEDS = [11, 2**62, 13, 14]


@pytest.fixture(scope="module", autouse=True)
def _small_training_batches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("baselines.seeingsounds.training.BATCH", 4)
        yield


@pytest.fixture(scope="module")
def backbones(tmp_path_factory: pytest.TempPathFactory) -> Backbones:
    return small_backbones(tmp_path_factory.mktemp("small"))


def opened(backbones: Backbones, folder: Path, **settings: Any) -> SeeingSounds:
    file = folder / "profile.yaml"
    file.write_text(backbones.profile(**{**SMALL, **settings}))
    return SeeingSounds(profile=load_profile(file), device="cpu")


def trained_into(output: Path, model: SeeingSounds, *, steps: int = 4, seed: int = 0) -> SeeingSounds:
    from evalsuite.training import Schedule

    model.train(output, seed=seed, schedule=Schedule(steps=steps, rate=1e-3, warmup=2))
    return model


def record_in(folder: Path) -> TrainingRecord:
    record = load_training(folder)
    assert record is not None
    return record


def timeless(record: TrainingRecord) -> TrainingRecord:
    return record.model_copy(update={"minutes": 0.0})


@pytest.fixture(scope="module")
def trained(backbones: Backbones, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Adapters trained for a few steps."""
    folder = tmp_path_factory.mktemp("trained")
    trained_into(folder / "adapters", opened(backbones, folder))
    return folder / "adapters"


@pytest.fixture
def model(backbones: Backbones, trained: Path, tmp_path: Path) -> SeeingSounds:
    return opened(backbones, tmp_path, adapters=str(trained))


def test_pictures_depend_on_neither_batch_nor_order(model: SeeingSounds):
    assert_pictures_stand_alone(model, CLIPS, SEEDS, side=64)


def test_conditions_depend_on_neither_batch_nor_order_to_the_last_bit(model: SeeingSounds):
    assert_conditions_stand_alone(model, CLIPS)


def test_pictures_depend_on_seed_and_sound(model: SeeingSounds):
    assert_seed_and_sound_matter(model, CLIPS)


def test_sound_is_heard_though_the_hash_be_the_same(model: SeeingSounds):
    """A control that changes the loudness of a clip must not be answered from another clip of its name."""
    import torch

    quiet = replace(CLIPS[0], waveform=CLIPS[0].waveform * np.float32(0.1))
    text, pooled = model.imagine([CLIPS[0], quiet])
    assert not torch.equal(text[0], text[1])
    assert not torch.equal(pooled[0], pooled[1])


def test_guidance_draws_otherwise(backbones: Backbones, model: SeeingSounds, trained: Path, tmp_path: Path):
    guided = opened(backbones, tmp_path, adapters=str(trained), guidance=4.0)
    pictures = guided.generate(CLIPS, seeds=SEEDS)
    assert not np.array_equal(pictures, model.generate(CLIPS, seeds=SEEDS))
    np.testing.assert_array_equal(guided.generate(CLIPS[3:], seeds=SEEDS[3:]), pictures[3:])


def test_generator_takes_text_as_its_own_encoders_give_it(model: SeeingSounds):
    import torch

    prompt_embeds, pooled = model.generator.encode_text(["dog", "rain", "dog"])
    assert prompt_embeds.shape == (3, 13, model.generator.widths[0])
    assert pooled.shape == (3, model.generator.widths[1])
    assert torch.equal(prompt_embeds[0], prompt_embeds[2])
    assert not torch.equal(pooled[0], pooled[1])
    pictures = model.generator.draw(prompt_embeds, pooled, [1, 1, 1])
    np.testing.assert_array_equal(pictures[0], pictures[2])
    assert not np.array_equal(pictures[0], pictures[1])


def test_generator_draws_as_the_pipeline_does_from_the_words(backbones: Backbones, model: SeeingSounds):
    """As a plain call of diffusers would: the two conditions are neither swapped nor changed on their way."""
    import torch
    from diffusers import FluxPipeline

    pipeline = FluxPipeline.from_pretrained(backbones.flux)
    pipeline.set_progress_bar_config(disable=True)
    noise = torch.Generator().manual_seed(5)
    sizes: dict[str, Any] = {"height": 64, "width": 64, "num_inference_steps": 2, "max_sequence_length": 13}
    plain = pipeline("dog", generator=noise, guidance_scale=0.0, output_type="np", **sizes).images[0]
    ours = model.generator.draw(*model.generator.encode_text(["dog"]), [5])[0]
    np.testing.assert_allclose(ours, plain * 255, atol=0.51)


def test_training_swaps_nothing(backbones: Backbones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    model = opened(backbones, tmp_path)
    encode = model.generator.encode_text

    def swapped(texts: Sequence[str]) -> tuple[Any, Any]:
        prompt_embeds, pooled = encode(texts)
        return pooled, prompt_embeds

    monkeypatch.setattr(model.generator, "encode_text", swapped)
    with pytest.raises(ValueError, match="swapped, or of another model"):
        trained_into(tmp_path / "adapters", model)


def test_training_writes_adapters_and_what_they_met(backbones: Backbones, tmp_path: Path):
    model = opened(backbones, tmp_path)
    assert model.card.concepts_met is None
    trained_into(tmp_path / "adapters", model)
    assert sorted(path.name for path in (tmp_path / "adapters").iterdir()) == [
        "README.md",
        "adapters.safetensors",
        "config.json",
        "training.json",
    ]
    record = record_in(tmp_path / "adapters")
    assert (record.model, record.profile, record.device) == ("seeingsounds", "small", "cpu")
    assert (record.clips, record.steps, record.curve[-1].step) == (12, 4, 4)
    assert 0 < record.held_out_clips < 12
    assert record.loss > 0
    assert record.held_out_loss == record.curve[-1].held_out_loss
    assert record.held_out_loss is not None
    assert model.card.concepts_met == ("dog", "rain", "crying baby")
    assert model.card.trained_on == ("tones@1",)
    reopened = opened(backbones, tmp_path, adapters=str(tmp_path / "adapters"))
    assert reopened.card == model.card
    np.testing.assert_array_equal(reopened.generate(CLIPS[:2], seeds=[1, 2]), model.generate(CLIPS[:2], seeds=[1, 2]))


def test_training_lowers_the_loss(backbones: Backbones, tmp_path: Path):
    losses = []
    for steps in (1, 60):
        trained_into(tmp_path / f"{steps}", opened(backbones, tmp_path), steps=steps)
        losses.append(record_in(tmp_path / f"{steps}").loss)
    assert losses[1] < 0.8 * losses[0]


CONTROL = {"volume": {"doses": [-40, -26, -16], "versions": 2}, "mixing": {"doses": [0]}}


def test_adapters_learn_from_treated_sounds_and_the_grammars_words(backbones: Backbones, tmp_path: Path):
    from baselines.seeingsounds import training
    from baselines.seeingsounds.lessons import Curriculum

    model = opened(backbones, tmp_path, control=CONTROL)
    lessons = training._lessons(model, Curriculum(Tones(), model.settings.control, seed=0))
    assert len(lessons.audio) == len(lessons.targets) == 3 * len(Tones().manifest())
    assert lessons.targets.shape[1] == 2  # a mixture may be named in either order
    for place, (clip, words) in enumerate(Curriculum(Tones(), model.settings.control, seed=0).lessons(3)):
        prompt_embeds, pooled = model.generator.encode_text(words)
        wanted = lessons.targets[9 + place].unique()
        assert {*map(tuple, lessons.pooled[wanted].tolist())} == {*map(tuple, pooled.tolist())}
        assert lessons.prompt_embeds[wanted].shape == prompt_embeds.shape
        heard = model.ears.listen([clip])[0].bfloat16()
        np.testing.assert_allclose(lessons.audio[9 + place].float(), heard.float(), atol=0.05)


def test_of_two_orders_the_nearer_counts(backbones: Backbones, tmp_path: Path):
    """Against the loss of each order alone, by torch's own mean squared error."""
    import torch
    from torch.nn.functional import mse_loss

    from baselines.seeingsounds.training import _Lessons, _new_adapters

    model = opened(backbones, tmp_path)
    torch.manual_seed(0)
    width, summary = model.generator.widths
    lessons = _Lessons(
        audio=torch.randn(1, 7, model.ears.width),
        held_out=torch.tensor([False]),
        targets=torch.tensor([[0, 1]]),
        prompt_embeds=torch.randn(2, 13, width),
        pooled=torch.randn(2, summary),
    )
    adapters = _new_adapters(model, lessons, 0)
    text, pooled = adapters(lessons.audio)
    each = [mse_loss(text[0], lessons.prompt_embeds[row]) + mse_loss(pooled[0], lessons.pooled[row]) for row in (0, 1)]
    torch.testing.assert_close(lessons.loss(adapters, torch.tensor([0])), min(each))


def test_training_for_control_draws_other_pictures(backbones: Backbones, tmp_path: Path):
    fingerprints = set()
    for name, control in (("plain", {}), ("control", CONTROL)):
        trained_into(tmp_path / name, opened(backbones, tmp_path, control=control))
        fingerprints.add(weights_fingerprint(tmp_path / name))
        assert record_in(tmp_path / name).clips == 12
    assert len(fingerprints) == 2


def test_training_is_repeatable_and_survives_a_kill(
    backbones: Backbones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    from baselines.seeingsounds import training

    whole, killed = (opened(backbones, tmp_path) for _ in range(2))
    trained_into(tmp_path / "whole", whole)
    loss = training._Lessons.loss
    calls = []

    def dies(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return loss(*arguments, **named)

    caplog.set_level("INFO")
    monkeypatch.setattr("evalsuite.training.loop._SECONDS_BETWEEN_SAVES", 0.0)
    monkeypatch.setattr(training._Lessons, "loss", dies)
    with pytest.raises(KeyboardInterrupt):
        trained_into(tmp_path / "killed", killed)
    assert list((tmp_path / "killed").glob("*.state"))
    trained_into(tmp_path / "killed", killed)
    assert "taken up at step 2" in caplog.text
    assert weights_fingerprint(tmp_path / "killed") == weights_fingerprint(tmp_path / "whole")
    assert timeless(record_in(tmp_path / "killed")) == timeless(record_in(tmp_path / "whole"))
    assert killed.card.fingerprint == whole.card.fingerprint
    trained_into(tmp_path / "other", opened(backbones, tmp_path), seed=1)
    assert weights_fingerprint(tmp_path / "other") != weights_fingerprint(tmp_path / "whole")


def test_training_of_another_seed_takes_up_no_state(
    backbones: Backbones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("evalsuite.training.loop._SECONDS_BETWEEN_SAVES", 0.0)
    monkeypatch.setattr("baselines.seeingsounds.adapters.Adapters.save", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        trained_into(tmp_path / "a", opened(backbones, tmp_path), seed=0)
    monkeypatch.undo()
    trained_into(tmp_path / "a", opened(backbones, tmp_path), seed=1)
    trained_into(tmp_path / "b", opened(backbones, tmp_path), seed=1)
    assert weights_fingerprint(tmp_path / "a") == weights_fingerprint(tmp_path / "b")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_fingerprint_tells_everything_that_changes_a_picture(
    backbones: Backbones, trained: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
):
    def fingerprint(where: Backbones = backbones, **settings: Any) -> str:
        return opened(where, tmp_path, **{"adapters": str(trained), **settings}).card.fingerprint

    other = small_backbones(tmp_path_factory.mktemp("other"), seed=1)
    trained_into(tmp_path / "more", opened(backbones, tmp_path), steps=5)
    found = [
        fingerprint(),
        fingerprint(Backbones(backbones.ast, other.flux)),
        fingerprint(Backbones(other.ast, backbones.flux)),
        fingerprint(adapters=str(tmp_path / "more")),
        fingerprint(adapters=None),
        fingerprint(steps=3),
        fingerprint(guidance=2.0),
        fingerprint(batch=4),
    ]
    assert len(set(found)) == len(found)
    assert fingerprint() == found[0]


def test_card_is_read_without_torch(backbones: Backbones, trained: Path, tmp_path: Path):
    opened(backbones, tmp_path, adapters=str(trained))
    code = """
import sys
from baselines.seeingsounds.model import SeeingSounds
from evalsuite.profile import load_profile
print(SeeingSounds(profile=load_profile("profile.yaml"), device="cpu").card.fingerprint)
sys.exit(any(name in sys.modules for name in ("torch", "transformers", "diffusers")))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 64


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"guidence": 2}, "models.seeingsounds.guidence: no such setting — did you mean 'guidance'?"),
        ({"steps": "many"}, "models.seeingsounds.steps: Input should be a valid integer"),
        ({"steps": 0}, "models.seeingsounds.steps: Input should be greater than 0"),
        ({"guidance": 0.5}, "models.seeingsounds.guidance: Input should be greater than or equal to 1"),
        ({"control": {"volumes": {"doses": [-20]}}}, "unknown transform 'volumes' — did you mean 'volume'?"),
        ({"control": {"volume": {"dose": [-20]}}}, "models.seeingsounds.control.volume.dose: no such setting"),
    ],
)
def test_settings_at_fault_are_named(backbones: Backbones, tmp_path: Path, settings: dict[str, Any], told: str):
    with pytest.raises(UserError) as caught:
        opened(backbones, tmp_path, **settings)
    assert told in str(caught.value)


def test_mistyped_setting_is_named_rather_than_the_one_it_leaves_out(backbones: Backbones, tmp_path: Path):
    text = backbones.profile(**SMALL).replace("steps:", "step:")
    (tmp_path / "profile.yaml").write_text(text)
    with pytest.raises(UserError, match="step: no such setting — did you mean 'steps'"):
        SeeingSounds(profile=load_profile(tmp_path / "profile.yaml"), device="cpu")


def test_adapters_that_are_missing_or_of_other_backbones_are_told(backbones: Backbones, trained: Path, tmp_path: Path):
    for adapters in (None, str(tmp_path / "nowhere")):
        with pytest.raises(UserError, match="evalsuite train seeingsounds"):
            opened(backbones, tmp_path, adapters=adapters).generate(CLIPS[:1], seeds=[0])
    with pytest.raises(UserError, match="fitted to other backbones"):
        opened(backbones, tmp_path, adapters=str(trained), text_tokens=12).generate(CLIPS[:1], seeds=[0])


def test_training_needs_a_training_set(backbones: Backbones, tmp_path: Path):
    with pytest.raises(UserError, match="names no `training_set`"):
        trained_into(tmp_path / "adapters", opened(backbones, tmp_path, training_set=None))


def distance(model: SeeingSounds, first: Clip, second: Clip) -> float:
    tokens = model.ears.listen([first, second])
    return float((tokens[0] - tokens[1]).norm() / tokens[0].norm())


def test_ears_hear_every_sample_rate_at_their_own(model: SeeingSounds):
    low, high = tone(440), tone(440, rate=44_100)
    mistaken = replace(high, sample_rate=16_000)
    assert distance(model, low, high) < 0.1 * distance(model, low, mistaken)


def test_ears_hear_loudness(model: SeeingSounds):
    loud, quiet = tone(440), tone(440, gain=0.05)
    assert distance(model, loud, quiet) > 0.01


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Backbones:
    return published_backbones(tmp_path_factory.mktemp("published"))


def test_published_ast_opens(published: Backbones, tmp_path: Path):
    model = opened(published, tmp_path, **PUBLISHED)
    assert model.ears.listen(CLIPS[:2]).shape == (2, 1214, 768)
    assert model.ears.width == 768


@pytest.mark.slow
def test_published_shapes_train_and_draw(published: Backbones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("baselines.seeingsounds.training.BATCH", 1)
    (tmp_path / "profile.yaml").write_text(published.profile(**PUBLISHED))
    model = SeeingSounds(profile=load_profile(tmp_path / "profile.yaml"), device="cpu")
    assert model.generator.widths == (T5_WIDTH, CLIP_WIDTH)
    trained_into(tmp_path / "adapters", model, steps=1)
    text, pooled = model.imagine(CLIPS[:2])
    assert text.shape == (2, 17, T5_WIDTH)
    assert pooled.shape == (2, CLIP_WIDTH)
    pictures = model.generate(CLIPS[:1], seeds=[0])
    assert pictures.shape == (1, 64, 64, 3)
    assert pictures.dtype == np.uint8
    assert model.card.concepts_met == ("dog", "rain", "crying baby")


def test_a_profile_without_settings_is_told():
    profile = load_profile("mini").model_copy(update={"models": {}})
    with pytest.raises(UserError, match="has no settings for 'seeingsounds'"):
        SeeingSounds(profile=profile, device="cpu")
