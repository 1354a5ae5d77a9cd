"""Margins in a file of their own and in a protocol: mistakes are told with their line, old hashes hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evalsuite.errors import UserError
from evalsuite.gating.margins import Gate, Margin, load_gate
from evalsuite.hashing import sha256_json
from evalsuite.protocol import load_protocol
from evalsuite.resources import locate

if TYPE_CHECKING:
    from pathlib import Path

METRICS = ("accuracy", "fid")


def written(folder: Path, text: str) -> Path:
    file = folder / "gate.yaml"
    file.write_text(text)
    return file


def test_a_gate_file(tmp_path: Path) -> None:
    text = "margins:\n  accuracy: {absolute: 0.01}\n  fid: {relative: 0.05}\nmodels: [mine]\n"
    expected = {"accuracy": Margin(absolute=0.01), "fid": Margin(relative=0.05)}
    assert load_gate(written(tmp_path, text), metrics=METRICS) == Gate(margins=expected, models=("mine",))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("margins:\n  fid: {relative: 1}\n  acuracy: {absolute: 1}\n", 3, "did you mean 'accuracy'?"),
        ("margins:\n  fid:\n    relativ: 1\n", 3, "unknown key 'relativ' — did you mean 'relative'?"),
        ("margin:\n  fid: {relative: 1}\n", 1, "unknown key 'margin' — did you mean 'margins'?"),
        ("margins:\n  fid: {relative: 1, absolute: 1}\n", 2, "give a margin either as absolute:"),
        ("margins:\n  accuracy: {}\n", 2, "give a margin either as absolute:"),
        ("margins:\n  fid: {absolute: 0}\n", 2, "should be greater than 0, found 0"),
        ("margins:\n  fid: {absolute: .inf}\n", 2, "should be a finite number"),
        ("margins: {}\n", 1, "should have at least 1 item"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UserError) as told:
        load_gate(file, metrics=METRICS)
    assert str(told.value).startswith(f"{file}:{line}: ")
    assert words in str(told.value)


def protocol_with(folder: Path, section: str) -> Path:
    file = folder / "esc10_zeroshot.yaml"
    file.write_text(section + locate("protocols/esc10_zeroshot.yaml").read_text())
    return file


def test_a_protocol_without_a_gate_has_the_hash_it_always_had(tmp_path: Path) -> None:
    plain = load_protocol("esc10_zeroshot")
    assert plain.sha256 == sha256_json(plain.model_dump(mode="json", exclude={"gate", "sweep"}))
    gated = load_protocol(protocol_with(tmp_path, "gate: {margins: {accuracy: {absolute: 0.01}}}\n"))
    assert gated.gate == Gate(margins={"accuracy": Margin(absolute=0.01)})
    assert gated.sha256 != plain.sha256


def test_a_mistake_in_a_protocols_gate_is_told_with_its_line(tmp_path: Path) -> None:
    file = protocol_with(tmp_path, "gate:\n  margins:\n    accuracy: {absolut: 0.01}\n")
    with pytest.raises(UserError, match=r"esc10_zeroshot.yaml:3: unknown key 'absolut' — did you mean 'absolute'\?"):
        load_protocol(file)
