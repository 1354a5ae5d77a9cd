"""Mistakes that a user can mend, told in one line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class UserError(Exception):
    """A mistake in the user's input. The command line prints it as one line and ends with exit code 2.

    The message says what is wrong and what to do; ``file`` and ``line`` say where.
    """

    def __init__(self, message: str, *, file: Path | str | None = None, line: int | None = None) -> None:
        self.message = " ".join(message.split())
        self.file = file
        self.line = line
        super().__init__(str(self))

    def __str__(self) -> str:
        where = "" if self.file is None else f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "
        return where + self.message


class NotConfiguredError(UserError):
    """The profile says nothing of a model: one that a protocol lists is then left out of the run, and told."""


class NotFetchedError(UserError):
    """Published weights are not on this machine: what can do without them is left out of the run, and told."""


def did_you_mean(name: str, options: Iterable[str]) -> str:
    """Return « — did you mean 'x'?», or the list of options where none is near.

    >>> did_you_mean("acuracy", ["accuracy", "fid"])
    " — did you mean 'accuracy'?"
    """
    known = sorted(options)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f" — did you mean {near[0]!r}?"
    return f" — known: {', '.join(known)}" if known else ""
