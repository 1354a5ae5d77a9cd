"""The gate by the real command: what stops a model, what does not, and what cannot be told."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evalsuite.cli.main import invoke
from evalsuite.gating.baseline import load_baseline
from evalsuite.run_folder import load_run, save_record
from evalsuite.running.store import Store

pytestmark = pytest.mark.usefixtures("world")
BASELINE = "kept/mine.evalsuite"
GATE = """\
margins:
  accuracy: {absolute: 0.05}
  fid: {absolute: 0.03}
"""


@pytest.fixture(autouse=True)
def _gate_file(world: Path) -> None:
    (world / "gate.yaml").write_text(GATE)


def run(capsys: pytest.CaptureFixture[str], checkpoint: str, *options: str) -> str:
    """Run a checkpoint and return the run's folder."""
    named = ("--models", f"gated_models:{checkpoint}")
    given = ("--profile", "profile.yaml", "--no-report", "--json", *options)
    assert invoke(["run", "protocol.yaml", *named, *given]) == 0
    return str(json.loads(capsys.readouterr().out)["run"])


def keep(capsys: pytest.CaptureFixture[str], path: str, *options: str) -> str:
    assert invoke(["gate", path, "--update-baseline", BASELINE, "--gate", "gate.yaml", *options]) == 0
    return capsys.readouterr().out


def gate(capsys: pytest.CaptureFixture[str], path: str, *options: str) -> tuple[int, str]:
    """Return the exit code and all that was said."""
    given = options if "--gate" in options else ("--gate", "gate.yaml", *options)
    code = invoke(["gate", path, "--baseline", BASELINE, *given])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_the_same_pictures_hold(capsys: pytest.CaptureFixture[str]) -> None:
    path = run(capsys, "Checkpoint")
    assert "2 scores of mine on 160 clips" in keep(capsys, path)
    code, told = gate(capsys, path)
    assert code == 0
    assert told.splitlines() == [
        "Holds: of 2 scores, none became worse by more than is allowed.",
        "accuracy of mine is what it was: no value differs",
        "FID of mine is what it was: no value differs",
    ]


def test_a_worse_model_is_stopped_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    keep(capsys, run(capsys, "Checkpoint"))
    worse = run(capsys, "Worse")
    code, told = gate(capsys, worse)
    assert code == 1
    verdict, accuracy, fid, advice = told.splitlines()
    assert verdict == "Regressed: of 2 scores, 2 became worse by more than is allowed."
    assert accuracy.startswith("accuracy of mine fell by ")
    assert accuracy.endswith("], more than the 5.0 allowed")
    assert " points [" in accuracy
    assert fid.startswith("FID of mine rose by ")
    assert "points" not in fid
    update = f"evalsuite gate {worse} --update-baseline {BASELINE} --gate gate.yaml --why '…'"
    assert advice == f"where that is meant: {update}"


def test_the_command_that_it_ends_with_makes_the_run_the_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    keep(capsys, run(capsys, "Checkpoint"))
    worse = run(capsys, "Worse")
    program, *arguments = shlex.split(gate(capsys, worse)[1].splitlines()[-1].partition(": ")[2])
    assert program == "evalsuite"
    assert invoke(arguments) == 0
    assert gate(capsys, worse)[0] == 0


def test_a_better_model_holds(capsys: pytest.CaptureFixture[str]) -> None:
    keep(capsys, run(capsys, "Checkpoint"))
    code, told = gate(capsys, run(capsys, "Better"))
    assert code == 0, told
    assert "accuracy of mine rose by " in told


def test_what_these_clips_cannot_decide_says_how_many_would(capsys: pytest.CaptureFixture[str]) -> None:
    keep(capsys, run(capsys, "Checkpoint"))
    Path("strict.yaml").write_text("margins: {accuracy: {absolute: 0.01}}\n")
    code, told = gate(capsys, run(capsys, "Twice"), "--gate", "strict.yaml", "--json")
    assert code == 3, told
    assert told.startswith('{"run"')
    (row,) = json.loads(told.splitlines()[0])["findings"]
    assert (row["outcome"], row["allowed"], row["n"]) == ("inconclusive", 0.01, 160)
    assert row["to_decide"] > 1000
    assert f"run {row['to_decide']:,} more clips to decide (the protocol has 0 more" in row["told"]


def test_margins_may_stand_in_the_protocol(capsys: pytest.CaptureFixture[str]) -> None:
    protocol = Path("protocol.yaml")
    protocol.write_text(protocol.read_text() + "gate:\n  margins: {accuracy: {absolute: 0.9}}\n")
    keep(capsys, run(capsys, "Checkpoint"))
    worse = run(capsys, "Worse")
    assert invoke(["gate", worse, "--baseline", BASELINE]) == 0
    assert "within the 90.0 allowed" in capsys.readouterr().out
    assert gate(capsys, worse)[0] == 1


def test_without_margins_one_point_of_accuracy_is_allowed_and_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    path = run(capsys, "Checkpoint")
    keep(capsys, path)
    assert invoke(["gate", path, "--baseline", BASELINE]) == 0
    assert "1.0 point of accuracy is allowed" in capsys.readouterr().out


def test_another_models_pictures_under_this_models_name(capsys: pytest.CaptureFixture[str]) -> None:
    """A cache that was mixed up: same fingerprint, same run folder, other pictures."""
    good = run(capsys, "Checkpoint")
    keep(capsys, good)
    worse = run(capsys, "Worse")
    keys = [load_run(path).clips().query("model == 'mine'").set_index("clip_id")["image_key"] for path in (good, worse)]
    with Store() as store:
        pictures = store.get_many(keys[1])
        store.put_many({ours: pictures[theirs] for ours, theirs in zip(*keys, strict=True)})
    assert run(capsys, "Checkpoint") == good
    code, told = gate(capsys, good)
    assert code == 1
    assert "accuracy of mine fell by" in told
    assert "mine scores otherwise though its fingerprint is the baseline's" in told


def refusal(capsys: pytest.CaptureFixture[str], path: str, *options: str) -> str:
    code, told = gate(capsys, path, *options)
    assert code == 2
    (line,) = told.splitlines()
    assert line.startswith("evalsuite: ")
    return line


def altered(path: str, name: str, **changes: object) -> str:
    """Copy a run under another name, with another record."""
    folder = Path(path).with_name(name)
    shutil.copytree(path, folder)
    save_record(folder, load_run(path).record.model_copy(update=changes))
    return str(folder)


def test_what_does_not_compare_names_the_field(capsys: pytest.CaptureFixture[str]) -> None:
    path = run(capsys, "Checkpoint")
    keep(capsys, path)
    fewer = refusal(capsys, run(capsys, "Checkpoint", "--limit", "80"))
    assert "accuracy of mine does not compare: the passports differ in dataset ('toy@" in fewer
    assert "run the same clips, or update the baseline, if that is meant" in fewer
    record = load_run(path).record
    measurements = tuple(
        m.model_copy(update={"passport": m.passport.model_copy(update={"details": "another template"})})
        for m in record.measurements
    )
    told = refusal(capsys, altered(path, "template", measurements=measurements))
    assert "the passports differ in details (" in told
    assert "run with the same profile and version of the suite" in told
    protocol = record.protocol.model_copy(update={"version": 2})
    told = refusal(capsys, altered(path, "protocol", protocol=protocol))
    assert "the protocol's version differs (1 in the baseline, 2 here)" in told
    assert "the run is not complete" in refusal(capsys, altered(path, "unfinished", status="running"))


@pytest.mark.parametrize(
    ("gate_file", "words"),
    [
        (
            "margins:\n  fid: {relative: 0.1}\n  acuracy: {absolute: 0.1}\n",
            "other.yaml:3: the run did not measure 'acura",
        ),
        ("margins: {accuracy: {absolut: 0.1}}\n", "unknown key 'absolut' — did you mean 'absolute'?"),
        ("margins: {accuracy: {}}\n", "other.yaml:1: give a margin either as absolute:"),
        ("margins: {accuracy: {absolute: 0.1}}\nmodels: [mien]\n", "no model 'mien' — did you mean 'mine'?"),
        ("margins: {audioclip_similarity: {absolute: 0.1}}\n", "the baseline has no metric 'audioclip_similarity'"),
    ],
)
def test_a_mistake_in_the_gate_is_one_line(gate_file: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = run(capsys, "Checkpoint")
    keep(capsys, path)
    Path("other.yaml").write_text(gate_file)
    assert words in refusal(capsys, path, "--gate", "other.yaml")


def test_the_baseline_has_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    path = run(capsys, "Checkpoint")
    assert "no such baseline: make it by" in refusal(capsys, path)
    Path("kept").mkdir()
    Path(BASELINE).write_text("no gzip")
    assert "not a baseline" in refusal(capsys, path)
    assert invoke(["gate", path]) == 2
    assert "give either --baseline FILE" in capsys.readouterr().err


def test_every_update_is_in_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    keep(capsys, run(capsys, "Checkpoint"), "--why", "first release")
    said = keep(capsys, run(capsys, "Worse"), "--why", "smaller, and worth it")
    assert "update 2 by " in said
    history = load_baseline(Path(BASELINE)).history
    assert [entry.why for entry in history] == ["first release", "smaller, and worth it"]
    assert all(
        entry.who and entry.when.endswith("+00:00") and entry.run.startswith("toy_protocol-") for entry in history
    )


def test_files_for_machines_and_for_pull_requests(capsys: pytest.CaptureFixture[str]) -> None:
    good = run(capsys, "Checkpoint")
    keep(capsys, good, "--why", "first | release")
    wanted = ("--junit", "out/gate.xml", "--summary", "out/gate.md")
    code, _ = gate(capsys, run(capsys, "Worse"), *wanted)
    assert code == 1
    suite = well_formed(Path("out/gate.xml"))
    assert [(case.get("classname"), case.get("name")) for case in suite.findall("testcase")] == [
        ("evalsuite.gate.mine", "accuracy"),
        ("evalsuite.gate.mine", "fid"),
    ]
    assert "more than the 5.0 allowed" in str(suite.findall("testcase/failure")[0].get("message"))
    lines = Path("out/gate.md").read_text().splitlines()
    assert lines[0].startswith("## ❌ Regressed: of 2 scores, 2 became worse")
    assert lines[4].startswith("| mine | accuracy | ")
    assert lines[-1].endswith(": first | release.")

    assert gate(capsys, run(capsys, "Checkpoint", "--limit", "80"), *wanted)[0] == 2
    assert "passports differ" in str(well_formed(Path("out/gate.xml")).findall("testcase/error")[0].get("message"))
    assert Path("out/gate.md").read_text().startswith("## ⛔ Unusable")


def well_formed(file: Path) -> ET.Element:
    """Return the test suite of a file that keeps to what readers of JUnit XML agree on."""
    root = ET.parse(file).getroot()
    (suite,) = root
    assert (root.tag, suite.tag, suite[0].tag) == ("testsuites", "testsuite", "properties")
    cases = suite.findall("testcase")
    assert len(suite) == len(cases) + 1
    for element in (root, suite):
        assert element.get("name")
        counts = [int(str(element.get(name))) for name in ("tests", "failures", "errors", "skipped")]
        tags = ("failure", "error", "skipped")
        assert counts == [len(cases), *(len(suite.findall(f"testcase/{tag}")) for tag in tags)]
    for case in cases:
        assert set(case.attrib) == {"classname", "name", "time"}
        float(str(case.get("time")))
        assert [told.tag in {"failure", "error", "skipped"} and bool(told.get("message")) for told in case] in (
            [],
            [True],
        )
    return suite
