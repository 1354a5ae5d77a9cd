from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from reporting_example import ESC50, example_run

from evalsuite.reporting.html import write_report

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=8000",
    "--dump-dom",
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt install chromium")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(*example_run(tmp_path_factory.mktemp("run") / "r", classes=ESC50[:6], per_class=8))


def _open(page: Path, profile: Path, *options: str) -> tuple[str, list[str]]:
    """Return a page's document after its scripts ran, and what it wrote to the console."""
    done = subprocess.run(
        [str(CHROMIUM), *QUIET, f"--user-data-dir={profile}", *options, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def _with_probe(report: Path, folder: Path, script: str) -> Path:
    """Return a copy of the report that also runs ``script``, which leaves its finding in the title."""
    page = folder / "probe.html"
    page.write_text(report.read_text().replace("</body>", f"<script>{{{script}}}</script></body>"))
    return page


def _title(document: str) -> str:
    found = re.search(r"<title>(.*?)</title>", document)
    assert found
    return found[1]


def test_the_report_opens_without_a_console_message(report: Path, tmp_path: Path) -> None:
    document, console = _open(report, tmp_path)
    assert console == []
    assert "6 of 6 classes" in document
    assert document.count('class="player"') == 6 * 3


def test_the_report_asks_nothing_of_the_network(report: Path, tmp_path: Path) -> None:
    probe = """
        const asked = performance.getEntriesByType("resource").map((entry) => entry.name);
        document.title = "asked " + asked.filter((name) => !name.startsWith("data:")).length;
    """
    document, console = _open(_with_probe(report, tmp_path, probe), tmp_path / "profile")
    assert (_title(document), console) == ("asked 0", [])


def test_the_sounds_play(report: Path, tmp_path: Path) -> None:
    probe = """
        const audio = document.querySelector("audio");
        audio.addEventListener("loadedmetadata", () => { document.title = "seconds " + audio.duration.toFixed(1); });
        audio.addEventListener("error", () => { document.title = "error " + audio.error.message; });
        audio.preload = "auto";
        audio.load();
    """
    document, _ = _open(_with_probe(report, tmp_path, probe), tmp_path / "profile")
    assert _title(document) == "seconds 5.0"


def test_classes_can_be_found_and_ordered(report: Path, tmp_path: Path) -> None:
    probe = """
        const form = document.querySelector(".tools");
        form.order.value = "name";
        form.find.value = "o";
        form.order.dispatchEvent(new Event("input", { bubbles: true }));
        const shown = [...document.querySelectorAll("details.class")].filter((one) => !one.hidden);
        document.title = shown.map((one) => one.dataset.name).join(" ");
    """
    document, _ = _open(_with_probe(report, tmp_path, probe), tmp_path / "profile")
    assert _title(document) == "cow dog frog rooster"


@pytest.mark.parametrize("width", [500, 1280])  # narrower than 500, headless Chromium lays out at 500
def test_the_page_never_scrolls_sideways(report: Path, tmp_path: Path, width: int) -> None:
    probe = 'document.title = document.documentElement.scrollWidth <= innerWidth ? "fits" : "too wide";'
    document, _ = _open(_with_probe(report, tmp_path, probe), tmp_path / "profile", f"--window-size={width},900")
    assert _title(document) == "fits"
