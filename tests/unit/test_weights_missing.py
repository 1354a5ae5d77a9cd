"""What a machine without a network and without weights tells, and that nothing looks for a network there."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from commandline import Desk, Done

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "my_model.py"
PROFILE = """
name: some
description: Published encoders and the miniature world's sounds.
synthetic: false
datasets: {esc50: {use: miniworld_esc50}}
encoders:
  judge: {use: open_clip, weights: "mini:judge_clip"}
  audio_similarity: {use: trimodal, weights: "published:audioclip"}
  distance: {use: image_classifier, weights: "published:inception"}
"""


def plan(desk: Desk, profile: str = PROFILE) -> Done:
    """Plan a run of a model that needs no settings, on a machine without a network and without weights."""
    (desk.folder / "some.yaml").write_text(profile)
    copy(EXAMPLE, desk.folder)
    arguments = ("plan", "esc50_zeroshot", "--profile", "some.yaml", "--models", "my_model:MyModel")
    return desk.run(*arguments, offline=True, HF_HOME=str(desk.folder / "hf"))


@pytest.mark.usefixtures("checkpoints")
def test_metrics_whose_weights_are_not_here_are_left_out_with_the_command_that_fetches_them(desk: Desk):
    done = plan(desk)
    assert done.code == 0, done.err
    reason = "left out: the weights 'audioclip' are not on this machine: evalsuite weights fetch audioclip."
    assert f"audioclip_similarity is {reason}" in done.out
    assert not desk.network_log.exists()


@pytest.mark.usefixtures("checkpoints")
def test_without_the_judge_s_weights_no_run_begins(desk: Desk):
    done = plan(desk, PROFILE.replace("mini:judge_clip", "published:clip-vit-b-32"))
    assert done.code == 2
    assert "evalsuite weights fetch clip-vit-b-32" in done.err
    assert not desk.network_log.exists()


@pytest.mark.parametrize("verb", ["ls", "verify"])
def test_listing_and_verifying_open_no_socket(desk: Desk, verb: str):
    done = desk.run("weights", verb, offline=True, HF_HOME=str(desk.folder / "hf"))
    assert done.code == 0, done.err
    assert not desk.network_log.exists()


def test_the_tests_above_would_notice(desk: Desk):
    done = desk.run("weights", "fetch", "wav2clip", offline=True)
    assert done.code == 2
    assert re.search(r"wav2clip cannot be fetched.*put https://.*Wav2CLIP.pt at .*weights/Wav2CLIP.pt", done.err)
    assert len(done.err.splitlines()) == 2
    assert desk.network_log.exists()
