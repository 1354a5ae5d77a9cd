"""What Lighthouse says of the reports: 95 of 100 at the least, for accessibility and for good practice.

Half a minute a page: `tox -e lighthouse`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from comparison_example import two_runs
from control_example import control_run
from lighthouse import audit, lighthouse_command
from panel_example import wide_run
from reporting_example import REFERENCES, RIVALS, SYSTEM

from evalsuite.reporting.comparison import write_comparison
from evalsuite.reporting.html import write_report
from evalsuite.reporting.training import write_training_report
from evalsuite.resources import locate
from evalsuite.running.comparison import compare_whole_runs
from evalsuite.training_record import load_training

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

LEAST = 95


@pytest.fixture(scope="module")
def command() -> tuple[str, ...]:
    found = lighthouse_command()
    if isinstance(found, str):
        pytest.skip(found)
    return found


def _of_a_run(folder: Path) -> Path:
    return write_report(*wide_run(folder, models=(SYSTEM, *RIVALS[:2], *REFERENCES)))


def _of_a_sweep(folder: Path) -> Path:
    return write_report(*control_run(folder))


def _of_a_training(folder: Path) -> Path:
    record = load_training(locate("evalsuite/miniworld/checkpoints/seeingsounds"))
    assert record
    folder.mkdir()
    return write_training_report(folder, record)


def _of_two_runs(folder: Path) -> Path:
    runs, media = two_runs(folder)
    return write_comparison(compare_whole_runs([run.path for run in runs]), media, folder / "comparison.html")


@pytest.mark.parametrize("write", [_of_a_run, _of_a_sweep, _of_a_training, _of_two_runs])
def test_reports_are_accessible_and_follow_good_practice(
    write: Callable[[Path], Path], command: tuple[str, ...], tmp_path: Path
) -> None:
    found = audit(write(tmp_path / "page"), command=command)
    assert min(found.scores.values()) >= LEAST, found
