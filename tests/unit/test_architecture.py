"""Keeps the arrows between the rooms: who may import whom. See docs/architecture.md."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]

LEAVES = ("evalsuite.errors", "evalsuite.hashing", "evalsuite.measurement", "evalsuite.seeds")
"""Single files below every room, which import nothing but the standard library and pydantic."""


def _imports(file: Path) -> Iterator[str]:
    """Dotted names of all that a file imports, wherever in the file; «from a import b» gives «a.b»."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute in this project"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _below(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@cache
def _edges(folder: str) -> list[tuple[str, str]]:
    files = sorted((REPOSITORY / folder).rglob("*.py"))
    assert files, f"{folder} has moved"
    return [(str(file.relative_to(REPOSITORY)), name) for file in files for name in _imports(file)]


def test_the_harness_knows_no_particular_model():
    assert not [edge for edge in _edges("evalsuite") if _below(edge[1], "baselines")]


@pytest.mark.parametrize("room", ["metrics", "stats"])
def test_metrics_and_statistics_stand_on_numpy_alone(room: str):
    allowed = (*LEAVES, "evalsuite.metrics", "evalsuite.stats")
    wrong = [
        edge
        for edge in _edges(f"evalsuite/{room}")
        if _below(edge[1], "torch", "torchvision", "transformers", "evalsuite") and not _below(edge[1], *allowed)
    ]
    assert not wrong


def test_reporting_reads_records_and_computes_nothing():
    rooms = ("metrics", "stats", "encoders", "running.score", "calibration")
    computing = ("torch", *(f"evalsuite.{room}" for room in rooms))
    assert not [edge for edge in _edges("evalsuite/reporting") if _below(edge[1], *computing)]


@pytest.mark.parametrize("room", ["audio", "contamination", "datasets", "encoders", "miniworld", "training"])
def test_what_runs_are_made_of_knows_nothing_of_runs(room: str):
    above = [f"evalsuite.{name}" for name in ("calibration", "cli", "conformance", "doctor", "reporting", "running")]
    assert not [edge for edge in _edges(f"evalsuite/{room}") if _below(edge[1], *above)]


def test_library_code_is_free_of_relative_and_test_imports():
    edges = _edges("evalsuite") + _edges("baselines")
    plugin = "evalsuite/pytest_plugin.py"
    assert not [edge for edge in edges if _below(edge[1], "pytest", "tests") and edge[0] != plugin]


def test_a_run_folder_does_not_know_how_it_is_shown():
    showing = ("evalsuite.reporting", "evalsuite.notebook")
    below = ("evalsuite/run_folder.py", "evalsuite/record.py")
    assert not [edge for edge in _edges("evalsuite") if edge[0] in below and _below(edge[1], *showing)]


def test_only_the_package_itself_names_the_notebook():
    edges = [edge for edge in _edges("evalsuite") if _below(edge[1], "evalsuite.notebook")]
    assert {file for file, _ in edges if not file.startswith("evalsuite/notebook/")} == {"evalsuite/__init__.py"}
