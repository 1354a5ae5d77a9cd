"""The protocol: what to measure, on what, with which models and metrics. One YAML file says it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from evalsuite.control.sweep import Sweep
from evalsuite.gating.margins import Gate
from evalsuite.hashing import sha256_json
from evalsuite.registry import registered
from evalsuite.resources import find_yaml
from evalsuite.yamlfile import load_yaml_model

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOLS = "protocols"
"""Where protocols lie among the shipped files."""


def _folds(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """Tell both allowed forms at once; pydantic would tell of each apart."""
    try:
        return handler(value)
    except ValidationError as error:
        message = f"folds: should be 'all' or a list of fold numbers such as [1, 2], found {value!r}"
        raise ValueError(message) from error


def _classes(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError as error:
        message = f"classes: should be 'all' or a list of class names such as [dog, rain], found {value!r}"
        raise ValueError(message) from error


def _template(template: str) -> str:
    if "{label}" not in template:
        message = f"judge_template: should hold {{label}}, where the class's name goes, found {template!r}"
        raise ValueError(message)
    return template


Folds = Annotated[tuple[Annotated[int, Field(ge=1)], ...] | Literal["all"], WrapValidator(_folds)]
Classes = Annotated[Annotated[tuple[str, ...], Field(min_length=2)] | Literal["all"], WrapValidator(_classes)]
Template = Annotated[str, AfterValidator(_template)]
ModelRef = Annotated[str, registered("models")]
MetricRef = Annotated[str, registered("metrics")]
DatasetRef = Annotated[str, registered("datasets")]


class ProtocolFile(BaseModel):
    """One protocol. The name keeps it apart from :class:`typing.Protocol`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """The name runs and reports use."""
    version: int = Field(ge=1)
    """Rises whenever a change makes older numbers incomparable."""
    title: str
    """The heading of the report."""
    description: str
    """What is measured and why, in a paragraph."""
    source: tuple[str, ...] = ()
    """Where the protocol comes from: citations, each with how sure we are of it."""
    dataset: DatasetRef
    """The data set; the profile says which assets stand for it."""
    folds: Folds = "all"
    """Which official folds are evaluated."""
    split: str | None = None
    """Which official part is evaluated, such as «test»; ``None`` evaluates every clip."""
    classes: Classes = "all"
    """Which of the data set's classes are evaluated, and are all there is to choose from."""
    models: tuple[ModelRef, ...] = ()
    """The compared systems: registered names or «module:attribute»."""
    references: tuple[ModelRef, ...] = ()
    """Floors, ceilings and controls that say what the scores mean."""
    seed: int = Field(default=0, ge=0)
    """The run seed, from which every clip's seed derives."""
    judge_template: Template
    """The sentence the judge compares pictures with; «{label}» stands for the class's name."""
    sweep: Sweep | None = None
    """What is done to the sounds, step by step, and which answers are looked for; ``None`` leaves them as they are."""
    gate: Gate | None = None
    """By how much a model may become worse before ``evalsuite gate`` says no; ``None`` leaves that to the gate."""
    metrics: tuple[MetricRef, ...] = Field(default=(), validate_default=True)
    """What is measured, in the order of the report. A sweep brings the metrics of its responses."""
    subsets: bool = False
    """Also measure apart the classes whose concepts a system met in training and those it did not."""
    choices: tuple[str, ...] = ()
    """Every choice that is ours rather than the paper's, one sentence each."""

    @field_validator("metrics")
    @classmethod
    def _measures_something(cls, metrics: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        sweep: Sweep | None = info.data.get("sweep")
        if not metrics and not (sweep and sweep.responses):
            raise ValueError("metrics: name at least one, or a sweep with responses")
        return metrics

    @property
    def sha256(self) -> str:
        """Hash of the content; comments and layout of the file do not count."""
        # Without a sweep or a gate, what was there before either was: old hashes hold.
        without = {key for key in ("sweep", "gate") if getattr(self, key) is None}
        return sha256_json(self.model_dump(mode="json", exclude=without))


def load_protocol(path_or_name: Path | str) -> ProtocolFile:
    """Load a protocol: a path as typed, else the shipped protocol of that name. Raises ``UserError``."""
    return load_yaml_model(find_yaml(path_or_name, folder=PROTOCOLS), ProtocolFile)
