"""The sonification-trained system on frozen networks of the real classes with random weights."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from backbones import Backbones, published_backbones, small_backbones, tone
from independence import assert_conditions_stand_alone, assert_pictures_stand_alone, assert_seed_and_sound_matter
from sonification_example import save_pairs, save_published_clap, save_small_clap, write_pairs

from baselines.sonification.model import Sonification
from baselines.sonification.pairs import load_pairs
from evalsuite.errors import UserError
from evalsuite.hashing import weights_fingerprint
from evalsuite.profile import load_profile
from evalsuite.training_record import load_training

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.training_record import TrainingRecord

SETTINGS = {
    "conditioner": None,
    "text_tokens": 13,
    "steps": 2,
    "batch": 3,
    "hidden": [32],
}
CLIPS = [tone(hertz) for hertz in (220, 880, 1760, 3520)]
SEEDS = [11, 2**62, 13, 14]
SEED = 1
"""Of the training: it holds out «dog/2», «rain/0» and «rain/6»."""


@pytest.fixture(scope="module", autouse=True)
def _small_training_batches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("baselines.sonification.training.BATCH", 4)
        yield


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings that name a CLAP, an AST and a generator, and pairs."""
    folder = tmp_path_factory.mktemp("frozen")
    networks = _settings(small_backbones(folder), save_small_clap(folder / "clap"))
    return {**networks, "pairs": str(write_pairs(folder / "pairs"))}


def _settings(backbones: Backbones, clap: Path) -> dict[str, str]:
    return {"clap": str(clap), "ast": str(backbones.ast), "generator": str(backbones.flux)}


def opened(folder: Path, settings: dict[str, Any]) -> Sonification:
    file = folder / "profile.yaml"
    content = {"name": "small", "description": "Random weights.", "synthetic": True, "datasets": {}, "encoders": {}}
    file.write_text(json.dumps({**content, "models": {"sonification": {**SETTINGS, **settings}}}))
    return Sonification(profile=load_profile(file), device="cpu")


def trained_into(
    output: Path, model: Sonification, *, steps: int = 4, seed: int = SEED, **schedule: Any
) -> TrainingRecord:
    from evalsuite.training import Schedule

    model.train(output, seed=seed, schedule=Schedule(steps=steps, warmup=2, **{"rate": 1e-3, **schedule}))
    record = load_training(output)
    assert record is not None
    return record


@pytest.fixture(scope="module")
def trained(frozen: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conditioner trained for a few steps."""
    folder = tmp_path_factory.mktemp("trained")
    trained_into(folder / "conditioner", opened(folder, frozen))
    return folder / "conditioner"


@pytest.fixture
def model(frozen: dict[str, str], trained: Path, tmp_path: Path) -> Sonification:
    return opened(tmp_path, {**frozen, "conditioner": str(trained)})


def test_pictures_depend_on_neither_batch_nor_order(model: Sonification):
    assert_pictures_stand_alone(model, CLIPS, SEEDS, side=64)


def test_conditions_depend_on_neither_batch_nor_order_to_the_last_bit(model: Sonification):
    assert_conditions_stand_alone(model, CLIPS)


def test_pictures_depend_on_seed_and_sound(model: Sonification):
    assert_seed_and_sound_matter(model, CLIPS)


def test_both_encoders_hear_the_pitch(model: Sonification):
    clap, ast = model.hear([CLIPS[0], CLIPS[2]])
    assert clap.shape == (2, model.clap.dim)
    assert ast.shape == (2, model.ears.width)
    for heard in (clap, ast):
        assert (heard[0] - heard[1]).norm() > 0.01 * heard[0].norm()


def test_objective_predicts_as_the_pipeline_does(model: Sonification):
    """A step of the pipeline from pure noise takes off the velocity: packing, places, time and conditions agree."""
    import torch

    from baselines.sonification.objective import Objective

    pipeline = model.generator.pipeline
    tokens, pooled = (part.clone() for part in model.imagine(CLIPS[:1]))
    noise = torch.randn(1, 16, 8, 8)
    objective = Objective(pipeline)
    drawn = pipeline(
        prompt_embeds=tokens,
        pooled_prompt_embeds=pooled,
        latents=objective._packed(noise),
        height=64,
        width=64,
        num_inference_steps=1,
        guidance_scale=0.0,
        output_type="latent",
    ).images
    with torch.no_grad():
        velocity = objective._velocity(noise, torch.ones(1), tokens, pooled)
    torch.testing.assert_close(objective._packed(noise) - velocity, drawn, atol=1e-4, rtol=1e-4)


def test_objective_is_nought_where_the_velocity_is_right(model: Sonification, monkeypatch: pytest.MonkeyPatch):
    import torch

    from baselines.sonification.objective import Objective

    objective = Objective(model.generator.pipeline)
    latents = torch.randn(2, 16, 8, 8)
    tokens, pooled = torch.randn(2, 13, 128), torch.randn(2, 128)

    def knowing(mixed: Any, time: Any, *_: Any) -> Any:
        return objective._packed((mixed - latents) / time[:, None, None, None])

    monkeypatch.setattr(objective, "_velocity", knowing)
    assert objective.loss(latents, tokens, pooled) < 1e-9


def test_gradients_reach_the_conditions_alone(model: Sonification):
    import torch

    from baselines.sonification.objective import Objective

    objective = Objective(model.generator.pipeline)
    latents = objective.encode([np.full((64, 64, 3), shade, np.uint8) for shade in (10, 200)])
    assert latents.shape == (2, 16, 8, 8)
    tokens, pooled = torch.randn(2, 13, 128, requires_grad=True), torch.randn(2, 128, requires_grad=True)
    objective.loss(latents, tokens, pooled).backward()
    assert tokens.grad is not None
    assert pooled.grad is not None
    assert tokens.grad.abs().amax(dim=-1).min() > 0
    assert pooled.grad.abs().max() > 0
    assert all(parameter.grad is None for parameter in model.generator.pipeline.transformer.parameters())


def test_training_writes_the_conditioner_and_how_it_came_about(frozen: dict[str, str], tmp_path: Path):
    model = opened(tmp_path, frozen)
    assert model.card.concepts_met is None
    record = trained_into(tmp_path / "made", model, check_every=2)
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "README.md",
        "conditioner.safetensors",
        "config.json",
        "training.json",
    ]
    assert record.trained_on == ("colours@1", "tones@2")
    assert record.encoders == (frozen["clap"], frozen["ast"], frozen["generator"], "mini:clap", "mini:clip")
    assert (record.clips, record.steps) == (25, 4)
    assert record.held_out_clips == 3
    assert [point.step for point in record.curve] == [2, 4]
    assert model.card.trained_on == record.trained_on
    assert model.card.concepts_met == ("bells", "dog", "rain")  # «nothing» is no sound
    reopened = opened(tmp_path, {**frozen, "conditioner": str(tmp_path / "made")})
    assert reopened.card == model.card
    np.testing.assert_array_equal(reopened.generate(CLIPS[:2], seeds=[1, 2]), model.generate(CLIPS[:2], seeds=[1, 2]))


def test_concepts_met_are_unknown_where_the_sounds_have_no_labels(frozen: dict[str, str], tmp_path: Path):
    pairs = write_pairs(tmp_path / "pairs", sounds="sonification_example:Unlabelled")
    assert trained_into(tmp_path / "made", opened(tmp_path, {**frozen, "pairs": str(pairs)})).concepts_met is None


def test_training_lowers_the_loss_on_sounds_held_out(frozen: dict[str, str], tmp_path: Path):
    record = trained_into(tmp_path / "made", opened(tmp_path, frozen), steps=40, rate=3e-3, check_every=1)
    losses = [point.held_out_loss for point in record.curve]
    assert losses[-1] < 0.9 * losses[0]


def test_alignment_draws_conditions_to_the_words(frozen: dict[str, str], tmp_path: Path):
    import torch

    distances = []
    for weight in (0.0, 100.0):
        model = opened(tmp_path, {**frozen, "alignment": weight})
        trained_into(tmp_path / f"{weight}", model, steps=30, rate=3e-3)
        tokens, pooled = model.imagine([tone(240)])
        words = model.generator.encode_text(["dog"])
        distances.append(
            [torch.nn.functional.mse_loss(*both).item() for both in zip((tokens, pooled), words, strict=True)]
        )
    assert all(drawn < 0.7 * free for free, drawn in zip(*distances, strict=True))


def test_training_is_repeatable_and_survives_a_kill(
    frozen: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    from baselines.sonification.objective import Objective

    whole, killed = (opened(tmp_path, frozen) for _ in range(2))
    trained_into(tmp_path / "whole", whole)
    loss, calls = Objective.loss, []

    def dies(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return loss(*arguments)

    caplog.set_level("INFO")
    monkeypatch.setattr("evalsuite.training.loop._SECONDS_BETWEEN_SAVES", 0.0)
    monkeypatch.setattr(Objective, "loss", dies)
    with pytest.raises(KeyboardInterrupt):
        trained_into(tmp_path / "killed", killed)
    trained_into(tmp_path / "killed", killed)
    assert "taken up at step 2" in caplog.text
    assert weights_fingerprint(tmp_path / "killed") == weights_fingerprint(tmp_path / "whole")
    assert killed.card.fingerprint == whole.card.fingerprint


def test_fingerprint_tells_everything_that_changes_a_picture(
    frozen: dict[str, str], trained: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
):
    def fingerprint(**settings: Any) -> str:
        return opened(tmp_path, {**frozen, "conditioner": str(trained), **settings}).card.fingerprint

    folder = tmp_path_factory.mktemp("other")
    other = _settings(small_backbones(folder, seed=1), save_small_clap(folder / "clap", seed=1))
    trained_into(tmp_path / "more", opened(tmp_path, frozen), steps=5)
    found = [
        fingerprint(),
        *(fingerprint(**{name: weights}) for name, weights in other.items()),
        fingerprint(conditioner=str(tmp_path / "more")),
        fingerprint(conditioner=None),
        fingerprint(steps=3),
        fingerprint(guidance=2.0),
        fingerprint(batch=4),
    ]
    assert len(set(found)) == len(found)
    assert fingerprint() == found[0]


def test_card_is_read_without_torch_and_before_the_weights_are_there(frozen: dict[str, str], tmp_path: Path):
    opened(tmp_path, {**frozen, "clap": "laion/clap-htsat-unfused"})
    code = """
import sys
from baselines.sonification.model import Sonification
from baselines.sonification.pairs import load_pairs
from evalsuite.profile import load_profile
print(Sonification(profile=load_profile("profile.yaml"), device="cpu").card.fingerprint)
sys.exit(any(name in sys.modules for name in ("torch", "transformers", "diffusers", "pandas")))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 64


def test_conditioner_that_is_missing_or_of_other_networks_is_told(
    frozen: dict[str, str], trained: Path, tmp_path: Path
):
    for conditioner in (None, str(tmp_path / "nowhere")):
        with pytest.raises(UserError, match="evalsuite train sonification"):
            opened(tmp_path, {**frozen, "conditioner": conditioner}).generate(CLIPS[:1], seeds=[0])
    with pytest.raises(UserError, match="fitted to other backbones"):
        opened(tmp_path, {**frozen, "conditioner": str(trained), "text_tokens": 12}).generate(CLIPS[:1], seeds=[0])


def test_training_needs_pools(frozen: dict[str, str], tmp_path: Path):
    for pool in ("pictures", "sounds"):
        with pytest.raises(
            UserError, match=r"names no `pairs` under models\.sonification, nor `pictures` and `sounds`"
        ):
            trained_into(tmp_path / "made", opened(tmp_path, {**frozen, "pairs": None, pool: None}))


def test_training_makes_the_pairs_where_none_are_named(frozen: dict[str, str], tmp_path: Path):
    pools = {"pictures": "sonification_example:few_photos", "sounds": "sonification_example:few_sounds"}
    record = trained_into(tmp_path / "made", opened(tmp_path, {**frozen, "pairs": None, **pools}), steps=2)
    pairs, facts = load_pairs(tmp_path / "made" / "pairs")
    assert record.clips == len(pairs) > 10
    assert record.extra["pair_precision"] == facts.precision
    assert record.encoders[-1] == facts.settings.captioner_weights


def test_pairs_of_another_pool_are_told(frozen: dict[str, str], tmp_path: Path):
    pairs, facts = load_pairs(Path(frozen["pairs"]))
    pairs.loc[3, "audio_sha256"] = "hash of another sound"
    save_pairs(tmp_path, pairs, facts)
    with pytest.raises(UserError, match="the pairs have sounds that pool 'tones' has not: 'sound/dog/3'"):
        trained_into(tmp_path / "made", opened(tmp_path, {**frozen, "pairs": str(tmp_path)}))


def test_no_pairs_are_told(frozen: dict[str, str], tmp_path: Path):
    pairs, facts = load_pairs(Path(frozen["pairs"]))
    save_pairs(tmp_path, pairs[:0], facts)
    with pytest.raises(UserError, match="no pairs to learn from"):
        trained_into(tmp_path / "made", opened(tmp_path, {**frozen, "pairs": str(tmp_path)}))


def test_published_shapes_train_and_draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """CLAP 512 and AST 768 to 17 tokens of 4096 and a vector of 768; only the depths are small."""
    monkeypatch.setattr("baselines.sonification.training.BATCH", 1)
    clap = save_published_clap(tmp_path / "clap")
    networks = _settings(published_backbones(tmp_path), clap)
    pairs = write_pairs(tmp_path / "pairs", each=1)
    settings = {**networks, "pairs": str(pairs), "text_tokens": 17, "steps": 1, "batch": 1, "hidden": [64]}
    model = opened(tmp_path, settings)
    record = trained_into(tmp_path / "made", model, steps=1)
    assert record.steps == 1
    shapes = json.loads((tmp_path / "made" / "config.json").read_text())
    assert shapes == {
        "clap_width": 512,
        "ast_width": 768,
        "text_tokens": 17,
        "text_width": 4096,
        "pooled_width": 768,
        "hidden": [64],
    }
    assert model.generate(CLIPS[:1], seeds=[0]).shape == (1, 64, 64, 3)
