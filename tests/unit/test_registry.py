from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from evalsuite import registry
from evalsuite.errors import UserError


def test_the_suite_registers_its_parts_by_name():
    assert {"seeingsounds", "real", "silence"} <= set(registry.names("models"))
    assert "esc50" in registry.names("datasets")


def test_a_reference_needs_no_registration():
    assert registry.resolve("models", "pathlib:Path") is Path


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(UserError, match=r"unknown metric 'acuracy' — did you mean 'accuracy'\?"):
        registry.resolve("metrics", "acuracy")


@pytest.mark.parametrize("ref", ["no_such_package:Model", ":Model"])
def test_a_module_that_cannot_be_imported_is_named(ref: str):
    with pytest.raises(UserError, match=f"cannot import '{ref}'"):
        registry.resolve("models", ref)


def test_a_missing_attribute_is_told_with_the_nearest():
    with pytest.raises(UserError, match=r"module 'pathlib' has no 'Pth' — did you mean 'Path'\?"):
        registry.resolve("models", "pathlib:Pth")


def test_one_name_for_two_things_is_refused(monkeypatch: pytest.MonkeyPatch):
    group = "evalsuite.models"
    twice = EntryPoints([EntryPoint("mine", "a:A", group), EntryPoint("mine", "b:B", group)])
    monkeypatch.setattr(registry, "entry_points", twice.select)
    with pytest.raises(UserError, match="registered 2 times in models: name one of a:A, b:B"):
        registry.resolve("models", "mine")


EVERYTHING = [(group, name) for group in registry.GROUPS for name in registry.names(group)]


@pytest.mark.parametrize(("group", "name"), EVERYTHING, ids=[f"{group}:{name}" for group, name in EVERYTHING])
def test_every_registered_name_leads_somewhere(group: str, name: str):
    assert registry.resolve(group, name) is not None
