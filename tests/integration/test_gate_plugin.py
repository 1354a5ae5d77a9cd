"""The gate in a model's own tests: pytest, with the plugin, in a process and a folder of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PLUGIN = "evalsuite.pytest_plugin"
HEAVY = ("torch", "numpy", "pandas", "pyarrow", "scipy", "matplotlib", "pydantic")

pytest_plugins = ("pytester",)


@pytest.fixture
def repository(world: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A repository with a model and the toy world; plugins are loaded by name alone, installed or not."""
    protocol, profile = ((world / name).read_text() for name in ("protocol.yaml", "profile.yaml"))
    (pytester.path / "protocol.yaml").write_text(protocol + "gate:\n  margins: {accuracy: {absolute: 0.05}}\n")
    (pytester.path / "profile.yaml").write_text(profile)
    monkeypatch.chdir(pytester.path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    monkeypatch.setenv("EVALSUITE_HOME", str(pytester.path / "home"))
    for variable in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):  # pytest-benchmark is off in a worker
        monkeypatch.delenv(variable, raising=False)
    return pytester


def gate_of(checkpoint: str, *, more: str = "") -> str:
    return f"""
        def test_mine(evalsuite_gate):
            evalsuite_gate(
                "gated_models:{checkpoint}",
                protocol="protocol.yaml", profile="profile.yaml", baseline="kept/mine.evalsuite", limit=160, {more}
            )
    """


def run(repository: pytest.Pytester, code: str, *options: str) -> pytest.RunResult:
    repository.makepyfile(code)
    return repository.runpytest_subprocess("-p", PLUGIN, "-rs", *options)


def test_a_repository_gates_its_model(repository: pytest.Pytester) -> None:
    made = run(repository, gate_of("Checkpoint"), "--evalsuite-update-baseline", "--evalsuite-why", "first")
    made.assert_outcomes(passed=1)
    assert (repository.path / "kept" / "mine.evalsuite").is_file()
    run(repository, gate_of("Checkpoint")).assert_outcomes(passed=1)
    worse = run(repository, gate_of("Worse"))
    worse.assert_outcomes(failed=1)
    worse.stdout.fnmatch_lines(
        [
            "Regressed: of 1 score, 1 became worse by more than is allowed.",
            "accuracy of mine fell by * points [[]*[]], more than the 5.0 allowed",
        ]
    )
    assert "Traceback" not in worse.stdout.str()


def test_what_is_not_decided_is_skipped_with_the_reason(repository: pytest.Pytester) -> None:
    run(repository, gate_of("Checkpoint"), "--evalsuite-update-baseline").assert_outcomes(passed=1)
    (repository.path / "strict.yaml").write_text("margins: {accuracy: {absolute: 0.01}}\n")
    unsure = run(repository, gate_of("Twice", more='gate="strict.yaml"'))
    unsure.assert_outcomes(skipped=1)
    unsure.stdout.fnmatch_lines(["*more clips to decide*"])


def test_a_mistake_is_one_line(repository: pytest.Pytester) -> None:
    lost = run(repository, gate_of("Checkpoint"))
    lost.assert_outcomes(failed=1)
    lost.stdout.fnmatch_lines(["evalsuite: */kept/mine.evalsuite: no such baseline: make it by *"])
    assert "Traceback" not in lost.stdout.str()


def throughput_of(checkpoint: str, *, more: str = "") -> str:
    return f"""
        def test_mine(evalsuite_throughput):
            evalsuite_throughput(
                "gated_models:{checkpoint}", protocol="protocol.yaml", profile="profile.yaml", {more}
            )
    """


def test_throughput_by_pytest_benchmark(repository: pytest.Pytester) -> None:
    told = run(repository, throughput_of("Checkpoint"), "-p", "pytest_benchmark.plugin", "--benchmark-json=speed.json")
    told.assert_outcomes(passed=1)
    assert '"pictures_per_second"' in (repository.path / "speed.json").read_text()


def test_a_model_that_became_slow_is_stopped(repository: pytest.Pytester) -> None:
    against = 'against="gated_models:Checkpoint", allowed=0.2'
    told = run(repository, throughput_of("Slow", more=against), "-p", "pytest_benchmark.plugin")
    told.assert_outcomes(failed=1)
    told.stdout.fnmatch_lines(["mine draws at *% [[]*[]] of the speed of before (*"])


def test_without_pytest_benchmark_throughput_is_skipped(repository: pytest.Pytester) -> None:
    told = run(repository, throughput_of("Checkpoint"))
    told.assert_outcomes(skipped=1)
    told.stdout.fnmatch_lines(["*evalsuite_throughput needs pytest-benchmark*"])


def test_the_plugin_costs_next_to_nothing() -> None:
    """The best of five: a busy machine slows single starts, never speeds one up."""
    code = f"import pytest, sys, time; had = set(sys.modules); began = time.perf_counter(); import {PLUGIN}; "
    code += f"print(time.perf_counter() - began, *((set(sys.modules) - had) & set({HEAVY})))"
    told = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(5)
    ]
    assert min(float(seconds) for seconds, *_ in told) < 0.05
    assert not [heavy for _, *heavy in told if heavy]
