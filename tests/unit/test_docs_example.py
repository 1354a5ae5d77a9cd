"""What the documentation tells a newcomer to type does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from evalsuite.cli.main import invoke
from evalsuite.datasets.base import Dataset
from evalsuite.encoders.base import FeatureExtractor
from evalsuite.metrics.base import JUDGE_CLASSES, JUDGE_IMAGE, Evidence, Metric
from evalsuite.model import AudioToImageModel

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


def _python_blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(), flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def examples() -> dict[str, Any]:
    """Everything that the blocks of the page define."""
    defined: dict[str, Any] = {}
    for block in _python_blocks(DOCS / "extending.md"):
        exec(block, defined)
    return defined


@pytest.mark.parametrize("page", [REPOSITORY / "README.md", DOCS / "extending.md"], ids=lambda page: page.name)
def test_the_model_on_the_page_is_the_model_in_the_file(page: Path):
    assert _python_blocks(page)[0] == (DOCS / "examples" / "my_model.py").read_text()


def test_the_model_has_ten_lines():
    lines = (DOCS / "examples" / "my_model.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) == 10


def test_the_model_is_a_model(examples: dict[str, Any]):
    assert isinstance(examples["MyModel"](), AudioToImageModel)


def test_the_model_keeps_its_promises(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(DOCS / "examples")
    monkeypatch.syspath_prepend(DOCS / "examples")
    assert invoke(["check-model", "my_model:MyModel"]) == 0
    told = capsys.readouterr().out
    assert "BROKEN" not in told
    assert "kept    listens to the sound: 3 of 3 other sounds change the picture" in told
    assert "does the seed matter: 4 of 4 pictures change" in told


def test_the_data_set_reads_a_folder(examples: dict[str, Any], tmp_path: Path):
    (tmp_path / "dog").mkdir()
    soundfile.write(tmp_path / "dog" / "one.wav", np.full(800, 0.5), 8_000)
    dataset = examples["FolderOfSounds"](root=tmp_path)
    assert isinstance(dataset, Dataset)
    clip = dataset.load(dataset.manifest()[0])
    assert (clip.id, clip.label, clip.seconds) == ("dog/one.wav", "dog", 0.1)
    assert len(dataset.card.version) == 12


def test_the_encoder_sees_the_mean_colour(examples: dict[str, Any]):
    tower = examples["mean_colour_towers"](weights="none", device="cpu")["image"]
    assert isinstance(tower, FeatureExtractor)
    assert tower.embed([np.full((4, 4, 3), 7, np.uint8)]).tolist() == [[7, 7, 7]]


def test_the_metric_tells_the_margin(examples: dict[str, Any]):
    margin = examples["margin"]
    assert isinstance(margin, Metric)
    pictures, texts = np.array([[3.0, 4.0], [0.0, 2.0]]), np.eye(2)
    evidence = Evidence(
        features={JUDGE_IMAGE: pictures, JUDGE_CLASSES: texts},
        targets=np.array([0, 1]),
        classes=("a", "b"),
        sources=np.array(["first", "second"]),
    )
    assert margin.measure(evidence).per_clip == pytest.approx([-0.2, 1.0])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", page.read_text())
    assert not [target for target in targets if not (page.parent / target).exists() and "images/" not in target]
