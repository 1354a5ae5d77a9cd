"""Regressions planted in a system of the miniature world, by the real commands: each is stopped for what it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evalsuite.cli.main import invoke
from evalsuite.resources import locate
from evalsuite.run_folder import load_run
from evalsuite.running.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIPS = 100
PROTOCOL = """\
name: gated
version: 1
title: The gate's own
description: Two scorers and a distance on ESC-10.
dataset: esc50
classes: [chainsaw, clock tick, crackling fire, crying baby, dog, helicopter, rain, rooster, sea waves, sneezing]
models: [seeingsounds]
judge_template: "This is a photo of {label}."
metrics: [accuracy, clip_similarity, kid]
gate:
  margins:
    accuracy: {absolute: 0.02}
    clip_similarity: {absolute: 0.02}
    kid: {relative: 0.10}
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


def run(capsys: pytest.CaptureFixture[str], model: str = "seeingsounds", *, profile: str = "mini") -> str:
    given = ("--profile", profile, "--limit", str(CLIPS), "--no-report", "--json")
    assert invoke(["run", "protocol.yaml", "--models", model, *given]) == 0
    return str(json.loads(capsys.readouterr().out)["run"])


@pytest.fixture
def baseline(capsys: pytest.CaptureFixture[str]) -> str:
    """The run that is the baseline."""
    path = run(capsys)
    assert invoke(["gate", path, "--update-baseline", "mine.evalsuite"]) == 0
    capsys.readouterr()
    return path


def gate(capsys: pytest.CaptureFixture[str], path: str) -> tuple[int, str]:
    code = invoke(["gate", path, "--baseline", "mine.evalsuite"])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_second_run_holds(baseline: str, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(baseline)
    code, told = gate(capsys, run(capsys))
    assert code == 0
    assert told.count("is what it was: no value differs") == 3


def test_adapters_that_were_trained_too_short(baseline: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert Path(baseline).is_dir()
    code, told = gate(capsys, run(capsys, "worse_seeingsounds:TrainedTooShort"))
    assert code == 1, told
    assert "accuracy of seeingsounds fell by " in told
    assert "more than the 2.0 allowed" in told


def test_the_distances_encoder_resizes_otherwise(baseline: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert Path(baseline).is_dir()
    shutil.copytree(locate("evalsuite/miniworld/checkpoints/inception"), "smaller", dirs_exist_ok=True)
    config = Path("smaller/preprocessor_config.json")
    config.write_text(config.read_text().replace('"shortest_edge": 64', '"shortest_edge": 48'))
    text = locate("protocols/profiles/mini.yaml").read_text()
    head, distance, tail = text.partition("  distance:")
    assert distance
    Path("mini.yaml").write_text(head + distance + tail.replace("mini:inception", str(Path("smaller").resolve()), 1))
    code, told = gate(capsys, run(capsys, profile="./mini.yaml"))
    assert code == 2, told
    assert "kid of seeingsounds does not compare: the passports differ in extractors (" in told


def test_another_models_pictures_in_the_store(baseline: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Last of all, for it spoils the store."""
    other = run(capsys, "worse_seeingsounds:TrainedTooShort")
    keys = [load_run(path).clips().set_index("clip_id")["image_key"] for path in (baseline, other)]
    with Store() as store:
        pictures = store.get_many(keys[1])
        store.put_many({ours: pictures[theirs] for ours, theirs in zip(*keys, strict=True)})
    assert run(capsys) == baseline
    code, told = gate(capsys, baseline)
    assert code == 1, told
    assert "seeingsounds scores otherwise though its fingerprint is the baseline's" in told
