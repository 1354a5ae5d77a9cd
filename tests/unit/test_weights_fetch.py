"""Fetching published weights, from servers of this machine: what is left in the end, and what a user is told."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from evalsuite import published
from evalsuite.cli.main import invoke
from evalsuite.errors import NotFetchedError, UserError
from evalsuite.fetching import fetch
from evalsuite.resources import resolve_weights
from evalsuite.running.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 10_000  # 2.4 MiB: more than one block
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FILE = "network.pt"


class Server(BaseHTTPRequestHandler):
    """Serves CONTENT at any address: whole, from an offset, or broken off after the first ``breaks_after`` bytes."""

    breaks_after: int | None = None
    elsewhere: str | None = None
    asked: list[str | None]

    def do_GET(self) -> None:
        self.asked.append(self.headers["Range"])
        if self.elsewhere:
            self.send_response(302)
            self.send_header("Location", self.elsewhere)
            self.end_headers()
            return
        start = int((self.headers["Range"] or "bytes=0-")[6:-1])
        if start >= len(CONTENT):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(CONTENT)}")
            self.end_headers()
            return
        self.send_response(206 if self.headers["Range"] else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start:][: self.breaks_after])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start a server and return its address; ``asked`` collects the ranges that it was asked for."""
    running: list[ThreadingHTTPServer] = []

    def start(handler: type[BaseHTTPRequestHandler] = Server, **settings: Any) -> str:
        settings.setdefault("asked", [])
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), settings))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Make the list of published weights one row, «network», kept in an empty home."""
    monkeypatch.setenv("EVALSUITE_HOME", str(tmp_path / "home"))

    def put(*, sha256: str = DIGEST, **row: Any) -> None:
        row = {"purpose": "tests", "files": {FILE: sha256}, "known_from": "", "licence": "", "citation": "", **row}
        (tmp_path / "list.yaml").write_text(json.dumps({"weights": {"network": row}}))
        monkeypatch.setattr(published, "LIST", str(tmp_path / "list.yaml"))
        published.published.cache_clear()

    yield put
    published.published.cache_clear()


get = partial(fetch, "network", progress=Silent())


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_fetched_file_is_checked_noted_and_resolved(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path
):
    listed(url=f"{serve()}/{FILE}")
    with pytest.raises(NotFetchedError, match="evalsuite weights fetch network"):
        resolve_weights("published:network")
    [path] = get()
    assert path == tmp_path / "home" / "weights" / FILE == resolve_weights("published:network")
    assert path.read_bytes() == CONTENT
    assert left(tmp_path / "home") == [FILE, f"{FILE}.sha256"]
    done = subprocess.run(["sha256sum", "--check", f"{FILE}.sha256"], cwd=path.parent, check=False, capture_output=True)
    assert done.returncode == 0


def test_what_is_there_and_right_is_not_fetched_again(serve: Callable[..., str], listed: Callable[..., None]):
    asked: list[str | None] = []
    listed(url=f"{serve(asked=asked)}/{FILE}")
    assert get() == get()
    assert len(asked) == 1


def test_a_file_put_there_by_hand_is_checked_without_a_network(listed: Callable[..., None], tmp_path: Path):
    listed(url="https://no.such.host.invalid/network.pt")
    with pytest.raises(UserError, match=rf"cannot be fetched.*put https://.* at {tmp_path / 'home/weights' / FILE}"):
        get()
    (tmp_path / "home" / "weights" / FILE).write_bytes(CONTENT)
    assert get()[0].is_file()


@pytest.mark.parametrize("expected", ["0" * 64, "0" * 8], ids=["whole digest", "first digits"])
def test_what_is_not_what_was_published_leaves_nothing(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path, expected: str
):
    listed(url=f"{serve()}/{FILE}", sha256=expected)
    with pytest.raises(UserError, match=rf"what came is not what was published.*{DIGEST}, not {expected}"):
        get()
    assert left(tmp_path / "home") == []


def test_an_unknown_digest_is_written_down_and_held_to(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path
):
    listed(url=f"{serve()}/{FILE}", sha256="")
    [path] = get()
    note = path.with_name(f"{FILE}.sha256")
    assert note.read_text() == f"{DIGEST}  {FILE}\n"
    path.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(UserError, match=f"not {DIGEST}: evalsuite weights fetch network"):
        resolve_weights("published:network")
    assert get() == [path], "the damaged file is fetched again"
    assert path.read_bytes() == CONTENT
    other = tmp_path / "other machine"
    other.mkdir()
    (other / note.name).write_text(f"{'0' * 64}  {FILE}\n")
    with pytest.raises(UserError, match="not what was published"):
        get(to=other)


def test_a_download_that_broke_off_goes_on_where_it_was(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path
):
    listed(url=f"{serve(breaks_after=1_500_000)}/{FILE}")
    with pytest.raises(UserError, match="broke off after 1500000 of 2560000 bytes"):
        get()
    assert left(tmp_path / "home") == [f"{FILE}.part"]
    asked: list[str | None] = []
    listed(url=f"{serve(asked=asked)}/{FILE}")
    assert get()[0].read_bytes() == CONTENT
    assert asked == ["bytes=1500000-"]
    assert f"{FILE}.part" not in left(tmp_path / "home")


def test_halves_that_could_not_be_told_apart_are_not_joined(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path
):
    asked: list[str | None] = []
    listed(url=f"{serve(asked=asked)}/{FILE}", sha256="")
    (tmp_path / "home" / "weights").mkdir(parents=True)
    (tmp_path / "home" / "weights" / f"{FILE}.part").write_bytes(b"of another file")
    assert get()[0].read_bytes() == CONTENT
    assert asked == [None]


def test_a_part_that_is_whole_already_is_taken(serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path):
    listed(url=f"{serve()}/{FILE}")
    (tmp_path / "home" / "weights").mkdir(parents=True)
    (tmp_path / "home" / "weights" / f"{FILE}.part").write_bytes(CONTENT)
    assert get()[0].read_bytes() == CONTENT


def test_a_part_that_is_too_long_does_not_stay_in_the_way(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path
):
    listed(url=f"{serve()}/{FILE}")
    (tmp_path / "home" / "weights").mkdir(parents=True)
    (tmp_path / "home" / "weights" / f"{FILE}.part").write_bytes(CONTENT + b"!")
    with pytest.raises(UserError, match="longer than the file and was deleted: try again"):
        get()
    assert get()[0].read_bytes() == CONTENT


def test_a_file_of_this_machine_may_be_named(listed: Callable[..., None], tmp_path: Path):
    (tmp_path / FILE).write_bytes(CONTENT)
    listed(url=(tmp_path / FILE).as_uri())
    assert get(to=tmp_path / "here")[0].read_bytes() == CONTENT


def test_addresses_that_are_not_encrypted_are_refused(serve: Callable[..., str], listed: Callable[..., None]):
    for url in (f"http://example.org/{FILE}", f"{serve(elsewhere='http://example.org/other')}/{FILE}"):
        listed(url=url)
        with pytest.raises(UserError, match=r"example\.org.* is not fetched: the address is not encrypted"):
            get()


def test_the_command_tells_what_came(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    listed(url=f"{serve()}/{FILE}", sha256="", citation="Somebody, Something")
    assert invoke(["weights", "fetch", "network", "--to", str(tmp_path / "mine")]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{tmp_path / 'mine' / FILE}\n"
    assert "Somebody, Something. Licence: not known." in captured.err
    assert f"not known before; what came has {DIGEST}" in captured.err
    assert invoke(["weights", "fetch", "netwerk"]) == 2
    assert "did you mean 'network'" in capsys.readouterr().err


def test_verify_tells_a_damaged_file(
    serve: Callable[..., str], listed: Callable[..., None], capsys: pytest.CaptureFixture[str]
):
    listed(url=f"{serve()}/{FILE}")
    [path] = get()
    assert invoke(["weights", "verify"]) == 0
    assert re.search(rf"network +right +{path}", capsys.readouterr().out)
    path.write_bytes(b"damaged")
    assert invoke(["weights", "verify"]) == 2
    captured = capsys.readouterr()
    assert f"not {DIGEST}" in captured.out
    assert "1 of the files are not what was published" in captured.err


def test_the_shipped_list_is_sound():
    for name, entry in published.published().items():
        assert (entry.url is None) != (entry.hub is None), name
        assert entry.known_from, name
        if entry.url:
            assert entry.url.startswith("https://"), name
            assert list(entry.files) == [entry.url.rpartition("/")[2]], name
        if digits := re.search(r"-([0-9a-f]{8})\.pth$", entry.weights_name):
            assert entry.files[entry.weights_name].startswith(digits[1]), name


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


def from_hub(address: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the hub's library reads its settings once."""
    own = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1", "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, "-c", HUB_CODE, str(tmp_path / "list.yaml")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "EVALSUITE_HOME": str(tmp_path / "home"), **own},
    )


def test_the_hub_s_files_go_into_its_cache_and_are_checked(
    serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path
):
    listed(hub="some/network", files={FILE: "", "config.json": ""})
    done = from_hub(serve(Hub), tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "hf").glob("hub/*/snapshots/*/*")) == ["config.json", FILE]
    assert re.search(rf"network +right +.*{FILE}", done.stdout), "the cache's own name of the file is its digest"


def test_what_the_hub_sends_damaged_is_deleted(serve: Callable[..., str], listed: Callable[..., None], tmp_path: Path):
    listed(hub="some/network", files={FILE: DIGEST, "config.json": ""})
    done = from_hub(serve(Hub, weights=CONTENT[:-1] + b"!"), tmp_path)
    assert done.returncode == 2
    assert "not what was published, and was deleted" in done.stderr
    assert not [path for path in (tmp_path / "hf").glob("hub/*/snapshots/*/*") if path.name == FILE]
