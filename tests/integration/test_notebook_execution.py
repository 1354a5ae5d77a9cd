"""The example notebook: its cells run, and the outputs that are stored with it are theirs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from evalsuite.cli.main import invoke

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "reading_a_run.ipynb"
COMMANDS = (
    "run esc50_zeroshot --limit 10 --models sound2scene,sonification --no-report",
    "run control_volume --limit 3 --models sound2scene --no-report",
)


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _kinds(cell: NotebookNode) -> list[set[str]]:
    """The media types of each of a cell's outputs; what is printed has none."""
    return [set(output.get("data", ())) for output in cell.outputs]


@pytest.fixture(scope="module")
def stored() -> NotebookNode:
    """The notebook as it lies in the repository."""
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def executed(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:  # noqa: ARG001 - or it skips
    """The notebook after its cells were executed on small runs, in a folder like that of a checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    place = folder / "docs" / "notebooks"
    place.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("EVALSUITE_HOME", str(folder / "home"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))  # nobody's own settings
        patch.delenv("MPLBACKEND", raising=False)
        for command in COMMANDS:
            assert invoke(command.split()) == 0
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        NotebookClient(notebook, resources={"metadata": {"path": place}}).execute()  # raises what a cell raises
    return notebook


def test_every_cell_gives_outputs_of_the_stored_kinds(stored: NotebookNode, executed: NotebookNode):
    assert [_kinds(cell) for cell in _code(executed)] == [_kinds(cell) for cell in _code(stored)]


def test_both_runs_and_the_clips_far_apart_are_shown_with_pictures(executed: NotebookNode):
    pages = [output.data.get("text/html", "") for cell in _code(executed) for output in cell.outputs]
    shown = [page.count("<img") for page in pages if 'class="strip"' in page]
    assert len(shown) == 3
    assert min(shown) >= 12


def test_the_stored_outputs_are_of_one_pass_without_errors(stored: NotebookNode):
    cells = _code(stored)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output.output_type for cell in cells for output in cell.outputs]
    assert set(outputs) == {"execute_result", "display_data"}


def test_the_notebook_is_small():
    assert NOTEBOOK.stat().st_size < 300_000
