from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evalsuite.errors import UserError
from evalsuite.profile import ROLES, Binding, Profile, load_profile

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL = """\
name: mine
description: A trial.
synthetic: true
datasets:
  esc50: {use: miniworld_esc50}
pictures: miniworld
encoders:
  judge:
    use: open_clip
    weights: mini:judge_clip
"""


def test_mini_binds_every_role_to_what_ships():
    mini = load_profile("mini")
    assert mini.synthetic
    assert mini.datasets["esc50"].use == "miniworld_esc50"
    assert set(ROLES) - set(mini.encoders) == {"self_supervised"}
    unshipped = {role for role, binding in mini.encoders.items() if not (binding.weights or "").startswith("mini:")}
    assert unshipped == {"pixels"}, "described without a network"
    assert mini.models["seeingsounds"]["steps"] == 2


def test_paper_binds_the_published_assets():
    paper = load_profile("paper")
    assert not paper.synthetic
    assert paper.datasets["esc50"].use == "esc50"
    assert paper.encoders["judge"].weights == "published:clip-vit-b-32"
    assert paper.models["seeingsounds"]["adapters"] is None
    assert paper.sha256 != load_profile("mini").sha256


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  judge:", "  jugde:", ":8: unknown role 'jugde' — did you mean 'judge'?"),
        ("use: open_clip", "use: openclip", ":9: unknown encoder 'openclip' — did you mean 'open_clip'?"),
        ("weights:", "weight:", ":10: unknown key 'weight' — did you mean 'weights'?"),
        ("miniworld_esc50", "miniworld_esc5", ":5: unknown dataset 'miniworld_esc5'"),
        ("pictures: miniworld", "pictures: minworld", ":6: unknown picture 'minworld' — did you mean 'miniworld'?"),
        ("synthetic: true\n", "", ":1: missing key 'synthetic'"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str):
    file = tmp_path / "mine.yaml"
    file.write_text(MINIMAL.replace(old, new))
    with pytest.raises(UserError) as caught:
        load_profile(file)
    assert str(caught.value).startswith(f"{file}{message}")


def test_an_unknown_profile_is_told_with_the_nearest():
    with pytest.raises(UserError, match=r"did you mean 'mini'\?"):
        load_profile("minni")


def test_a_profile_can_be_made_in_python():
    binding = Binding(use="my_package:towers", weights="here")
    profile = Profile(name="mine", description="", synthetic=True, datasets={}, encoders={"judge": binding})
    assert profile.encoders["judge"].weights == "here"
