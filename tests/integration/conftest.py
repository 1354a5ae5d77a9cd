from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from toys import Cheat, HearingModel, Interrupted, ToyTower

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """\
name: toy
description: Tones and colours.
synthetic: true
datasets:
  toys:ToyDataset: {use: "toys:ToyDataset"}
pictures: toys:ToyPictures
encoders:
  judge: {use: "toys:toy_towers", weights: toy}
  audio_similarity: {use: "toys:toy_towers", weights: toy}
  distance: {use: "toys:toy_towers", weights: toy}
"""

PROTOCOL = """\
name: toy_protocol
version: 1
title: Tones and colours
description: Does the picture have the colour of the sound?
dataset: toys:ToyDataset
models: ["toys:HearingModel"]
references: ["toys:ToyReal", "toys:ToyShuffled"]
judge_template: "a picture of {label}"
metrics:
  - evalsuite.metrics.classification:accuracy
  - evalsuite.metrics.similarity:audioclip_similarity
  - evalsuite.metrics.frechet:fid
subsets: true
"""


@pytest.fixture
def world(tmp_path: Path, evalsuite_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a toy protocol and profile, as the current folder, and an empty store."""
    assert evalsuite_home.is_dir()
    (tmp_path / "profile.yaml").write_text(PROFILE)
    (tmp_path / "protocol.yaml").write_text(PROTOCOL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALSUITE_DATA", raising=False)
    for tally in (HearingModel.drawn, ToyTower.embedded, Cheat.seen):
        tally.clear()
    Interrupted.armed = True
    return tmp_path
