"""Names to things: the suite's own models, data sets, encoders and metrics, and those of any installed package."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pydantic import AfterValidator

from evalsuite.errors import UserError, did_you_mean

GROUPS = ("models", "datasets", "pictures", "pools", "encoders", "metrics", "transforms", "commands")


def names(group: str) -> list[str]:
    """Return the registered names of a group (one of :data:`GROUPS`), sorted.

    They are the entry points of the group ``evalsuite.GROUP`` of every installed package.
    """
    return sorted(set(entry_points(group=f"evalsuite.{group}").names))


def resolve(group: str, ref: str) -> Any:
    """Import and return what ``ref`` names: a registered name, or «module:attribute».

    Raises ``UserError`` where the name is unknown, stands for two different things, or cannot be imported.
    """
    check(group, ref)
    if ":" in ref:
        return _load(ref)
    targets = sorted({entry.value for entry in entry_points(group=f"evalsuite.{group}", name=ref)})
    if len(targets) > 1:
        raise UserError(f"{ref!r} is registered {len(targets)} times in {group}: name one of {', '.join(targets)}")
    return _load(targets[0])


def check(group: str, ref: str) -> None:
    """Raise ``UserError`` where ``ref`` is neither registered in the group nor a «module:attribute»; import nothing."""
    if ":" not in ref and ref not in (known := names(group)):
        raise UserError(f"unknown {group.removesuffix('s')} {ref!r}{did_you_mean(ref, known)}")


def registered(group: str) -> AfterValidator:
    """Return the annotation that keeps a pydantic field to references that :func:`check` accepts."""

    def validate(ref: str) -> str:
        try:
            check(group, ref)
        except UserError as error:
            raise ValueError(error.message) from error
        return ref

    return AfterValidator(validate)


def _load(target: str) -> Any:
    module_name, _, attribute = target.partition(":")
    try:
        module = import_module(module_name)
    except (ImportError, ValueError) as error:
        raise UserError(f"cannot import {target!r}: {error}; is its package installed or on PYTHONPATH?") from error
    except Exception as error:  # whatever a user's module does while it is imported
        raise UserError(f"module {module_name!r} fails on import: {type(error).__name__}: {error}") from error
    if not hasattr(module, attribute):
        public = [name for name in vars(module) if not name.startswith("_")]
        raise UserError(f"module {module_name!r} has no {attribute!r}{did_you_mean(attribute, public)}")
    return getattr(module, attribute)
