"""Verbs that other packages bring, through the entry-point group ``evalsuite.commands``."""

from __future__ import annotations

import ast
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

GROUP = "evalsuite.commands"


def brought() -> dict[str, EntryPoint]:
    """Return the entry point of every verb that an installed package brings, by name; imports nothing of them."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}


def summary(entry: EntryPoint) -> str:
    """Return the first line of a verb's docstring, read from its source without running any of it.

    Empty where there is no such source, where the verb may work all the same, or where it cannot be parsed.
    """
    source = _source(entry.module)
    try:
        tree = ast.parse(source.read_bytes()) if source is not None and source.is_file() else ast.Module([], [])
    except SyntaxError:  # told when the verb is used; help must not fail for it
        return ""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry.attr)
    texts = (ast.get_docstring(function) or "" for function in functions)
    return next(texts, "").partition("\n")[0]


def _source(module: str) -> Path | None:
    """Return where a module's source lies. Only the search for a top-level package runs none of its code."""
    top, *below = module.split(".")
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent.joinpath(*below).with_suffix(".py") if below else Path(spec.origin)
