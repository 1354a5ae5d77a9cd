"""``evalsuite train`` as a user runs it, to its end and through a kill."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from commandline import Desk, Done
from trainee import KILL_AT

from evalsuite.hashing import weights_fingerprint
from evalsuite.training_record import load_training

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.training_record import TrainingRecord

PROFILE = "name: tiny\ndescription: Nothing.\nsynthetic: true\ndatasets: {}\nencoders: {}\n"
KILLED_AT = 17
"""A step between two looks."""


def train(desk: Desk, output: str, *options: str, **variables: str) -> Done:
    (desk.folder / "profile.yaml").write_text(PROFILE)
    arguments = ("train", "trainee:Trainee", "--profile", "profile.yaml", "--output", output, *options)
    return desk.run(*arguments, OMP_NUM_THREADS="1", **variables)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("train"))


@pytest.fixture(scope="module")
def done(desk: Desk) -> Done:
    """A training that nothing disturbed."""
    done = train(desk, "whole", "--json")
    assert done.code == 0, done.err
    return done


@pytest.fixture
def whole(desk: Desk, done: Done) -> Path:
    """What it left."""
    return desk.folder / str(done.json["weights"])


def record_in(folder: Path) -> TrainingRecord:
    record = load_training(folder)
    assert record is not None
    return record


def test_weights_record_card_and_report_are_left(whole: Path) -> None:
    left = sorted(file.name for file in whole.iterdir())
    assert left == ["README.md", "layer.safetensors", "training.html", "training.json"]
    html = (whole / "training.html").read_text()
    assert html.count("<polyline") == 2
    assert "evalsuite train trainee --profile profile.yaml --seed 0" in html


def test_json_is_one_object_on_stdout(done: Done, whole: Path) -> None:
    record = record_in(whole)
    assert done.json == {
        "model": "trainee",
        "fingerprint": weights_fingerprint(whole),
        "weights": "whole",
        "card": "whole/README.md",
        "report": "whole/training.html",
        "steps": record.steps,
        "stopped_early": record.stopped_early,
        "loss": record.loss,
        "held_out_loss": record.held_out_loss,
    }


def test_a_killed_training_goes_on_to_the_same_weights(desk: Desk, whole: Path) -> None:
    assert record_in(whole).steps > KILLED_AT
    assert train(desk, "killed", **{KILL_AT: str(KILLED_AT)}).code == -signal.SIGKILL
    killed = desk.folder / "killed"
    assert [file.name for file in killed.iterdir()] == ["trainee.state"]
    done = train(desk, "killed")
    assert done.code == 0, done.err
    assert f"taken up at step {KILLED_AT}" in done.err
    assert (killed / "layer.safetensors").read_bytes() == (whole / "layer.safetensors").read_bytes()
    assert record_in(killed) == record_in(whole)
    (line,) = done.out.splitlines()
    assert line.startswith("trainee ")
    assert line.endswith(": weights killed, card killed/README.md, report killed/training.html")


def test_a_model_with_nothing_to_train_is_told(desk: Desk) -> None:
    done = desk.run("train", "toys:HearingModel", "--profile", "profile.yaml")
    assert done.code == 2
    assert "nothing to train" in done.err
