"""A table, before it is written in any format: plain text with its standing, nothing of LaTeX or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.standing import Standing

if TYPE_CHECKING:
    from evalsuite.measurement import Measurement
    from evalsuite.tabling.stamp import Stamp

DAGGER = "†"
"""Beside every number that is not comparable."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above a column."""

    group: str
    """The heading that it shares with its neighbours; empty for none."""
    title: str
    key: str
    """What tells it from all others: the metric and, where these vary, the protocol and which clips count."""
    unit: str
    """The unit as it is written: «%» of a proportion; empty where the title says enough."""
    arrow: str
    """«↑» where higher is better, «↓» where lower is; empty where neither is claimed."""
    hindrance: str | None = None
    """Why its numbers are not comparable."""

    @property
    def below(self) -> str:
        """What stands below the title («% ↑»)."""
        return f"{self.unit} {self.arrow}".strip()


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number."""

    value: str
    spread: str = ""
    """Its uncertainty: «± 1.3» or «[68.6, 72.5]»."""
    dagger: bool = False
    """Whether it is not comparable."""
    standing: Standing = Standing.NONE
    measurement: Measurement | None = None
    """Where it comes from; ``None`` where nothing was measured, and of a published number."""

    @property
    def plain(self) -> str:
        """The value with its dagger."""
        return self.value + DAGGER * self.dagger


@dataclass(frozen=True, kw_only=True)
class Row:
    """A model's numbers."""

    name: str
    """The model, as runs call it."""
    title: str
    """The model, as the table calls it."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """Models of one kind."""

    kind: str
    """One of :data:`~evalsuite.reporting.lookup.KINDS`, or «published»."""
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table."""

    stamp: Stamp
    caption: str
    label: str
    wide: bool
    heads: tuple[Head, ...]
    sections: tuple[Section, ...]
    """The systems first."""
    notes: tuple[str, ...]
    """What must stand with the numbers: what is not comparable and why, and where published numbers are from."""
    legend: str
    """What stands beside the numbers, and what bold and underlined mean."""
    left_out: tuple[str, ...]
    """What the layout asks for and the runs lack."""

    @property
    def spans(self) -> list[tuple[str, int]]:
        """Return the headings that span columns, each with how many."""
        spans: list[tuple[str, int]] = []
        for head in self.heads:
            if spans and spans[-1][0] == head.group:
                spans[-1] = (head.group, spans[-1][1] + 1)
            else:
                spans.append((head.group, 1))
        return spans
