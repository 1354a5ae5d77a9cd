"""The page that compares runs, opened as its reader opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium import ASKED, PLAYED, needs_chromium, opened, title, with_probe
from comparison_example import two_runs

from evalsuite.reporting.comparison import write_comparison
from evalsuite.running.comparison import compare_whole_runs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    runs, media = two_runs(folder, reference="other pictures")
    return write_comparison(compare_whole_runs([run.path for run in runs]), media, folder / "comparison.html")


def test_the_page_opens_without_a_console_message(page: Path, tmp_path: Path) -> None:
    document, console = opened(page, tmp_path)
    assert console == []
    assert document.count('class="player"') == 2 * 12


def test_the_page_asks_nothing_of_the_network(page: Path, tmp_path: Path) -> None:
    document, console = opened(with_probe(page, tmp_path, ASKED), tmp_path / "profile")
    assert (title(document), console) == ("asked 0", [])


def test_the_sounds_play(page: Path, tmp_path: Path) -> None:
    document, console = opened(with_probe(page, tmp_path, PLAYED), tmp_path / "profile")
    assert (title(document), console) == ("seconds 5.0", [])


@pytest.mark.parametrize("width", [500, 1280])  # narrower than 500, headless Chromium lays out at 500
def test_the_page_never_scrolls_sideways(page: Path, width: int, tmp_path: Path) -> None:
    probe = """
        for (const one of document.querySelectorAll("details")) one.open = true;
        document.title = document.documentElement.scrollWidth <= innerWidth ? "fits" : "too wide";
    """
    document, _ = opened(with_probe(page, tmp_path, probe), tmp_path / "profile", f"--window-size={width},900")
    assert title(document) == "fits"


def test_the_bars_of_the_histogram_fill_its_height(page: Path, tmp_path: Path) -> None:
    probe = """
        const drawing = document.querySelector(".spread > svg").getBoundingClientRect();
        const bars = [...document.querySelectorAll(".spread rect")].map((bar) => bar.getBoundingClientRect());
        const inside = bars.every((bar) => bar.left >= drawing.left - 1 && bar.right <= drawing.right + 1);
        const tallest = Math.max(...bars.map((bar) => bar.height)) / drawing.height;
        document.title = `${inside} ${Math.round(10 * tallest)}`;
    """
    document, _ = opened(with_probe(page, tmp_path, probe), tmp_path / "profile")
    assert title(document) == "true 10"
