"""Names that a user types into a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def require(what: str, names: Iterable[str], *, among: Collection[str]) -> None:
    """Raise ``UserError`` for the first of ``names`` that the run does not have, with the nearest that it has."""
    for name in names:
        if name not in among:
            raise UserError(f"the run has no {what} {name!r}{did_you_mean(name, among)}")
