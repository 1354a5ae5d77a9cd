"""Fetching published weights from the Hugging Face hub, or as much of it as a server of this machine can be."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from weights_server import CONTENT, DIGEST, FILE, serving, write_list

if TYPE_CHECKING:
    from pathlib import Path


class Hub(BaseHTTPRequestHandler):
    """As much of the Hugging Face hub as one network of two files takes."""

    commit = "a" * 40
    weights = CONTENT

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        files = {FILE: self.weights, "config.json": b"{}"}
        name = self.path.partition("?")[0].rpartition("/")[2]
        if "/resolve/" in self.path and name in files:
            etag = hashlib.sha256(CONTENT).hexdigest() if name == FILE else "b" * 40
            self._send(files[name], {"ETag": f'"{etag}"', "X-Repo-Commit": self.commit})
        elif "/tree/" in self.path:
            tree = [{"type": "file", "path": name, "oid": "b" * 40, "size": len(files[name])} for name in files]
            self._send(json.dumps(tree).encode())
        else:
            siblings = [{"rfilename": name} for name in files]
            self._send(json.dumps({"id": "some/network", "sha": self.commit, "siblings": siblings}).encode())

    def _send(self, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(200)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


HUB_CODE = """
import sys
from evalsuite import published
published.LIST = sys.argv[1]
from evalsuite.cli.main import invoke
sys.exit(max(invoke(["weights", "fetch", "network"]), invoke(["weights", "verify"])))
"""


def from_hub(tmp_path: Path, *, sha256: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Fetch and verify in a process of its own: the hub's library reads its settings once."""
    file = write_list(tmp_path, hub="some/network", files={FILE: sha256, "config.json": ""})
    own = {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1", "HF_HUB_OFFLINE": "1"}
    with serving(Hub, **settings) as address:
        return subprocess.run(
            [sys.executable, "-c", HUB_CODE, str(file)],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "", "EVALSUITE_HOME": str(tmp_path / "home"), "HF_ENDPOINT": address, **own},
        )


def test_the_hub_s_files_go_into_its_cache_and_are_checked(tmp_path: Path):
    done = from_hub(tmp_path, sha256="")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "hf").glob("hub/*/snapshots/*/*")) == ["config.json", FILE]
    assert re.search(rf"network +right +.*{FILE}", done.stdout), "the cache's own name of the file is its digest"


def test_what_the_hub_sends_damaged_is_deleted(tmp_path: Path):
    done = from_hub(tmp_path, sha256=DIGEST, weights=CONTENT[:-1] + b"!")
    assert done.returncode == 2
    assert "not what was published, and was deleted" in done.stderr
    assert not [path for path in (tmp_path / "hf").glob("hub/*/snapshots/*/*") if path.name == FILE]
