"""`evalsuite calibrate`, on the toy world and on the miniature world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from toys import ToyTower

from evalsuite.calibration_record import load_calibration, read_calibration
from evalsuite.cli.main import invoke

if TYPE_CHECKING:
    from commandline import Desk

METRICS = "accuracy,fid"
TOY = ["calibrate", "--profile", "profile.yaml", "--metrics", METRICS]


@pytest.fixture(autouse=True)
def as_esc50(world: Path) -> None:
    """The toy profile, with its data set under the name of the protocol that a calibration uses."""
    profile = world / "profile.yaml"
    profile.write_text(profile.read_text().replace("toys:ToyDataset: {", "esc50: {"))


def test_a_calibration_leaves_record_tables_and_figure(capsys: pytest.CaptureFixture[str]):
    assert invoke([*TOY, "-o", "found"]) == 0
    told = capsys.readouterr().out
    assert sorted(file.name for file in Path("found").iterdir()) == [
        "calibration.json",
        "calibration.md",
        "calibration.png",
        "calibration.svg",
    ]
    found = read_calibration(Path("found/calibration.json"))
    assert all(verdict.sentence in told for verdict in found.verdicts)
    assert found.profile.name == "toy"
    assert {metric.name for metric in found.metrics} == {"fid", "accuracy"}
    readings = {(curve.metric, curve.defect): curve.reading for curve in found.curves}
    assert readings["accuracy", "swapped_labels"] == "monotone"
    assert readings["accuracy", "duplicates"] == "blind"
    assert readings["fid", "swapped_labels"] == "blind"
    assert readings["fid", "dropped_classes"] == "monotone"


def test_a_second_calibration_embeds_nothing_and_finds_the_same():
    asked = [*TOY, "--limit", "80", "--defects", "noise,swapped_labels,fewer_samples"]
    assert invoke([*asked, "-o", "first"]) == 0
    embedded = len(ToyTower.embedded)
    assert embedded > 0
    assert invoke([*asked, "-o", "second"]) == 0
    assert len(ToyTower.embedded) == embedded
    first, second = (read_calibration(Path(name) / "calibration.json") for name in ("first", "second"))
    assert (first.curves, first.sizes, first.verdicts) == (second.curves, second.sizes, second.verdicts)


def test_json_is_one_object_of_defined_numbers(capsys: pytest.CaptureFixture[str]):
    assert invoke([*TOY, "--defects", "noise,fewer_samples", "--limit", "80", "--json"]) == 0
    out = capsys.readouterr().out
    assert "NaN" not in out
    found = json.loads(out)
    assert found["dataset"]["n"] == 80
    assert [defect["name"] for defect in found["defects"]] == ["noise", "dropped_classes", "fewer_samples"]
    assert {curve["defect"] for curve in found["curves"]} == {"noise", "dropped_classes"}
    assert all(Path(file).is_file() for file in found["files"])


def test_everything_derives_from_the_seed():
    for name, seed in (("a", "0"), ("b", "1")):
        assert invoke([*TOY, "--defects", "noise", "--seed", seed, "-o", name]) == 0
    a, b = (read_calibration(Path(name) / "calibration.json").curve("fid", "noise") for name in ("a", "b"))
    assert a is not None
    assert b is not None
    assert a.points[0] == b.points[0]
    assert a.points[1].value != b.points[1].value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--metrics", "fidd"], "unknown metric 'fidd' — did you mean 'fid'?"),
        (["--metrics", "fid", "--defects", "blurr"], "unknown defect 'blurr' — did you mean 'blur'?"),
        (["--metrics", "fid", "--limit", "1"], "--limit 1 leaves one class: a calibration needs two"),
        (["--profile", "nowhere"], "none of that name ships with the suite"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]):
    assert invoke(["calibrate", "--profile", "profile.yaml", *arguments]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert len(told.splitlines()) == 1


def test_a_profile_without_pictures_is_told(world: Path, capsys: pytest.CaptureFixture[str]):
    profile = world / "profile.yaml"
    profile.write_text(profile.read_text().replace("pictures: toys:ToyPictures\n", ""))
    assert invoke(TOY) == 2
    assert "profile 'toy' has no real pictures of these clips" in capsys.readouterr().err


def test_a_metric_that_cannot_be_measured_is_left_out_unless_it_is_asked_for(
    world: Path, capsys: pytest.CaptureFixture[str]
):
    profile = world / "profile.yaml"
    profile.write_text(profile.read_text().replace('  distance: {use: "toys:toy_towers", weights: toy}\n', ""))
    assert invoke(["calibrate", "--profile", "profile.yaml", "--metrics", "fid"]) == 2
    assert "fid is left out: the profile has no encoder for the role 'distance'" in capsys.readouterr().err
    assert invoke(["calibrate", "--profile", "profile.yaml", "--defects", "swapped_labels", "--limit", "40"]) == 0
    assert "note: fid is left out" in capsys.readouterr().out


@pytest.mark.usefixtures("checkpoints")
def test_the_miniature_world_finds_what_the_shipped_record_says(desk: Desk):
    """On a sample: the shipped record is of all 2,000 clips and takes minutes."""
    done = desk.run(
        *("calibrate", "--metrics", METRICS, "--defects", "grey,swapped_labels", "--limit", "100", "-o", "found"),
        offline=True,
    )
    assert done.code == 0, done.err
    found, shipped = read_calibration(desk.folder / "found" / "calibration.json"), load_calibration("mini")
    assert shipped is not None
    for curve in found.curves:
        of_all = shipped.curve(curve.metric, curve.defect)
        assert of_all is not None
        assert curve.reading == of_all.reading
