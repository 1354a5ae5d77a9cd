"""What several scorers make of the same systems: a part of the run record."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class Scorer(_Frozen):
    """How one scorer ranks the systems."""

    metric: str
    """Name of the metric by which it ranks them."""
    ranks: tuple[int, ...]
    """Rank of each of the panel's systems, 1 is the best; systems of one value share the better rank."""
    winner: str | None
    """The system of rank 1; ``None`` where several share it."""
    met: tuple[str, ...] = ()
    """The systems that were trained or guided with an encoder of this scorer."""


class Agreement(_Frozen):
    """How alike two scorers rank the systems."""

    scorers: tuple[str, str]
    """Names of their metrics."""
    tau: float
    """Kendall's tau-b, in [-1, 1]; NaN where a scorer gives all systems one value."""


class ScorerPanel(_Frozen):
    """One question, put to scorers that know nothing of each other."""

    question: str
    """What is asked («recognition»), one of :data:`evalsuite.questions.QUESTIONS`."""
    systems: tuple[str, ...]
    """The ranked systems, references apart: those that every scorer has a value for."""
    scorers: tuple[Scorer, ...]
    """The rankings. A metric that is not comparable is left out, or stands by its unbiased alternative."""
    agreements: tuple[Agreement, ...]
    """Every two scorers."""
    winner_depends: bool = False
    """Whether two scorers name different winners, each clearly ahead of the other's by the one that names it."""
    warnings: tuple[str, ...] = ()
    """What a reader must know before believing any one of them, one sentence each."""
