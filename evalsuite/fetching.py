"""Fetching published weights: the suite's only code that uses the network, run by ``evalsuite weights fetch`` alone."""

from __future__ import annotations

import os
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file
from evalsuite.published import expected_digest, fault_of, find, note_of, weights_home

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPResponse
    from pathlib import Path
    from typing import IO

    from evalsuite.published import Published
    from evalsuite.running.progress import Progress

BLOCK = 2**20
"""Bytes read at once, and the unit of the progress told."""
TIMEOUT_S = 60.0
"""How long a server may be silent."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
RANGE_NOT_SATISFIABLE = 416
PARTIAL_CONTENT = 206
ONLINE = {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0", "HF_HUB_DISABLE_PROGRESS_BARS": "0", "TQDM_DISABLE": ""}
"""What lets the hub's library use the network and tell how far it is; it reads them when it is first imported."""


def fetch(name: str, *, to: Path | None = None, progress: Progress) -> list[Path]:
    """Bring published weights onto this machine and return where their files lie, the weights first.

    They lie in ``to``, by default in :func:`~evalsuite.published.weights_home` or the hub's own cache. A file that is
    there and right is left alone; its digest is written down beside it. A download that broke off is continued where
    the digest of the whole is known. Raises ``UserError`` where the name is unknown, the network fails, or what came
    is not what was published; then nothing is left that could be taken for it.
    """
    entry = find(name)
    folder = to or weights_home()
    by_hand = f"put {entry.url} at {folder / entry.weights_name} by hand and run this command again, which checks it"
    if entry.hub:
        by_hand = f"run «hf download {entry.hub}» where there is one and copy the hub's cache here"
    try:
        return _from_hub(entry, to=to) if entry.hub else [_from_url(entry, to=folder, progress=progress)]
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise UserError(f"{name} cannot be fetched ({reason}); without a network, {by_hand}") from error


def _from_url(entry: Published, *, to: Path, progress: Progress) -> Path:
    target = to / entry.weights_name
    expected = expected_digest(entry, target)
    if not target.is_file() or fault_of(target, expected):
        to.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        if not expected:
            part.unlink(missing_ok=True)  # the two halves could not be told to belong together
        _download(str(entry.url), part, progress=progress)
        _refuse_wrong(part, expected, told=target)
        part.replace(target)
    note_of(target).write_text(f"{sha256_file(target)}  {target.name}\n", encoding="utf-8")
    return target


def _from_hub(entry: Published, *, to: Path | None) -> list[Path]:
    os.environ.update(ONLINE)
    from pathlib import Path

    from huggingface_hub import snapshot_download

    folder = Path(snapshot_download(str(entry.hub), allow_patterns=list(entry.files), local_dir=to))
    if not (folder / entry.weights_name).is_file():
        raise UserError(f"the hub's {entry.hub!r} has no {entry.weights_name} any more")
    paths = [folder / name for name in entry.files if (folder / name).is_file()]
    for path in paths:
        _refuse_wrong(path, expected_digest(entry, path), told=path)
    return paths


def _refuse_wrong(path: Path, expected: str, *, told: Path) -> None:
    """Delete a file that is not what it should be, and raise ``UserError``."""
    if fault := fault_of(path, expected):
        path.resolve().unlink()
        path.unlink(missing_ok=True)  # the hub's cache has links
        raise UserError(f"what came is not what was published, and was deleted: {fault}", file=told)


def _download(url: str, part: Path, *, progress: Progress) -> None:
    """Append to ``part`` what it lacks of the file at ``url``. Raises ``OSError`` where the connection breaks off."""
    have = part.stat().st_size if part.is_file() else 0
    request = Request(_allowed(url), headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310 - see _allowed
    try:
        answer = build_opener(_StaysEncrypted).open(request, timeout=TIMEOUT_S)
    except HTTPError as error:
        if error.code != RANGE_NOT_SATISFIABLE:
            raise
        if error.headers["Content-Range"] == f"bytes */{have}":
            return  # it had come whole
        part.unlink()
        raise ConnectionError("what came before was longer than the file and was deleted: try again") from error
    with answer, part.open("ab" if answer.status == PARTIAL_CONTENT else "wb") as out:
        _copy(answer, out, title=f"{urlsplit(url).path.rpartition('/')[2]}, MiB", progress=progress)


def _copy(answer: HTTPResponse, out: IO[bytes], *, title: str, progress: Progress) -> None:
    length = int(answer.headers.get("Content-Length", 0))
    came = 0
    with progress.step(title, total=-(-length // BLOCK)) as advance:
        while block := answer.read(BLOCK):
            came += out.write(block)
            advance(1)
    if came < length:
        raise ConnectionError(f"the connection broke off after {came} of {length} bytes")


class _StaysEncrypted(HTTPRedirectHandler):
    """Follows redirects to addresses that :func:`_allowed` lets pass."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        """See the base class."""
        return super().redirect_request(req, fp, code, msg, headers, _allowed(newurl))  # type: ignore[arg-type]


def _allowed(url: str) -> str:
    """Return ``url``. Raises ``UserError`` unless it is encrypted, or of this machine."""
    parts = urlsplit(url)
    if parts.scheme in {"https", "file"} or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url
    raise UserError(f"{url} is not fetched: the address is not encrypted (https)")
