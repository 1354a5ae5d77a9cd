"""The recipes for continuous integration do what they say: their own commands are run, on the toy world."""

from __future__ import annotations

import os
import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from commandline import EVALSUITE, TESTS
from ruamel.yaml import YAML

from evalsuite.gating.margins import load_gate

CI = Path(__file__).parents[2] / "docs" / "ci"
OURS = {
    "PROTOCOL": "protocol.yaml",
    "PROFILE": "profile.yaml",
    "LIMIT": "160",
    "BASELINE": "kept/baseline.evalsuite",
    "GATE": "gate.yaml",
}
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "someone"), ("EMAIL", "someone@example.org"))
}


def github() -> tuple[dict[str, str], list[str]]:
    """The variables of the workflow, and its commands that are ours."""
    content = _read("github.yml")
    steps = [step.get("run", "") for step in content["jobs"]["gate"]["steps"]]
    return content["env"], [step for step in steps if step.startswith("evalsuite ")]


def gitlab() -> tuple[dict[str, str], list[str]]:
    """The variables of the job, and its commands that are ours."""
    job = _read("gitlab.yml")["gate"]
    assert job["allow_failure"] == {"exit_codes": 3}
    return job["variables"], list(job["script"])


def speed(name: str) -> str:
    """The commands by which a recipe holds a model's speed against that of the branch before."""
    content = _read(name)
    if name == "gitlab.yml":
        return "\n".join(content["speed"]["script"])
    return next(str(step["run"]) for step in content["jobs"]["gate"]["steps"] if step.get("name") == "Speed")


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load((CI / name).read_text())
    return content


def shell(command: str, *, variables: dict[str, str]) -> int:
    """Run a command as the recipe's machine does: by a shell that stops at the first failure."""
    path = os.pathsep.join([str(EVALSUITE.parent), os.environ["PATH"]])
    own = {"PATH": path, "PYTHONPATH": str(TESTS), **variables}
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", command], env=os.environ | own, check=False).returncode


@pytest.mark.parametrize("recipe", [github, gitlab], ids=["github", "gitlab"])
def test_the_commands_stop_what_got_worse(recipe: Any, world: Path) -> None:
    variables, (run, gate) = recipe()
    assert set(OURS) < set(variables)
    (world / "gate.yaml").write_text("margins: {accuracy: {absolute: 0.05}}\n")
    codes = {}
    for checkpoint in ("Checkpoint", "Worse"):
        ours = OURS | {"MODEL": f"gated_models:{checkpoint}"}
        assert shell(f"rm -rf runs && {run}", variables=ours) == 0
        if checkpoint == "Checkpoint":
            assert shell('evalsuite gate runs/* --update-baseline "$BASELINE" --gate "$GATE"', variables=ours) == 0
        codes[checkpoint] = shell(gate, variables=ours)
        assert "## " in (world / "gate.md").read_text()
        assert (world / "gate.xml").is_file()
    assert codes == {"Checkpoint": 0, "Worse": 1}


def test_what_is_not_decided_stops_nothing(world: Path) -> None:
    """GitHub knows no code that warns: its command turns 3 into success, and no other code."""
    _, (run, gate) = github()
    (world / "gate.yaml").write_text("margins: {accuracy: {absolute: 0.01}}\n")
    for checkpoint, command in (("Checkpoint", "--update-baseline"), ("Twice", "")):
        ours = OURS | {"MODEL": f"gated_models:{checkpoint}"}
        assert shell(f"rm -rf runs && {run}", variables=ours) == 0
        if command:
            assert shell(f'evalsuite gate runs/* {command} "$BASELINE" --gate "$GATE"', variables=ours) == 0
    assert shell(gate, variables=ours) == 0
    assert "Inconclusive" in (world / "gate.md").read_text()
    assert shell(gate, variables=ours | {"BASELINE": "nowhere"}) == 1


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_the_commands_stop_what_became_slow(name: str, world: Path) -> None:
    race = (CI / "test_speed.py").read_text().replace('"esc10_zeroshot"', '"protocol.yaml", profile="profile.yaml"')
    (world / "test_speed.py").write_text(race)
    (world / "my_package").mkdir()
    model = world / "my_package" / "my_model.py"
    model.write_text("from gated_models import Checkpoint as MyModel\n")
    made = "git init --quiet --initial-branch main; git add .; git commit --quiet -m before; git remote add origin ."
    assert shell(made, variables=AUTHOR) == 0
    ours = {
        "GITHUB_BASE_REF": "main",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "MODEL_FILE": "my_package/my_model.py",
        "SPEED": "test_speed.py",
    }
    assert shell(speed(name), variables=ours) == 0
    model.write_text("from gated_models import Slow as MyModel\n")
    assert shell(speed(name), variables=ours) == 1


def our_own() -> str:
    """What `tox -e gate` holds against the baseline of this repository, and how."""
    read = ConfigParser(interpolation=None)
    read.read(TESTS.parent / "tox.ini")
    _, command = read["testenv:gate"]["commands"].replace("\\\n", "").strip().splitlines()
    program, option, line = shlex.split(command)
    assert (program, option) == ("sh", "-c")
    return line.replace("{work_dir}/tests/bin/", "").replace("{env_tmp_dir}", ".")


def test_our_own_gate_does_what_the_recipe_does(world: Path) -> None:
    codes = {}
    for checkpoint, limit in (("Checkpoint", 160), ("Checkpoint", 80), ("Twice", 160), ("Worse", 160)):
        ours = OURS | {"MODEL": f"gated_models:{checkpoint}", "LIMIT": str(limit)}
        assert shell(f"rm -rf runs && {github()[1][0]}", variables=ours) == 0
        if not codes:
            assert shell("evalsuite gate runs/* --update-baseline tests/gate/mini.evalsuite", variables=ours) == 0
        codes[checkpoint, limit] = shell(our_own(), variables=ours)
        (world / "gate.md").rename(world / f"{checkpoint}{limit}.md")
    assert codes == {("Checkpoint", 160): 0, ("Checkpoint", 80): 1, ("Twice", 160): 0, ("Worse", 160): 1}
    assert "Unusable" in (world / "Checkpoint80.md").read_text()
    assert "Inconclusive" in (world / "Twice160.md").read_text()


def test_the_gate_that_is_to_be_copied_is_one() -> None:
    assert set(load_gate(CI / "gate.yaml", metrics=("accuracy", "kid")).margins) == {"accuracy", "kid"}
