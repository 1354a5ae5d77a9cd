"""The recipe of the miniature world's checkpoints, every stage of it, and the checkpoints that ship."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from commandline import Desk

from evalsuite.hashing import sha256_file
from evalsuite.miniworld.dataset import played, recordings_of
from evalsuite.miniworld.scenes import Scene, render
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip

SHIPPED = {
    "slim": "flux",
    "ast": "ast",
    "clap": "clap",
    "judge_clip": "judge_clip",
    "audioclip": "audioclip",
    "inception": "inception",
    "clip": "clip",
    "unclip": "unclip",
    "wav2clip": "wav2clip",
    "segmenter": "clipseg",
}
"""By stage, the folder that its result ships in."""
STAGES = (*SHIPPED, "autoencoder", "decoder", "flux")
BASELINES = ("seeingsounds", "seeingsounds_lite", "sound2scene", "sound2vision", "sonification", "audio_retrieval")
LARGEST_BYTES = 30 * 2**20
PICTURES = [render(Scene((name,))) for name in ("dog", "rain")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every stage leaves after two steps, made by one command."""
    desk = Desk(tmp_path_factory.mktemp("recipe"))
    done = desk.run("miniworld", "pretrain", "--output", "made", "--steps", "2", OMP_NUM_THREADS="1")
    assert done.code == 0, done.err
    assert done.out == ""
    register_missing_operators()
    return desk.folder / "made"


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    return [played(recording, label="") for recording in recordings_of("recipe", per_concept=1)[:2]]


def manifest_of(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return content


def hashes_of(folder: Path, stage: str) -> dict[str, str]:
    files = [path for path in (folder / stage).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): sha256_file(path) for path in files}


def test_manifest_tells_every_stage(made: Path) -> None:
    stages = manifest_of(made)["stages"]
    assert set(stages) == set(STAGES)
    for stage, folder in SHIPPED.items():
        assert stages[stage]["files"] == hashes_of(made, folder)
        assert np.isfinite(stages[stage]["training"]["loss"])
    assert stages["decoder"]["training"]["psnr_db"] > 0
    assert len({entry["seed"] for entry in stages.values()}) == len(STAGES)


def test_a_stage_grows_from_an_earlier_training(made: Path) -> None:
    done = Desk(made.parent).run(
        "miniworld", "pretrain", "ast", "--output", "grown", "--steps", "1", "--earlier", "made", OMP_NUM_THREADS="1"
    )
    assert done.code == 0, done.err
    assert "begun from the weights of an earlier training" in done.err
    assert manifest_of(made.parent / "grown")["stages"]["ast"]["training"]["grown"] == 1
    assert manifest_of(made)["stages"]["ast"]["training"]["grown"] == 0


def test_weights_ship_in_half_precision(made: Path) -> None:
    from safetensors import safe_open

    for file in (path for folder in SHIPPED.values() for path in (made / folder).rglob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            kinds = {weights.get_slice(name).get_dtype() for name in weights.keys()}  # noqa: SIM118
        assert "F32" not in kinds, file


def test_flux_opens_and_draws(made: Path) -> None:
    from evalsuite.miniworld.pretrain.figures import drawer

    draw = drawer(made / "flux")
    pictures = draw(["dog", "rain at night"], [1, 2])
    assert (pictures.dtype, pictures.shape) == (np.uint8, (2, 64, 64, 3))
    np.testing.assert_array_equal(draw(["dog", "rain at night"], [1, 2]), pictures)


def test_slim_transformer_has_two_of_the_six_blocks(made: Path) -> None:
    from diffusers import FluxTransformer2DModel

    deep = FluxTransformer2DModel.load_config(made / ".work" / "flux" / "transformer")
    slim = FluxTransformer2DModel.load_config(made / "flux" / "transformer")
    assert (deep["num_layers"], deep["num_single_layers"]) == (2, 4)
    assert (slim["num_layers"], slim["num_single_layers"]) == (1, 1)


def test_unclip_draws_from_pictures(made: Path) -> None:
    from evalsuite.miniworld.pretrain.embedding_checks import redrawn

    drawn = redrawn(made, np.stack(PICTURES))
    assert (drawn.dtype, drawn.shape) == (np.uint8, (2, 64, 64, 3))


def test_unclip_does_not_ship_what_it_shares(made: Path) -> None:
    assert not (made / "unclip" / "vae").exists()
    assert not (made / "unclip" / "image_encoder").exists()


def test_judge_opens(made: Path) -> None:
    from evalsuite.encoders.open_clip import open_clip_towers

    towers = open_clip_towers(weights=made / "judge_clip", device="cpu")
    image, text = towers["image"].embed(PICTURES), towers["text"].embed(["dog", "rain"])
    assert image.shape == text.shape == (2, towers["image"].dim)


def test_scorer_opens(made: Path, clips: list[Clip]) -> None:
    from evalsuite.encoders.trimodal import trimodal_towers

    towers = trimodal_towers(weights=made / "audioclip", device="cpu")
    features = [towers["image"].embed(PICTURES), towers["text"].embed(["dog", "rain"]), towers["audio"].embed(clips)]
    assert {each.shape for each in features} == {(2, towers["image"].dim)}


def test_distilled_scorer_opens(made: Path, clips: list[Clip]) -> None:
    from evalsuite.encoders.wav2clip import wav2clip_towers

    towers = wav2clip_towers(weights=made / "wav2clip", device="cpu", clip=str(made / "judge_clip"))
    assert towers["audio"].embed(clips).shape == (2, towers["image"].dim)


def test_segmenter_opens_on_the_clip_that_it_does_not_ship(made: Path) -> None:
    from evalsuite.encoders.clipseg import clipseg_towers

    assert {path.name for path in (made / "clipseg").iterdir()} == {
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
    }
    tower = clipseg_towers(weights=made / "clipseg", device="cpu", clip=str(made / "clip"))["segment"]
    extents = tower.embed([(picture, "dog") for picture in PICTURES])
    assert extents.shape == (2, 3)
    assert extents[0, 2] != extents[1, 2]


def test_classifier_opens(made: Path) -> None:
    from evalsuite.encoders.image_classifier import image_classifier_towers

    tower = image_classifier_towers(weights=made / "inception", device="cpu")["image"]
    assert tower.embed(PICTURES).shape == (2, tower.dim)


def test_ears_open(made: Path, clips: list[Clip]) -> None:
    from baselines.backbones.ears import Ears

    tokens = Ears(made / "ast", device="cpu", batch=2).listen(clips)
    assert tokens.shape[0] == 2
    assert bool(tokens.isfinite().all())


def test_clap_opens(made: Path, clips: list[Clip]) -> None:
    import torch
    from transformers import ClapFeatureExtractor, ClapModel, PreTrainedTokenizerFast

    folder = made / "clap"
    model = ClapModel.from_pretrained(folder).float().eval()
    waveforms = [clip.waveform for clip in clips]
    sounds = ClapFeatureExtractor.from_pretrained(folder)(waveforms, sampling_rate=16_000, return_tensors="pt")
    words = PreTrainedTokenizerFast.from_pretrained(folder)(["dog", "rain"], padding=True, return_tensors="pt")
    with torch.inference_mode():
        out = model(
            input_ids=words.input_ids,
            attention_mask=words.attention_mask,
            input_features=sounds.input_features,
            is_longer=torch.zeros(2, 1, dtype=torch.bool),
        )
    assert out.logits_per_audio.shape == (2, 2)


def told_in_one_line(desk: Desk, *arguments: str) -> str:
    done = desk.run("miniworld", "pretrain", *arguments, "--output", "made")
    assert done.code == 2, done.err
    (line,) = done.err.splitlines()
    assert line.startswith("evalsuite: ")
    return line


def test_unknown_stage_is_told_with_the_nearest(desk: Desk) -> None:
    assert "no stage 'judgeclip' in the recipe — did you mean 'judge_clip'?" in told_in_one_line(desk, "judgeclip")
    assert not (desk.folder / "made").exists()


def test_stage_without_what_it_needs_is_told(desk: Desk) -> None:
    assert "stage 'decoder' needs stage 'autoencoder'" in told_in_one_line(desk, "decoder")


def test_shipped_files_are_those_of_the_manifest(checkpoints: Path) -> None:
    stages = manifest_of(checkpoints)["stages"]
    for stage, folder in [*SHIPPED.items(), *((name, name) for name in BASELINES)]:
        assert stages[stage]["files"] == hashes_of(checkpoints, folder), stage


def test_shipped_checkpoints_are_small(checkpoints: Path) -> None:
    assert sum(path.stat().st_size for path in checkpoints.rglob("*") if path.is_file()) <= LARGEST_BYTES


def test_shipped_figures_are_as_good_as_asked(checkpoints: Path) -> None:
    from evalsuite.miniworld.pretrain.figures import REQUIRED

    figures = manifest_of(checkpoints)["figures"]
    assert not {name: figures[name] for name, (low, high) in REQUIRED.items() if not low <= figures[name] <= high}
