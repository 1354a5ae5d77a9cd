"""Runs compared by the real command: what is told, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from toys import DeafModel, HearingModel

from evalsuite.cli.main import invoke
from evalsuite.measurement import Adequacy
from evalsuite.model import ModelCard
from evalsuite.run_folder import load_run, save_record
from evalsuite.stats import holm

if TYPE_CHECKING:
    from evalsuite.record import RunRecord

pytestmark = pytest.mark.usefixtures("world")
WORLD = ("--profile", "profile.yaml", "--no-report", "--json")


class OldCheckpoint(DeafModel):
    """Draws red whatever it hears."""

    card = ModelCard(name="mine", fingerprint="old")


class NewCheckpoint(HearingModel):
    """Has learned to listen."""

    card = ModelCard(name="mine", fingerprint="new")


def run(capsys: pytest.CaptureFixture[str], *models: str, options: tuple[str, ...] = ()) -> str:
    """Run models of this module, or of the toys, and return the run's folder."""
    names = ",".join(f"{__name__ if name in globals() else 'toys'}:{name}" for name in models)
    assert invoke(["run", "protocol.yaml", *WORLD, "--models", names, *options]) == 0
    return str(json.loads(capsys.readouterr().out)["run"])


def compare(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert invoke(["compare", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one line that the command ends with."""
    assert invoke(["compare", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("evalsuite: ")
    return line


def altered(path: str, name: str, **changes: object) -> str:
    """Copy a run under another name, with another record."""
    run, folder = load_run(path), Path(path).with_name(name)
    folder.mkdir()
    (folder / "clips.parquet").write_bytes((run.path / "clips.parquet").read_bytes())
    save_record(folder, run.record.model_copy(update=changes))
    return str(folder)


def with_passports(record: RunRecord, **changes: object) -> dict[str, object]:
    measurements = tuple(
        m.model_copy(update={"passport": m.passport.model_copy(update=changes)}) for m in record.measurements
    )
    return {"measurements": measurements}


def test_did_my_new_checkpoint_help(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    (found,) = compare(capsys, old, new)["comparisons"]
    assert (found["model"], found["other"]) == (f"{Path(new).name}/mine", f"{Path(old).name}/mine")
    assert (found["metric"], found["value"], found["other_value"], found["n"]) == ("accuracy", 1, 0.25, 160)
    assert (found["difference"], found["won"], found["lost"]) == (0.75, 0.75, 0)
    assert found["p_value"] == found["p_adjusted"] < 1e-17  # 60 recordings of 80 differ, all one way
    assert found["low"] < 0.75 < found["high"]
    assert found["effect_size"] == pytest.approx(1.72, abs=0.01)
    (back,) = compare(capsys, new, old)["comparisons"]
    assert back["difference"] == -0.75


def test_a_table_on_stderr_and_nothing_on_stdout(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert invoke(["compare", run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint"), "--metric", "all"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    for words in (
        "accuracy, % (higher is better)",
        "fid (lower is better)",
        "100.0, 25.0",
        "clearly",
        "by Holm's method",
    ):
        assert words in captured.err
    assert "The same pictures in more than one run, which count once: toy_real, toy_shuffled." in captured.err


def test_all_metrics_are_one_family(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    told = compare(capsys, old, new, "--metric", "all")["comparisons"]
    assert {row["metric"] for row in told} >= {"accuracy", "audioclip_similarity", "fid"}
    adjusted = holm(np.array([row["p_value"] for row in told]))
    assert [row["p_adjusted"] for row in told] == pytest.approx(list(adjusted))
    (alone,) = compare(capsys, old, new)["comparisons"]
    (among,) = (row for row in told if row["metric"] == "accuracy")
    assert among["p_value"] == alone["p_value"] < among["p_adjusted"]


def test_a_distance_is_compared_block_by_block(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    (found,) = compare(capsys, old, new, "--metric", "fid")["comparisons"]
    values = [m.estimate.value for path in (new, old) for m in load_run(path).record.measurements if m.metric == "fid"]
    assert found["difference"] == pytest.approx(values[0] - values[3])
    assert found["low"] < found["difference"] < found["high"] < 0
    assert found["p_value"] < 0.001
    assert found["won"] is found["effect_size"] is None


def test_records_without_replicates_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    record = load_run(old).record
    forgotten = tuple(
        m.model_copy(update={"estimate": m.estimate.model_copy(update={"replicates": ()})}) for m in record.measurements
    )
    told = compare(capsys, altered(old, "forgetful", measurements=forgotten), new, "--metric", "fid")
    assert told["comparisons"] == []
    (row,) = told["untested"]
    assert (row["metric"], row["other"]) == ("fid", "forgetful/mine")
    assert row["low"] <= row["value"] < row["other_low"] < row["other_value"]
    assert invoke(["compare", "runs/forgetful", new, "--metric", "fid"]) == 0
    assert "not tested" in capsys.readouterr().err


def test_one_run_is_compared_as_its_record_is(capsys: pytest.CaptureFixture[str]) -> None:
    path = run(capsys, "OldCheckpoint", "HearingModel")
    found = compare(capsys, path)["comparisons"]
    assert found == json.loads(json.dumps([c.flat() for c in load_run(path).record.comparisons]))
    assert [(row["model"], row["other"]) for row in found] == [("mine", "hearing")]


def test_models_that_are_asked_for_meet_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    found = compare(capsys, old, new, "--models", f"{Path(new).name}/mine,toy_real,toy_shuffled")["comparisons"]
    mine = f"{Path(new).name}/mine"
    assert {(row["model"], row["other"]) for row in found} == {
        ("toy_real", "toy_shuffled"),
        (mine, "toy_real"),
        (mine, "toy_shuffled"),
    }


def test_systems_without_namesakes_meet_those_of_the_other_run(capsys: pytest.CaptureFixture[str]) -> None:
    found = compare(capsys, run(capsys, "DeafModel"), run(capsys, "HearingModel"))["comparisons"]
    assert [(row["model"], row["other"]) for row in found] == [("hearing", "deaf")]


def test_other_clips_are_refused_unless_only_shared_ones_are_to_count(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint", options=("--limit", "80")), run(capsys, "NewCheckpoint")
    told = refusal(capsys, old, new)
    assert "passports differ in dataset ('toy@" in told
    assert "add --shared-clips" in told
    shared = compare(capsys, old, new, "--shared-clips", "--metric", "all")
    assert {(row["metric"], row["n"]) for row in shared["comparisons"]} == {
        ("accuracy", 80),
        ("audioclip_similarity", 80),
    }
    assert any(note.startswith("Only the 80 clips in both runs count, of 160 of") for note in shared["notes"])
    assert any(note.startswith("fid is left out: it has no value for a clip") for note in shared["notes"])
    assert "it has no value for a clip" in refusal(capsys, old, new, "--shared-clips", "--metric", "fid")


def test_a_passport_that_differs_names_the_field_and_both_values(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    record = load_run(old).record
    for field, value in (("version", 7), ("extractors", ("other@1",)), ("details", "another template")):
        told = refusal(capsys, altered(old, field, **with_passports(record, **{field: value})), new, "--shared-clips")
        assert f"the passports differ in {field} (" in told
        assert repr(value) in told
        assert "run both again with one version of the suite and one profile" in told


def test_runs_of_different_worlds_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    record = load_run(old).record
    other = record.profile.model_copy(update={"name": "paper"})
    assert "the profile differs (paper there, toy here)" in refusal(capsys, altered(old, "a", profile=other), new)
    protocol = record.protocol.model_copy(update={"version": 2})
    assert "the protocol's version differs (2 there, 1 here)" in refusal(
        capsys, altered(old, "b", protocol=protocol), new
    )
    unfinished = altered(old, "c", status="running")
    assert "the run is not complete" in refusal(capsys, unfinished, new)


def test_a_number_that_is_mostly_bias_is_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = run(capsys, "OldCheckpoint"), run(capsys, "NewCheckpoint")
    few = Adequacy(n=160, m=160, d=2048, rank=159, reference_rank=159, biased=True)
    measurements = load_run(new).record.measurements
    doubtful = tuple(m.model_copy(update={"adequacy": few}) if m.metric == "fid" else m for m in measurements)
    path = altered(new, "doubtful", measurements=doubtful)
    assert "fid cannot be compared: 160 pictures < 2048 dimensions" in refusal(capsys, old, path, "--metric", "fid")
    told = compare(capsys, old, path, "--metric", "all")
    assert any(note.startswith("fid is left out: 160 pictures") for note in told["notes"])
    assert "fid" not in {row["metric"] for row in told["comparisons"] + told["untested"]}


def test_other_seeds_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = run(capsys, "HearingModel"), run(capsys, "HearingModel", options=("--seed", "5"))
    told = compare(capsys, first, second)
    assert "The runs drew with different seeds (0 and 5): part of a difference may be luck." in told["notes"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--models", "hearing,toy_real", "--metric", "acuracy"), "did you mean 'accuracy'"),
        (("--models", "hearnig,toy_real"), "did you mean 'hearing'"),
        (("--models", "hearing"), "name a second run, or two models by --models"),
        (("nowhere",), "not a run folder"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in refusal(capsys, run(capsys, "HearingModel"), *arguments)


def test_the_same_pictures_are_nothing_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    path = run(capsys, "HearingModel")
    assert "the run is named twice" in refusal(capsys, path, path)
    floors = tuple(
        card.model_copy(update={"bound": "floor"}) if card.role == "reference" else card
        for card in load_run(path).record.models
    )
    one, two = altered(path, "one", models=floors), altered(path, "two", models=floors)
    assert len(compare(capsys, one)["comparisons"]) == 2
    assert "has the fingerprint changed?" in refusal(capsys, one, two)
