"""Best and second among the models of a table, who may come from several runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.reporting.standing import Standing, comparisons_by, standings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.record import Comparison
    from evalsuite.tabling.entries import Entry, Key


def entry_standings(entries: Sequence[Entry], key: Key) -> dict[str, Standing]:
    """Return which of the systems stand out by the number ``key``, by name; the rule is the report's."""
    systems = {entry.name: entry for entry in entries if entry.kind == "system" and key in entry.scores}

    def compared(one: str, other: str) -> Comparison | None:
        """Return what a run tells of two of its own models."""
        a, b = systems[one], systems[other]
        if a.run is not b.run:
            return None
        metric, subset = key
        return comparisons_by(a.run.record, metric, subset=subset)(a.card.name, b.card.name)

    return standings({name: entry.scores[key] for name, entry in systems.items()}, compared=compared)
