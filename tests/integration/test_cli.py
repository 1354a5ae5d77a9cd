from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from toys import HearingModel

from evalsuite.cli.main import VERBS, invoke

TEN_LINES = """\
import numpy as np
from evalsuite.model import ModelCard


class MyModel:
    card = ModelCard(name="mine", fingerprint="v1")

    def generate(self, clips, *, seeds):
        return np.stack([np.full((8, 8, 3), int(abs(clip.waveform).max() * 255), np.uint8) for clip in clips])
"""
RUN = ["run", "protocol.yaml", "--profile", "profile.yaml", "--no-report"]

pytestmark = pytest.mark.usefixtures("world")


def test_run_gives_one_json_object_and_nothing_else(capsys: pytest.CaptureFixture[str]):
    assert invoke([*RUN, "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert set(out) == {"run", "report", "measurements"}
    assert out["report"] is None
    assert (Path(out["run"]) / "record.json").is_file()
    told = {"model", "metric", "value", "low", "high", "n", "not_comparable", "passport", "subset"}
    assert told == set(out["measurements"][0])


def test_run_closes_with_a_table_on_stderr(capsys: pytest.CaptureFixture[str]):
    assert invoke(RUN) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "hearing" in captured.err
    assert "Accuracy" in captured.err
    assert "runs/toy_protocol-" in captured.err


def test_a_report_is_written_once_more(capsys: pytest.CaptureFixture[str]):
    assert invoke([*RUN, "--json"]) == 0
    run = json.loads(capsys.readouterr().out)["run"]
    assert not (Path(run) / "report.html").exists()
    assert invoke(["report", run, "--profile", "profile.yaml"]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()


def test_a_model_of_ten_lines_in_the_current_folder_runs(world: Path):
    """In a process of its own: the installed command does not have the current folder on its path."""
    (world / "my_module.py").write_text(TEN_LINES)
    tests = Path(__file__).parents[1]
    path = os.pathsep.join([str(tests), str(tests.parent)])
    code = "import sys; sys.path = [p for p in sys.path if p]; from evalsuite.cli.main import main; main()"
    arguments = [*RUN, "--models", "my_module:MyModel", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr
    assert {m["model"] for m in json.loads(done.stdout)["measurements"]} == {"mine", "toy_real", "toy_shuffled"}


def test_a_cached_run_imports_no_torch(world: Path):
    assert invoke(RUN) == 0
    tests = Path(__file__).parents[1]
    code = f"""
import sys
from evalsuite.cli.main import invoke
assert invoke({RUN!r}) == 0
print(*(name for name in ("torch", "transformers", "diffusers", "open_clip") if name in sys.modules))
"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env, cwd=world)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "did you mean 'run'"),
        (["run", "protocool.yaml"], "protocool.yaml"),
        ([*RUN, "--models", "toys:Broken"], "model 'broken' failed"),
        ([*RUN, "--models", "toys:HearingModle"], "did you mean 'HearingModel'"),
        ([*RUN, "--limit", "0"], "0"),
        ([*RUN, "--data", "esc50"], "NAME=FOLDER"),
        (["run"], "PROTOCOL"),
        (["report", "nowhere"], "not a run folder"),
        (["train", "toys:HearingModel", "--profile", "profile.yaml"], "nothing to train"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
):
    assert invoke(arguments) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("evalsuite: ")
    assert words in error


def test_a_mistake_in_one_model_loses_nothing_of_the_others(capsys: pytest.CaptureFixture[str]):
    assert invoke([*RUN, "--models", "toys:HearingModel,toys:Broken"]) == 2
    assert "Traceback" not in capsys.readouterr().err
    HearingModel.drawn.clear()
    assert invoke([*RUN, "--models", "toys:HearingModel"]) == 0
    assert sum(HearingModel.drawn) == 160  # the shuffled reference alone


def test_an_interrupt_says_how_to_go_on(capsys: pytest.CaptureFixture[str]):
    assert invoke([*RUN, "--models", "toys:Interrupted"]) == 130
    assert "run the same command again" in capsys.readouterr().err
    assert invoke([*RUN, "--models", "toys:Interrupted"]) == 0


def test_plan_runs_nothing(capsys: pytest.CaptureFixture[str]):
    plan = ["plan", "protocol.yaml", "--profile", "profile.yaml"]
    assert invoke(plan) == 0
    assert "hearing (system): 0 pictures cached, 160 to draw" in capsys.readouterr().out
    assert HearingModel.drawn == []
    assert not Path("runs").exists()
    invoke(RUN)
    invoke(plan)
    assert "hearing (system): 160 pictures cached, 0 to draw" in capsys.readouterr().out


def test_check_model_tells_promises_kept_and_broken(capsys: pytest.CaptureFixture[str]):
    assert invoke(["check-model", "toys:HearingModel", "--profile", "profile.yaml"]) == 0
    assert "BROKEN" not in capsys.readouterr().out
    assert invoke(["check-model", "toys:BatchDependent", "--profile", "profile.yaml"]) == 2
    assert "whatever the batch" in capsys.readouterr().err


def test_ls_lists_runs(capsys: pytest.CaptureFixture[str]):
    invoke(RUN)
    assert invoke(["ls", "runs"]) == 0
    assert "complete  toy  n=160  hearing" in capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_an_example(verb: str, capsys: pytest.CaptureFixture[str]):
    assert invoke([verb, "--help"]) == 0
    assert f"Example: evalsuite {verb}" in capsys.readouterr().out
