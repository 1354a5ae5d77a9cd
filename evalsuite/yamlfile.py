"""YAML files with a schema: every mistake is told with its file, its line and the nearest valid name."""

from __future__ import annotations

import reprlib
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from evalsuite.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]
"""Keys and indices from the top of a file to one of its values."""


def load_yaml_model(path: Path, model: type[Model], *, context: object = None) -> Model:
    """Read a YAML file into a pydantic model, whose validators see ``context``.

    Raises ``UserError`` for any fault of the file.
    """
    values, tree = _read(path)
    if not isinstance(values, dict):
        keys = ", ".join(model.model_fields)
        raise UserError(f"expected keys with values, found nothing of the kind; keys: {keys}", file=path, line=1)
    try:
        return model.model_validate(values, context=context)
    except ValidationError as error:
        worst = _most_telling(error.errors())
        raise UserError(_explain(worst, model), file=path, line=_line(tree, worst["loc"])) from error


def _read(path: Path) -> tuple[Any, Any]:
    """Return the content twice: as plain values, and as a tree that remembers lines but has types of its own."""
    try:
        text = path.read_text(encoding="utf-8")
        return YAML(typ="safe", pure=True).load(text), YAML(typ="rt").load(text)
    except FileNotFoundError as error:
        siblings = [file.name for file in path.parent.glob("*.yaml")]
        raise UserError(f"no such file{did_you_mean(path.name, siblings)}", file=path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot be read as UTF-8 text: {error}", file=path) from error
    except MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise UserError(_explain_syntax(error), file=path, line=line) from error
    except YAMLError as error:
        raise UserError(f"not valid YAML: {error}", file=path) from error


def _explain_syntax(error: MarkedYAMLError) -> str:
    problem = error.problem or "unknown fault"
    if isinstance(error, DuplicateKeyError):
        return f"{problem.partition(' with value')[0].removeprefix('found ')}: keep one of the two"
    return f"not valid YAML: {problem}"


def _most_telling(errors: Sequence[ErrorDetails]) -> ErrorDetails:
    """A misspelt key is also a missing one; the misspelling says more."""
    return min(errors, key=lambda error: error["type"] != "extra_forbidden")


def _explain(error: ErrorDetails, model: type[BaseModel]) -> str:
    *parents, last = error["loc"] or ("",)
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key {last!r}{did_you_mean(str(last), _keys(model, parents))}"
        case "missing":
            return f"missing key {last!r}"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
    place = ".".join(str(part) for part in error["loc"])
    return f"{place}: {error['msg'].replace('Input should', 'should', 1)}, found {reprlib.repr(error['input'])}"


def _keys(annotation: Any, place: Sequence[int | str]) -> list[str]:
    """Return the valid keys at ``place`` below a model, which may be optional or stand in a dictionary or a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        return _keys(fields[str(place[0])].annotation, place[1:]) if place else list(fields)
    held = [part for part in get_args(annotation) if part not in (NoneType, Ellipsis)]
    return _keys(held[-1], place if isinstance(annotation, UnionType) else place[1:])


def _line(tree: Any, place: Place) -> int:
    """Return the line, from 1, of the value at ``place``, or of the innermost parent that is there."""
    line, node = 0, tree
    for part in place:
        positions = node.lc.data or {} if isinstance(node, CommentedMap | CommentedSeq) else {}
        if part not in positions:
            break
        line, node = positions[part][0], node[part]
    return int(line) + 1
