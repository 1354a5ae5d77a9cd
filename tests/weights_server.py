"""Servers of this machine that stand for where published weights lie, and a list of one network to fetch from them."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 10_000  # 2.4 MiB: more than one block
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FILE = "network.pt"


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], **settings: Any) -> Iterator[str]:
    """Serve by ``handler``, with ``settings`` as its attributes, and give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), settings))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def write_list(folder: Path, **row: Any) -> Path:
    """Write a list of published weights with one row, «network», and return the file."""
    common = {"purpose": "tests", "files": {FILE: DIGEST}, "known_from": "", "licence": "", "citation": ""}
    file = folder / "list.yaml"
    file.write_text(json.dumps({"weights": {"network": common | row}}))
    return file
