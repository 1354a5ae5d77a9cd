"""A real browser, without a window: what a page's document and console hold after its scripts ran."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

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

ASKED = """
    const asked = performance.getEntriesByType("resource").map((entry) => entry.name);
    document.title = "asked " + asked.filter((name) => !name.startsWith("data:")).length;
"""
"""A script that counts what a page asked of the network."""
PLAYED = """
    const audio = document.querySelector("audio");
    audio.addEventListener("loadedmetadata", () => { document.title = "seconds " + audio.duration.toFixed(1); });
    audio.addEventListener("error", () => { document.title = "error " + audio.error.message; });
    audio.preload = "auto";
    audio.load();
"""
"""A script that tells how long a page's first sound is."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt install chromium")


def opened(page: Path, profile: Path, *options: str) -> tuple[str, list[str]]:
    """Return a page's document after its scripts ran, and what it wrote to the console."""
    done = subprocess.run(
        [str(CHROMIUM), *QUIET, f"--user-data-dir={profile}", *options, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def with_probe(report: Path, folder: Path, script: str) -> Path:
    """Return a copy of the report that also runs ``script``, which leaves its finding in the title."""
    page = folder / "probe.html"
    page.write_text(report.read_text().replace("</body>", f"<script>{{{script}}}</script></body>"))
    return page


def title(document: str) -> str:
    """Return the title of a document."""
    found = re.search(r"<title>(.*?)</title>", document)
    assert found
    return found[1]
