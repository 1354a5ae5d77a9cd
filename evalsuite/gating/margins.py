"""Margins: how much worse a model may become before its gate says no, declared before the run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model, model_validator

from evalsuite.errors import did_you_mean
from evalsuite.yamlfile import load_yaml_model

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

Amount = Annotated[float | None, Field(gt=0, allow_inf_nan=False)]


class Margin(BaseModel):
    """By how much one metric may become worse: one of the two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    absolute: Amount = None
    """In the unit of the metric: 0.01 of a proportion is one percentage point."""
    relative: Amount = None
    """As a share of the baseline's value: 0.05 lets a distance of 40 become 42."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Margin:
        if (self.absolute is None) == (self.relative is None):
            raise ValueError("give a margin either as absolute: (in the metric's unit) or as relative: (a share)")
        return self

    def allowed(self, value: float) -> float:
        """Return the margin in the metric's unit, of a baseline's ``value``; 0 for a share of nothing."""
        return self.absolute or (self.relative or 0.0) * abs(value)


class Gate(BaseModel):
    """What is gated: a file of its own, or the section ``gate`` of a protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    margins: Annotated[dict[str, Margin], Field(min_length=1)]
    """By the names of the metrics. Which direction is worse, the metric says."""
    models: tuple[str, ...] = ()
    """The gated models by name; every system of the baseline where none is named."""


DEFAULT_GATE = Gate(margins={"accuracy": Margin(absolute=0.01)})
"""What is gated where nobody has declared anything: one percentage point of accuracy."""


def load_gate(path: Path, *, metrics: Collection[str]) -> Gate:
    """Load a gate file for a run that measured ``metrics``. Raises ``UserError`` with its line for any fault."""
    # A schema that knows the run's metrics tells the line of one that is misspelt.
    known: Any = Annotated[str, AfterValidator(partial(_known, metrics=metrics))]
    margins: Any = Annotated[dict[known, Margin], Field(min_length=1)]
    found = load_yaml_model(path, create_model("GateFile", __base__=Gate, margins=(margins, ...)))
    return Gate.model_validate(found.model_dump())


def _known(metric: str, *, metrics: Collection[str]) -> str:
    if metric not in metrics:
        message = f"the run did not measure {metric!r}{did_you_mean(metric, metrics)}"
        raise ValueError(message)
    return metric
