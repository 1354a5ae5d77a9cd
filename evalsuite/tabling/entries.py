"""The models of a table: those of finished runs, by protocol."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.reporting.lookup import KINDS, kind_of, measured
from evalsuite.run_folder import load_run
from evalsuite.running.entrants import entrants, open_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.record import RunRecord
    from evalsuite.run_folder import Run
    from evalsuite.running.entrants import Entrant

Key = tuple[str, str]
"""A metric and the subset of clips that it was measured on."""


class Entry:
    """A model of a run, and what it scored."""

    def __init__(self, entrant: Entrant, *, read: Callable[[Entry, Measurement], Measurement]) -> None:
        self._entrant, self._read = entrant, read

    @property
    def name(self) -> str:
        """The model's name; «RUN/MODEL» where several runs have one of that name."""
        return self._entrant.name

    @property
    def card(self) -> ModelCard:
        """The model's card."""
        return self._entrant.card

    @property
    def kind(self) -> str:
        """What it is to a report, one of :data:`~evalsuite.reporting.lookup.KINDS`."""
        return kind_of(self.card)

    @property
    def run(self) -> Run:
        """Where it was measured."""
        return self._entrant.run

    @property
    def clips(self) -> pd.DataFrame:
        """Its rows of the per-clip table, by clip and recording."""
        return self._entrant.clips

    @cached_property
    def scores(self) -> dict[Key, Measurement]:
        """Every number of it."""
        own = measured(self.run.record).items()
        return {(metric, subset): self._read(self, m) for (model, metric, subset), m in own if model == self.card.name}


class ProtocolRuns:
    """The runs of one protocol, and their models."""

    def __init__(self, runs: Sequence[Run], entries: Sequence[Entry]) -> None:
        self.runs, self.entries = tuple(runs), tuple(entries)

    @property
    def record(self) -> RunRecord:
        """The first run's."""
        return self.runs[0].record

    def having(self, key: Key) -> list[Entry]:
        """Return the models that have a number, systems first."""
        order = list(KINDS)
        return sorted((e for e in self.entries if key in e.scores), key=lambda entry: order.index(entry.kind))


def as_recorded(_entry: Entry, measurement: Measurement) -> Measurement:
    """Return what the record says."""
    return measurement


def open_by_protocol(
    paths: Iterable[Path], *, read: Callable[[Entry, Measurement], Measurement] = as_recorded
) -> dict[str, ProtocolRuns]:
    """Open finished runs of one profile; return them by the name of their protocol.

    ``read`` says what counts as a model's number. Raises ``UserError`` where runs cannot stand in one table.
    """
    by_protocol: dict[str, list[Path]] = {}
    profiles: dict[str, Path] = {}
    for path in paths:
        record = load_run(path).record
        profiles.setdefault(record.profile.name, path)
        by_protocol.setdefault(record.protocol.name, []).append(path)
    if len(profiles) > 1:
        (mine, ours), (yours, theirs) = list(profiles.items())[:2]
        raise UserError(f"no table holds numbers of two profiles: {mine!r} of {ours}, {yours!r} of {theirs}")
    return {protocol: _opened(own, read) for protocol, own in by_protocol.items()}


def _opened(paths: Sequence[Path], read: Callable[[Entry, Measurement], Measurement]) -> ProtocolRuns:
    runs = open_runs(paths)
    entered, _ = entrants(runs)
    return ProtocolRuns(runs, [Entry(entrant, read=read) for entrant in entered])
