"""``evalsuite measure``: any folder of pictures, any metric, no protocol."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cheap_encoder import cheap_towers
from PIL import Image

from evalsuite.cli.main import invoke
from evalsuite.metrics import frechet_distance
from evalsuite.registry import names

if TYPE_CHECKING:
    from commandline import Desk

    from evalsuite.encoders.base import Features

TUTORIAL = Path(__file__).parents[2] / "docs" / "score_your_pictures.md"
PROFILE = """\
name: cheap
description: Encoders that cost nothing.
synthetic: true
datasets: {}
encoders:
  judge: {use: "cheap_encoder:cheap_towers", weights: none, options: {dim: 16}}
  distance: {use: "cheap_encoder:cheap_towers", weights: none, options: {dim: 8}}
"""
COLOURS = {"dog": (220, 20, 20), "sea_waves": (20, 20, 220)}


def draw(folder: Path, n: int, *, seed: int) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    """Draw grainy colours of two classes in three sizes; return the pictures in the order of their names."""
    rng = np.random.default_rng(seed)
    drawn = {}
    for number in range(n):
        label = list(COLOURS)[number % 2]
        shape = [(8, 8), (12, 20), (33, 17)][number % 3]
        picture = (np.array(COLOURS[label]) + rng.integers(-20, 20, (*shape, 3))).clip(0, 255).astype(np.uint8)
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(folder / label / f"{number:03}.png")
        drawn[f"{label}/{number:03}.png"] = picture
    return [drawn[name] for name in sorted(drawn)]


@pytest.fixture
def made(tmp_path: Path, evalsuite_home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pictures in the folder ``made``; ``real`` holds others, and both lie in the current folder."""
    assert evalsuite_home.is_dir()
    monkeypatch.chdir(tmp_path)
    Path("cheap.yaml").write_text(PROFILE)
    draw(Path("real"), 40, seed=1)
    return draw(Path("made"), 30, seed=0)


def measured(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert invoke(["measure", "made", "--profile", "cheap.yaml", *options, "--json"]) == 0
    return {row["metric"]: row for row in json.loads(capsys.readouterr().out)["measurements"]}


def refused(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert invoke(["measure", *options, "--profile", "cheap.yaml"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    return told.err.splitlines()[-1]


def seen(pictures: list[Any], *, dim: int) -> Features:
    return cheap_towers(weights="", device="", dim=dim)["image"].embed(pictures)


def test_numbers_are_those_of_the_kernels_on_the_encoders_features(made: list[Any], capsys: Any):
    found = measured(capsys, "--reference", "real")
    assert list(found) == ["fid", "kid", "inception_score", "accuracy", "clip_similarity"]
    real = [np.asarray(Image.open(path)) for path in sorted(Path("real").rglob("*.png"))]
    assert found["fid"]["value"] == pytest.approx(frechet_distance(seen(made, dim=8), seen(real, dim=8)), rel=1e-9)
    texts = cheap_towers(weights="", device="", dim=16)["text"].embed(
        [f"This is a photo of {label}." for label in ("dog", "sea waves")]
    )
    likeness = seen(made, dim=16) @ (texts / np.linalg.norm(texts, axis=1, keepdims=True)).T
    assert found["accuracy"]["value"] == pytest.approx(np.mean(likeness.argmax(axis=1) == np.repeat([0, 1], 15)))


def test_every_number_says_what_it_is(made: list[Any], capsys: Any):
    found = measured(capsys, "--reference", "real", "--template", "{label}!", "--decoding", "pil-rgb")
    for row in found.values():
        assert row["n"] == len(made)
        assert re.search(r"·decoding=pil-rgb·.*labels@[0-9a-f]{12}·n=30/30·v1\]", row["passport"])
        assert row["low"] <= row["value"] <= row["high"]
    assert re.search(r"ref=real@[0-9a-f]{12}", found["fid"]["passport"])
    assert "template={label}!" in found["clip_similarity"]["passport"]
    assert found["fid"]["adequacy"]["n"] == 30
    assert found["fid"]["adequacy"]["m"] == 40


def test_too_few_pictures_are_told_and_the_unbiased_distance_stands_beside(made: list[Any], capsys: Any):
    assert made
    Path("cheap.yaml").write_text(PROFILE.replace("dim: 8", "dim: 64"))
    assert invoke(["measure", "made", "--reference", "real", "--metrics", "fid", "--profile", "cheap.yaml"]) == 0
    told = capsys.readouterr().out
    assert "NOT COMPARABLE: 30 pictures < 64 dimensions: mostly bias" in told
    assert re.search(r"^kid ", told, flags=re.MULTILINE)


def test_too_few_references_are_told_as_well(made: list[Any], capsys: Any):
    assert made
    Path("cheap.yaml").write_text(PROFILE.replace("dim: 8", "dim: 35"))
    assert invoke(["measure", "real", "--reference", "made", "--metrics", "fid", "--profile", "cheap.yaml"]) == 0
    told = capsys.readouterr().out
    assert "NOT COMPARABLE: 30 reference pictures < 35 dimensions: mostly bias" in told
    assert re.search(r"^kid ", told, flags=re.MULTILINE)


def test_a_second_time_no_picture_is_opened(made: list[Any], capsys: Any, monkeypatch: pytest.MonkeyPatch):
    assert made
    first = measured(capsys, "--reference", "real")

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a picture was decoded again")

    monkeypatch.setattr("evalsuite.running.picture_set.decode_picture", opened)
    assert measured(capsys, "--reference", "real") == first


def test_all_is_kept_in_a_file(made: list[Any], capsys: Any):
    assert made
    found = measured(capsys, "--metrics", "inception_score", "-o", "new/found.json")
    kept = json.loads(Path("new/found.json").read_text())
    assert kept["measurements"] == list(found.values())
    assert kept["environment"]["packages"]["numpy"]
    assert kept["pictures"] == "made"


def test_without_a_reference_the_usual_metrics_that_need_one_are_left_out_and_told(made: list[Any], capsys: Any):
    assert made
    assert invoke(["measure", "made", "--profile", "cheap.yaml"]) == 0
    told = capsys.readouterr()
    assert re.findall(r"^\w+", told.out, flags=re.MULTILINE) == ["inception_score", "accuracy", "clip_similarity"]
    assert "note: fid needs reference pictures: name their folder by --reference" in told.err


def test_a_table_gives_classes_and_sources(made: list[Any], capsys: Any):
    names_of = sorted(Path("made").rglob("*.png"))
    rows = [f"{path.relative_to('made')},{path.parent.name},{place // 3}" for place, path in enumerate(names_of)]
    Path("table.csv").write_text("\n".join(["picture,class,source", *rows]))
    found = measured(capsys, "--metrics", "accuracy", "--csv", "table.csv")
    assert "clustered by recording (10)" in found["accuracy"]["method"]
    assert len(made) == found["accuracy"]["n"]


REFUSALS = {
    "sounds": (("made", "--metrics", "audioclip_similarity"), "audioclip_similarity needs the sounds"),
    "reference": (("made", "--metrics", "kid"), "kid needs reference pictures: name their folder by --reference"),
    "classes": (("made/dog", "--metrics", "accuracy"), "accuracy needs the class of every picture"),
    "encoder": (
        ("made", "--reference", "real", "--metrics", "cmmd"),
        "cmmd cannot be measured: the profile has no encoder for the role 'semantic'",
    ),
    "metric": (("made", "--metrics", "fidd"), "unknown metric 'fidd' — did you mean 'fid'?"),
    "template": (("made", "--template", "a photo"), "the template should hold {label}"),
    "folder": (("nowhere",), "nowhere: no such folder of pictures"),
    "option": (("made", "--decoding", "sideways"), "Invalid value for '--decoding'"),
}


@pytest.mark.parametrize("fault", REFUSALS)
def test_what_cannot_be_measured_is_refused_in_one_line(made: list[Any], capsys: Any, fault: str):
    assert made
    options, words = REFUSALS[fault]
    assert refused(capsys, *options).startswith(f"evalsuite: {words}")


def test_a_damaged_picture_is_named(made: list[Any], capsys: Any):
    assert made
    Path("made/dog/000.png").write_bytes(b"")
    assert refused(capsys, "made").startswith("evalsuite: made/dog/000.png: this is no whole picture (0 bytes)")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("metric", names("metrics"))
def test_any_registered_metric_is_measured_or_says_what_it_needs(metric: str, capsys: Any):
    code = invoke(["measure", "made", "--reference", "real", "--metrics", metric, "--profile", "cheap.yaml", "--json"])
    told = capsys.readouterr()
    if code == 0:
        assert json.loads(told.out)["measurements"][0]["metric"] == metric
    else:
        assert re.search(f"{metric} (needs|cannot be measured: the profile has no encoder)", told.err)


def test_the_tutorials_command_does_as_it_says(checkpoints: Path, desk: Desk):
    assert checkpoints
    draw(desk.folder / "my_pictures", 24, seed=0)
    draw(desk.folder / "real_pictures", 24, seed=1)
    (block,) = re.findall(r"^```\n(evalsuite measure .*?)^```$", TUTORIAL.read_text(), flags=re.MULTILINE | re.DOTALL)
    done = desk.run(*block.split()[1:])
    assert done.code == 0, done.err
    assert done.out.startswith("fid ")
