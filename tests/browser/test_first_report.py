"""The report of the first command, opened as its reader opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chromium import ASKED, PLAYED, needs_chromium, opened, title, with_probe

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import FirstRun

pytestmark = needs_chromium


def test_the_report_opens_without_a_console_message(first_run: FirstRun, tmp_path: Path) -> None:
    document, console = opened(first_run.report, tmp_path)
    assert console == []
    assert "50 of 50 classes" in document
    assert "seeingsounds" in document
    assert "<audio" in document


def test_the_report_asks_nothing_of_the_network(first_run: FirstRun, tmp_path: Path) -> None:
    document, console = opened(with_probe(first_run.report, tmp_path, ASKED), tmp_path / "profile")
    assert (title(document), console) == ("asked 0", [])


def test_the_sounds_play(first_run: FirstRun, tmp_path: Path) -> None:
    document, console = opened(with_probe(first_run.report, tmp_path, PLAYED), tmp_path / "profile")
    assert (title(document), console) == ("seconds 5.0", [])
