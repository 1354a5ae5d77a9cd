from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel, ConfigDict

from evalsuite.errors import UserError
from evalsuite.yamlfile import load_yaml_model

if TYPE_CHECKING:
    from pathlib import Path


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: str


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")

    height: float
    rings: tuple[int, ...] = ()
    leaves: dict[str, Leaf] = {}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tree.yaml"


def test_a_good_file_becomes_the_model_with_plain_values(file: Path):
    file.write_text("height: 2.50\nrings: [1, 0x2]\nleaves:\n  top: {colour: 'green'}\n")
    tree = load_yaml_model(file, Tree)
    assert tree == Tree(height=2.5, rings=(1, 2), leaves={"top": Leaf(colour="green")})
    assert type(tree.height) is float


FAULTS = {
    "unknown key": ("height: 1\nring: [1]\n", 2, "unknown key 'ring' — did you mean 'rings'?"),
    "misspelt required key": ("# a tree\nheigth: 1\n", 2, "unknown key 'heigth' — did you mean 'height'?"),
    "unknown nested key": (
        "height: 1\nleaves:\n  top:\n    color: red\n",
        4,
        "unknown key 'color' — did you mean 'colour'?",
    ),
    "wrong type": ("rings: [1]\n\nheight: tall\n", 3, "height: should be a valid number"),
    "wrong type in a list": ("height: 1\nrings:\n  - 1\n  - two\n", 4, "rings.1: should be a valid integer"),
    "missing key": ("rings: [1]\n", 1, "missing key 'height'"),
    "missing nested key": ("height: 1\nleaves:\n  top: {}\n", 3, "missing key 'colour'"),
    "duplicate key": ("height: 1\nrings: []\nheight: 2\n", 3, 'duplicate key "height": keep one of the two'),
    "bad syntax": ("height: 1\nrings: [1, 2\n", 3, "not valid YAML: "),
    "tab": ("height: 1\nleaves:\n\ttop: 1\n", 3, "not valid YAML: "),
    "tag": ("height: 1\nrings: !python/name:os.system\n", 2, "not valid YAML: "),
    "merged key": ("leaves:\n  top: &top {colour: 1}\n  low:\n    <<: *top\nheight: 1\n", 2, "leaves.top.colour: "),
    "two documents": ("height: 1\n---\nheight: 2\n", 2, "not valid YAML: "),
    "number as key": ("height: 1\n2: 3\n", 2, "should be strings"),
    "not a mapping": ("- height\n", 1, "keys: height, rings, leaves"),
    "a lone word": ("height\n", 1, "keys: height, rings, leaves"),
    "empty file": ("", 1, "keys: height, rings, leaves"),
    "comments only": ("# nothing yet\n", 1, "keys: height, rings, leaves"),
}


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_in_one_line_with_file_and_line(file: Path, text: str, line: int, words: str):
    file.write_text(text)
    with pytest.raises(UserError) as caught:
        load_yaml_model(file, Tree)
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_told_with_the_nearest(file: Path):
    file.touch()
    with pytest.raises(UserError, match=r"no such file — did you mean 'tree.yaml'\?"):
        load_yaml_model(file.with_name("tre.yaml"), Tree)


@pytest.mark.parametrize("content", [b"height: \xff\n", b"height: \x07\n"], ids=["not UTF-8", "control character"])
def test_a_binary_file_is_told(file: Path, content: bytes):
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"tree\.yaml: "):
        load_yaml_model(file, Tree)


def test_a_folder_is_told(tmp_path: Path):
    with pytest.raises(UserError, match="cannot be read"):
        load_yaml_model(tmp_path, Tree)
