"""Regressions planted in a system of the miniature world, by the real commands: each is stopped for what it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from short_training import CLASSES, trained

from evalsuite.cli.main import invoke
from evalsuite.resources import locate
from evalsuite.run_folder import load_run
from evalsuite.running.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIPS = 90
STEPS = 200
PROTOCOL = f"""\
name: gated
version: 1
title: The gate's own
description: A judge and a distance on what ESC-10 and the training set have in common.
dataset: esc50
classes: [{", ".join(CLASSES)}]
models: [seeingsounds]
judge_template: "This is a photo of {{label}}."
metrics: [accuracy, clip_similarity, kid]
gate:
  margins:
    accuracy: {{absolute: 0.02}}
    clip_similarity: {{absolute: 0.02}}
    kid: {{relative: 0.10}}
"""


@pytest.fixture(scope="module", autouse=True)
def _desk(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One folder and one store for all: what was drawn once is there."""
    assert checkpoints.is_dir()
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("EVALSUITE_HOME", str(folder / "home"))
        Path("protocol.yaml").write_text(PROTOCOL)
        yield


@pytest.fixture(scope="module")
def profile(_desk: None) -> Path:
    """The mini profile with adapters that were trained for as long as they should."""
    return trained(Path("trained").resolve(), steps=STEPS)


def run(capsys: pytest.CaptureFixture[str], profile: Path) -> str:
    given = ("--profile", str(profile), "--limit", str(CLIPS), "--no-report", "--json")
    assert invoke(["run", "protocol.yaml", *given]) == 0
    return str(json.loads(capsys.readouterr().out)["run"])


@pytest.fixture
def baseline(profile: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The run that is the baseline."""
    path = run(capsys, profile)
    assert invoke(["gate", path, "--update-baseline", "mine.evalsuite"]) == 0
    capsys.readouterr()
    return path


def gate(capsys: pytest.CaptureFixture[str], path: str) -> tuple[int, str]:
    code = invoke(["gate", path, "--baseline", "mine.evalsuite"])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_second_run_holds(baseline: str, profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(baseline)
    code, told = gate(capsys, run(capsys, profile))
    assert code == 0
    assert told.count("is what it was: no value differs") == 3


@pytest.mark.usefixtures("baseline")
def test_adapters_trained_half_as_long(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = gate(capsys, run(capsys, trained(Path("half").resolve(), steps=STEPS // 2)))
    assert code == 1, told
    assert "accuracy of seeingsounds fell by " in told
    assert "more than the 2.0 allowed" in told


@pytest.mark.usefixtures("baseline")
@pytest.mark.parametrize(
    ("encoder", "config", "setting", "metric"),
    [
        ("judge_clip", "open_clip_config.json", ('"resize_mode": "shortest"', '"resize_mode": "squash"'), "accuracy"),
        ("inception", "preprocessor_config.json", ('"resample": 3', '"resample": 2'), "kid"),
    ],
)
def test_an_encoder_resizes_otherwise(
    encoder: str, config: str, setting: tuple[str, str], metric: str, profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(encoder).resolve()
    shutil.copytree(locate("evalsuite/miniworld/checkpoints") / encoder, folder)
    replace_in(folder / config, *setting, output=folder / config)
    replace_in(profile, f"weights: mini:{encoder}", f"weights: {folder}", output=folder / "mini.yaml")
    code, told = gate(capsys, run(capsys, folder / "mini.yaml"))
    assert code == 2, told
    assert f"{metric} of seeingsounds does not compare: the passports differ in extractors (" in told


def replace_in(file: Path, old: str, new: str, *, output: Path) -> None:
    text = file.read_text()
    assert old in text
    output.write_text(text.replace(old, new))


def test_pictures_in_the_store_under_one_anothers_keys(
    baseline: str, profile: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a key leaves out what it depends on: same fingerprint, same run, the pictures of the clips before."""
    shutil.copytree("home", "mixed_up")
    monkeypatch.setenv("EVALSUITE_HOME", "mixed_up")
    keys = load_run(baseline).clips()["image_key"].tolist()
    with Store() as store:
        pictures = store.get_many(keys)
        store.put_many({key: pictures[other] for key, other in zip(keys, [keys[-1], *keys], strict=False)})
    assert run(capsys, profile) == baseline
    code, told = gate(capsys, baseline)
    assert code == 1, told
    assert "accuracy of seeingsounds fell by " in told
    assert "seeingsounds scores otherwise though its fingerprint is the baseline's" in told
