"""What docstrings and the page on notebooks say of an opened run holds."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from notebook_example import example_runs

from evalsuite import run_folder
from evalsuite.notebook import run

if TYPE_CHECKING:
    from types import ModuleType

PAGE = Path(__file__).parents[2] / "docs" / "notebooks.md"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs that the examples open."""
    folder = tmp_path_factory.mktemp("written")
    example_runs(folder)
    return folder


@pytest.fixture(autouse=True)
def _at_the_runs(written: Path, evalsuite_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert evalsuite_home.is_dir()
    monkeypatch.chdir(written)


@pytest.mark.parametrize(("module", "fewest"), [(run_folder, 8), (run, 5)])
def test_examples_in_the_docstrings_hold(module: ModuleType, fewest: int):
    found = doctest.testmod(module)
    assert found.attempted >= fewest
    assert not found.failed


def test_the_blocks_of_the_page_run():
    mpl.use("agg")
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert blocks
    defined: dict[str, object] = {}
    for block in blocks:
        exec(block, defined)


def test_the_package_is_imported_without_what_opens_runs():
    code = "import sys, evalsuite; print([name for name in ('pandas', 'numpy', 'pydantic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
