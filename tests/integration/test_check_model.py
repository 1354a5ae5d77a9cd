"""The shipped models keep the interface's promises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from evalsuite.cli.main import invoke

if TYPE_CHECKING:
    from pathlib import Path


SLOW = ["seeingsounds_text", "sound2scene", "sound2vision", "sonification", "cascade"]


@pytest.mark.usefixtures("checkpoints", "evalsuite_home")
@pytest.mark.parametrize("system", ["seeingsounds", *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_the_shipped_systems_keep_their_promises(system: str, capsys: pytest.CaptureFixture[str]):
    code = invoke(["check-model", system, "--json"])
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert not [finding for finding in findings.values() if finding["kept"] is False]
    assert code == 0
    # All of it was looked at: only what is no promise is a note.
    assert {name for name, finding in findings.items() if finding["kept"] is None} == {
        "does the seed matter",
        "does loudness matter",
    }


REFERENCES = ["text_oracle", "audio_retrieval", "class_mean", "shuffled_audio", "silence", "white_noise", "prompt_only"]
REFERENCES += ["levelled_audio"]


@pytest.mark.slow
@pytest.mark.usefixtures("checkpoints", "evalsuite_home")
@pytest.mark.parametrize("reference", REFERENCES)
def test_the_shipped_references_keep_their_promises(reference: str, capsys: pytest.CaptureFixture[str]):
    assert invoke(["check-model", reference]) == 0
    assert "BROKEN" not in capsys.readouterr().out


def test_a_reference_that_sees_pictures_passes(evalsuite_home: Path, capsys: pytest.CaptureFixture[str]):
    assert invoke(["check-model", "baselines.references.real:Real"]) == 0
    told = capsys.readouterr().out
    assert "BROKEN" not in told
    assert "note    listens to the sound: it is shown no sound" in told
    assert not list(evalsuite_home.iterdir())  # nothing is measured, nothing is kept
