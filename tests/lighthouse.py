"""Lighthouse, which audits web pages: how accessible a page is, and whether it does what is held for good practice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from chromium import CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = "12.8.2"
"""The newest that runs with Node.js 20; 13 asks for 22."""
CATEGORIES = ("accessibility", "best-practices")
FETCHES = "EVALSUITE_LIGHTHOUSE"
"""Environment variable: «fetch» lets npm ask its registry; else Lighthouse must lie in npm's cache."""
SETTINGS = (
    f"--only-categories={','.join(CATEGORIES)}",
    "--chrome-flags=--headless --no-sandbox --disable-gpu",
    "--output=json",
    "--quiet",
)
SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What Lighthouse found of a page."""

    scores: dict[str, int]
    """Of 100, by category."""
    failed: dict[str, str]
    """What it holds against the page: the audit's name, and the first place."""


def lighthouse_command() -> tuple[str, ...] | str:
    """Return how Lighthouse is called, or why it cannot be."""
    if CHROMIUM is None:
        return "no Chromium on this machine: apt install chromium"
    npm = shutil.which("npm")
    if npm is None:
        return "no npm on this machine: apt install npm"
    source = "--prefer-offline" if os.environ.get(FETCHES) == "fetch" else "--offline"
    command = (npm, "exec", source, "--yes", f"--package=lighthouse@{VERSION}", "--", "lighthouse")
    try:
        subprocess.run([*command, "--version"], capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return f"lighthouse {VERSION} is not in npm's cache: tox -e lighthouse fetches it"
    return command


def audit(page: Path, *, command: tuple[str, ...]) -> Audit:
    """Return what Lighthouse finds of a page on this machine, served as it asks for: by HTTP."""
    with served(page.parent) as address:
        done = subprocess.run(
            [*command, f"{address}/{page.name}", *SETTINGS],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
            env=os.environ | {"CHROME_PATH": str(CHROMIUM)},
        )
    found = json.loads(done.stdout)
    return Audit(
        scores={name: round(100 * found["categories"][name]["score"]) for name in CATEGORIES},
        failed={name: _where(one) for name, one in found["audits"].items() if one["score"] == 0},
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine alone, while the context lasts, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _where(found: dict[str, Any]) -> str:
    places = found.get("details", {}).get("items", [])
    return str(places[0].get("node", {}).get("snippet", places[0]))[:300] if places else found["title"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
