"""The layout of a table: which rows and columns, how numbers are written, and what stands below them."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from evalsuite.errors import did_you_mean
from evalsuite.protocol import PROTOCOLS
from evalsuite.published_numbers import FOLDER as PUBLISHED
from evalsuite.questions import TRENDS
from evalsuite.resources import bundled, find_yaml
from evalsuite.yamlfile import load_yaml_model

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

LAYOUTS = "reports/tables"
"""Where layouts lie among the shipped files."""
GENERAL = "general"
"""The layout of a protocol that has none of its own name."""
CONTROL = "control"
"""The layout of a protocol with a sweep that has none of its own name."""
FIELDS = ("title", "protocol", "version", "profile", "dataset", "n", "total", "classes", "recordings", "seed")
"""What a caption may say of the first run, in braces."""
ALL = "all"
_TRENDS = tuple(f"_{trend}" for trend in TRENDS)


@dataclass(frozen=True, kw_only=True)
class Known:
    """The names that a layout may use: those that are registered, and those of the runs."""

    metrics: Collection[str]
    models: Collection[str]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _caption(text: str) -> str:
    for _, field, _, _ in string.Formatter().parse(text):
        if field is not None and field not in FIELDS:
            message = f"caption: unknown field {{{field}}}{did_you_mean(field, FIELDS)}"
            raise ValueError(message)
    return text


def _metric(name: str, info: ValidationInfo) -> str:
    """Keep to known metrics. Which responses a sweep has, and so which trends, only its runs know."""
    if isinstance(info.context, Known) and not name.endswith(_TRENDS):
        _check(name, info.context.metrics, what="metric")
    return name


def _model(name: str, info: ValidationInfo) -> str:
    if isinstance(info.context, Known):
        _check(name, info.context.models, what="model")
    return name


def _check(name: str, known: Collection[str], *, what: str) -> None:
    if name not in known:
        message = f"unknown {what} {name!r}{did_you_mean(name, known)}"
        raise ValueError(message)


def _shipped(folder: str, *, what: str) -> AfterValidator:
    def validate(name: str) -> str:
        _check(name, bundled(folder), what=what)
        return name

    return AfterValidator(validate)


def _digits(value: object) -> object:
    if value in ("uncertainty", "report") or (type(value) is int and 0 <= value <= 9):
        return value
    message = f"digits: should be 'uncertainty', 'report' or a number of places from 0 to 9, found {value!r}"
    raise ValueError(message)


Text = Annotated[str, AfterValidator(_one_line)]
Digits = Annotated[Literal["uncertainty", "report"] | int, BeforeValidator(_digits)]
MetricName = Annotated[Text, AfterValidator(_metric)]
ModelName = Annotated[Text, AfterValidator(_model)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnSpec(_Section):
    """A column."""

    metric: MetricName
    """The metric, by the name under which runs measured it."""
    subset: Text = ALL
    """Which clips count."""
    title: Text | None = None
    """Its heading; ``None`` writes the metric's name in words."""
    digits: Digits | None = None
    """As the layout's, for this column alone."""


class ColumnGroup(_Section):
    """Columns below one heading."""

    title: Text
    """The heading that spans them; empty for none."""
    protocol: Annotated[str, _shipped(PROTOCOLS, what="protocol")] | None = None
    """Whose runs they show, where the runs are of several protocols."""
    columns: Annotated[tuple[ColumnSpec, ...], Field(min_length=1)]
    """From left to right."""


class Layout(_Section):
    """A table. It holds no number."""

    name: Annotated[str, Field(pattern="^[A-Za-z0-9_.-]+$")]
    """Its name; the label of the LaTeX table is «tab:NAME», with hyphens for underscores."""
    caption: Annotated[Text, AfterValidator(_caption)]
    """What stands above the table. «{n}» and the like stand for what the first run says; see :data:`FIELDS`."""
    groups: tuple[ColumnGroup, ...] = ()
    """The columns. Without any: one metric for each question, as in the first table of the report."""
    systems: tuple[ModelName, ...] | None = None
    """The systems that are shown, in this order; ``None`` shows all. Only they are ranked."""
    references: tuple[ModelName, ...] | None = None
    """The references that are set apart below them; ``None`` shows all."""
    uncertainty: Literal["standard error", "interval", "none"] = "standard error"
    """What stands beside each value."""
    digits: Digits = "uncertainty"
    """To how many places. «uncertainty»: the column's typical standard error shows two digits; «report»: as the HTML
    report has it; or a number, of a proportion's per cent."""
    published: tuple[Annotated[str, _shipped(PUBLISHED, what="paper")], ...] | None = ()
    """Whose published numbers are added, each marked; ``None`` (null) for every paper that has any."""
    names: dict[ModelName, Text] = {}
    """What models are called in the table, where that is not their name."""
    wide: bool = False
    """Whether the LaTeX table spans both columns of a page."""


def load_layout(name_or_path: Path | str, *, known: Known) -> Layout:
    """Load a layout: a path as typed, else the shipped layout of that name. Raises ``UserError``."""
    return load_yaml_model(find_yaml(name_or_path, folder=LAYOUTS), Layout, context=known)
