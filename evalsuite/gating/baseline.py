"""The baseline: a snapshot in one small file that a repository keeps, with the history of its updates.

The file is JSON, compressed by gzip: ``gzip -cd FILE`` shows it. The same content gives the same bytes, but for the
entry that an update adds to the history.
"""

from __future__ import annotations

import getpass
import gzip
import json
import subprocess
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from evalsuite.errors import UserError
from evalsuite.files import write_atomically
from evalsuite.gating.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path


class Update(BaseModel):
    """One entry of the history."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str
    """The name that git knows the user by, else the name on this machine."""
    when: str
    """ISO 8601, UTC."""
    why: str
    """In the words of who did it; empty where none were given."""
    run: str
    """Name of the run that became the baseline."""


class Baseline(Snapshot):
    """A snapshot with its history. Every other field is documented in :mod:`evalsuite.gating.snapshot`."""

    history: tuple[Update, ...]
    """Every update of the file, the last one last."""


def load_baseline(file: Path) -> Baseline:
    """Read a baseline. Raises ``UserError`` where there is none, and where the file is something else."""
    if not file.is_file():
        raise UserError("no such baseline: make it by evalsuite gate RUN --update-baseline FILE", file=file)
    try:
        return Baseline.model_validate_json(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"not a baseline: {error}", file=file) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UserError(f"not a baseline of this version of the suite: {first['msg']} at {place}", file=file) from error


def update_baseline(file: Path, snapshot: Snapshot, *, run: str, why: str = "") -> Baseline:
    """Make ``snapshot`` of ``run`` the baseline in ``file``, which keeps the history of what was there."""
    earlier = load_baseline(file).history if file.exists() else ()
    entry = Update(who=_who(), when=datetime.now(UTC).isoformat(timespec="seconds"), why=why, run=run)
    baseline = Baseline(**dict(snapshot), history=(*earlier, entry))
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, packed(baseline))
    return baseline


def packed(baseline: Baseline) -> bytes:
    """Return a baseline as the bytes of its file, the same for the same content."""
    content = baseline.model_dump(mode="json")
    return gzip.compress(json.dumps(content, ensure_ascii=False, indent=1).encode(), compresslevel=9, mtime=0)


def _who() -> str:
    """Return who updates: the user by the name in git's settings, else by that on the machine."""
    with suppress(OSError):
        asked = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, check=False)  # noqa: S607
        if name := asked.stdout.strip():
            return name
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "unknown"
