"""The stamp of a table: where its numbers come from, kept as comments above it and read back to check them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from evalsuite.errors import UserError
from evalsuite.reporting.standing import RULE
from evalsuite.tabling.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evalsuite.record import RunRecord

FIRST = "evalsuite table, format 1"
"""What the first line of a stamp says."""
ADVICE = "«evalsuite paper verify FILE» derives every cell again"
INDENT = "   "
"""Before lines that go on with the one above."""
WIDTH = 116
RENAMED = "name"
"""The key of a line that an author adds: «name: seeingsounds = Ours»."""


class RunStamp(BaseModel):
    """Which run a table is of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Name of its folder."""
    protocol: str
    version: int
    protocol_sha256: str
    profile: str
    profile_sha256: str
    seed: int

    @classmethod
    def of(cls, record: RunRecord) -> RunStamp:
        """Return the stamp of a run."""
        return cls(
            id=record.run_id,
            protocol=record.protocol.name,
            version=record.protocol.version,
            protocol_sha256=record.protocol.sha256,
            profile=record.profile.name,
            profile_sha256=record.profile.sha256,
            seed=record.seed,
        )


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Where a table comes from."""

    layout: Layout
    runs: tuple[RunStamp, ...]
    passports: tuple[str, ...]
    """Of every column, once."""
    command: str = ""
    """The command line that made the table."""

    def lines(self) -> list[str]:
        """Return the stamp as the lines of a comment, without the format's own signs."""
        keyed = [
            ("command", self.command),
            ("layout", _json(self.layout)),
            *(("run", _json(run)) for run in self.runs),
            *(("passport", passport) for passport in self.passports),
            ("rule", RULE),
        ]
        told = [f"{FIRST}; {ADVICE}", *(f"{key}: {' '.join(value.split())}" for key, value in keyed if value)]
        return [line for one in told for line in _wrapped(one)]


@dataclass(frozen=True, kw_only=True)
class FoundStamp:
    """A stamp, read from a file."""

    line: int
    """Where it stands, from 1."""
    stamp: Stamp
    renamed: dict[str, str]
    """What the author calls models instead, by what the table called them."""


def find_stamps(lines: Sequence[str], *, file: Path) -> Iterator[FoundStamp]:
    """Yield the stamps among the lines of a LaTeX file. Raises ``UserError`` for one that cannot be read."""
    for index, line in enumerate(lines):
        if _comment(line).startswith(FIRST):
            yield _read(lines[index:], line=index + 1, file=file)


def _read(lines: Sequence[str], *, line: int, file: Path) -> FoundStamp:
    """Return the stamp that begins with the first of ``lines``."""
    told: dict[str, list[str]] = {}
    last: list[str] = []
    for text in lines[1:]:
        comment = _comment(text)
        if not comment.strip():
            break
        if comment.startswith(INDENT) and last:
            last[-1] = f"{last[-1]} {comment.strip()}".strip()
        else:
            key, _, value = comment.partition(":")
            last = told.setdefault(key.strip(), [])
            last.append(value.strip())
    try:
        stamp = Stamp(
            layout=Layout.model_validate_json("".join(told.get("layout", ()))),
            runs=tuple(RunStamp.model_validate_json(run) for run in told.get("run", ())),
            passports=tuple(told.get("passport", ())),
        )
    except ValidationError as error:
        message = f"the comments above this table were changed and cannot be read ({error.errors()[0]['msg']})"
        raise UserError(f"{message}: make the table anew", file=file, line=line) from error
    if not stamp.runs:
        raise UserError("the comments above this table name no run: make the table anew", file=file, line=line)
    pairs = (text.partition("=") for text in told.get(RENAMED, ()))
    return FoundStamp(line=line, stamp=stamp, renamed={old.strip(): new.strip() for old, _, new in pairs})


def _json(model: BaseModel) -> str:
    """Return a model as JSON that has blanks to break lines at."""
    return json.dumps(model.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)


def _comment(line: str) -> str:
    """Return what a line of comment says after its signs and one blank; empty where it is none."""
    text = line.strip()
    return text.lstrip("%").removeprefix(" ") if text.startswith("%") else ""


def _wrapped(text: str) -> list[str]:
    """Break a line at single blanks, so that joining its parts by blanks gives it back."""
    return wrap(text, WIDTH, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False)
