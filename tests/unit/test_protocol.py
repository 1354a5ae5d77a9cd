from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evalsuite.errors import UserError
from evalsuite.protocol import load_protocol
from evalsuite.resources import locate

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL = """\
name: mine
version: 1
title: Mine
description: A trial.
dataset: esc50
models:
  - seeingsounds
judge_template: "a {label}"
metrics: [accuracy]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL)
    return path


def test_the_shipped_protocol_says_what_it_should():
    protocol = load_protocol("esc50_zeroshot.yaml")
    assert protocol.models == ("seeingsounds", "sound2scene", "sound2vision", "sonification", "cascade")
    ceilings, yardsticks = ("real", "text_oracle"), ("audio_retrieval", "class_mean")
    assert protocol.references == (*ceilings, *yardsticks, "shuffled_audio", "silence", "white_noise", "prompt_only")
    assert protocol.folds == "all"
    assert protocol.judge_template.format(label="dog") == "This is a photo of dog."
    assert protocol.subsets
    assert any("folds" in choice for choice in protocol.choices)


def test_a_name_will_do_for_a_shipped_protocol():
    assert load_protocol("esc50_zeroshot") == load_protocol(locate("protocols/esc50_zeroshot.yaml"))


def test_an_unknown_protocol_is_told_with_the_nearest():
    with pytest.raises(UserError, match=r"esc50_zero.yaml: .* did you mean 'esc50_zeroshot'\?"):
        load_protocol("esc50_zero.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[accuracy]", "[accuracy, acuracy]", ":9: unknown metric 'acuracy' — did you mean 'accuracy'?"),
        ("[accuracy]", "[]", ":9: metrics: "),
        ("- seeingsounds", "- seingsounds", ":7: unknown model 'seingsounds' — did you mean 'seeingsounds'?"),
        ("dataset: esc50", "dataset: esc5", ":5: unknown dataset 'esc5' — did you mean 'esc50'?"),
        ("{label}", "{lable}", ":8: judge_template: should hold {label}"),
        ("title: Mine", "title: Mine\nfolds: every", ":4: folds: should be 'all' or a list of fold numbers"),
        ("title: Mine", "title: Mine\nfolds: [0]", ":4: folds: should be 'all' or a list of fold numbers"),
        ("version: 1", "version: first", ":2: version: should be a valid integer"),
        ("title: Mine\n", "", ":1: missing key 'title'"),
        ("title:", "titel:", ":3: unknown key 'titel' — did you mean 'title'?"),
    ],
)
def test_a_mistake_is_told_with_its_line(file: Path, old: str, new: str, message: str):
    file.write_text(MINIMAL.replace(old, new))
    with pytest.raises(UserError) as caught:
        load_protocol(file)
    assert str(caught.value).startswith(f"{file}{message}")


def test_a_model_may_be_any_module_attribute(file: Path):
    file.write_text(MINIMAL.replace("- seeingsounds", "- my_package.my_module:MyModel"))
    assert load_protocol(file).models == ("my_package.my_module:MyModel",)


def test_the_hash_follows_the_content_and_not_the_layout(file: Path):
    before = load_protocol(file).sha256
    file.write_text("# a comment\n" + MINIMAL)
    assert load_protocol(file).sha256 == before
    file.write_text(MINIMAL.replace("version: 1", "version: 2"))
    assert load_protocol(file).sha256 != before
