from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evalsuite import resources
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def test_shipped_files_are_found():
    assert resources.locate("protocols/esc50_zeroshot.yaml").is_file()
    assert "esc50_zeroshot" in resources.bundled("protocols")
    assert {"mini", "paper"} <= set(resources.bundled("protocols/profiles"))


def test_a_wheel_carries_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "_bundled" / "protocols").mkdir(parents=True)
    monkeypatch.setattr(resources, "_ROOTS", (tmp_path / "_bundled", tmp_path))
    assert resources.locate("protocols") == tmp_path / "_bundled" / "protocols"


def test_a_missing_shipped_file_is_told():
    with pytest.raises(UserError, match="missing from this installation"):
        resources.locate("protocols/none.yaml")


def test_a_typed_path_comes_before_a_shipped_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    shipped = resources.find_yaml("esc50_zeroshot.yaml", folder="protocols")
    (tmp_path / "esc50_zeroshot.yaml").touch()
    assert shipped == resources.locate("protocols/esc50_zeroshot.yaml")
    assert resources.find_yaml("esc50_zeroshot.yaml", folder="protocols").resolve().parent == tmp_path


@pytest.fixture
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    folder = tmp_path / "miniworld" / "checkpoints"
    (folder / "flux").mkdir(parents=True)
    return folder


def test_weights_are_a_checkpoint_a_path_or_a_name_of_a_hub(checkpoints: Path):
    assert resources.resolve_weights("mini:flux") == checkpoints / "flux"
    assert resources.resolve_weights(str(checkpoints)) == checkpoints
    assert resources.resolve_weights("ViT-B-32:openai") == "ViT-B-32:openai"


@pytest.mark.usefixtures("checkpoints")
@pytest.mark.parametrize("ref", ["mini:flx", "mini:"])
def test_an_unknown_checkpoint_is_told(ref: str):
    with pytest.raises(UserError, match=r"no miniature checkpoint .*flux"):
        resources.resolve_weights(ref)
