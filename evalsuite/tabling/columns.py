"""The columns of a table: a layout's, as far as the runs measured them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.questions import question_of
from evalsuite.reporting.columns import metric_columns
from evalsuite.reporting.comparable import hindrance
from evalsuite.reporting.control_words import claims_direction
from evalsuite.reporting.lookup import leading_metrics
from evalsuite.reporting.words import capitalised, metric_title
from evalsuite.tabling.digits import places_for
from evalsuite.tabling.layout import ALL, ColumnGroup, ColumnSpec
from evalsuite.tabling.model import Head
from evalsuite.tabling.standing import entry_standings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evalsuite.measurement import Measurement
    from evalsuite.reporting.standing import Standing
    from evalsuite.tabling.entries import Entry, Key, ProtocolRuns
    from evalsuite.tabling.layout import Layout


@dataclass(frozen=True)
class Column:
    """A column of a table, with the models that have a number in it."""

    group: ColumnGroup
    spec: ColumnSpec
    layout: Layout
    runs: ProtocolRuns
    shown: tuple[Entry, ...]
    """The models of the table's rows that have a number."""

    @property
    def key(self) -> Key:
        """Which of their numbers."""
        return self.spec.metric, self.spec.subset

    @property
    def measurement(self) -> Measurement:
        """Any of the numbers: all have the same unit and direction."""
        return self.shown[0].scores[self.key]

    @cached_property
    def hindrance(self) -> str | None:
        """Why its numbers may not be compared, or ``None``."""
        found = [entry.scores[self.key] for entry in self.shown]
        return hindrance(found, self.spec.metric, subset=self.spec.subset)

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Which systems stand out, by name."""
        return {} if self.hindrance or not self.claims_direction else entry_standings(self.shown, self.key)

    @property
    def claims_direction(self) -> bool:
        """Whether either side is better: of a response to a sweep only where it was said what should happen."""
        return claims_direction(self.runs.record.sweep, self.spec.metric)

    @cached_property
    def places(self) -> int | None:
        """To how many places its numbers are written; ``None`` for as many as the report has of each."""
        errors = [e.scores[self.key].estimate.standard_error for e in self.shown if e.kind == "system"]
        policy = self.layout.digits if self.spec.digits is None else self.spec.digits
        return places_for(policy, errors, unit=self.measurement.unit)

    @property
    def head(self) -> Head:
        """What stands above it."""
        unit = self.measurement.unit
        better = "↑" if self.measurement.higher_is_better else "↓"
        return Head(
            group=self.group.title,
            title=self.spec.title or metric_title(self.spec.metric),
            key=self._key,
            unit="%" if unit == "proportion" else unit if " per " in unit else "",
            arrow=better if self.claims_direction else "",
            hindrance=self.hindrance,
        )

    @property
    def _key(self) -> str:
        where = f"{self.group.protocol}: " if self.group.protocol else ""
        which = "" if self.spec.subset == ALL else f" ({self.spec.subset})"
        return f"{where}{self.spec.metric}{which}"


def columns(layout: Layout, by_protocol: Mapping[str, ProtocolRuns]) -> tuple[list[Column], list[str]]:
    """Return the columns for which any model has a number, and what had to be left out.

    Raises ``UserError`` where the layout does not say which of several protocols its columns are of.
    """
    kept, left_out = [], []
    for group in layout.groups or _by_question(_only(by_protocol)):
        if group.protocol is not None and group.protocol not in by_protocol:
            left_out.append(f"{group.protocol} (no run)")
            continue
        runs = by_protocol[group.protocol] if group.protocol else _only(by_protocol)
        for spec in group.columns:
            shown = shown_entries(layout, runs.having((spec.metric, spec.subset)))
            if shown:
                kept.append(Column(group, spec, layout, runs, tuple(shown)))
            else:
                left_out.append(spec.metric if spec.subset == ALL else f"{spec.metric} ({spec.subset})")
    return kept, left_out


def shown_entries(layout: Layout, entries: list[Entry]) -> list[Entry]:
    """Return the models that have a row, in the order of the rows."""
    systems = _chosen([e for e in entries if e.kind == "system"], layout.systems)
    return systems + _chosen([e for e in entries if e.kind != "system"], layout.references)


def _chosen(entries: list[Entry], names: tuple[str, ...] | None) -> list[Entry]:
    """Return the models of ``names`` in that order, namesakes of several runs together; all where there are none."""
    if names is None:
        return entries
    return [entry for name in names for entry in entries if name in (entry.name, entry.card.name)]


def _only(by_protocol: Mapping[str, ProtocolRuns]) -> ProtocolRuns:
    if len(by_protocol) > 1:
        listed = ", ".join(by_protocol)
        raise UserError(f"the runs are of several protocols ({listed}): name a layout whose groups say which is theirs")
    return next(iter(by_protocol.values()))


def _by_question(runs: ProtocolRuns) -> Iterator[ColumnGroup]:
    """Yield a group for each question with the metrics that lead the report."""
    shown = [column.metric for column in metric_columns(runs.record, leading_metrics(runs.record))]
    for question, names in groupby(shown, key=question_of):
        yield ColumnGroup(title=capitalised(question), columns=tuple(ColumnSpec(metric=name) for name in names))
