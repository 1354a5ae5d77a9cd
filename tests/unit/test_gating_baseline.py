"""The file that a repository keeps: small, the same bytes for the same content, and nothing lost but digits."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from reporting_example import measurement

from evalsuite.errors import UserError
from evalsuite.gating.baseline import Baseline, Update, load_baseline, packed, update_baseline
from evalsuite.gating.margins import Margin
from evalsuite.gating.snapshot import Made, Scores, Snapshot, rounded

if TYPE_CHECKING:
    from pathlib import Path

CLIPS = 2000
ENTRY = Update(who="someone", when="2026-01-01T00:00:00+00:00", why="first", run="run-1")


def snapshot(*, models: int = 1, clips: int = CLIPS, shift: float = 0.0) -> Snapshot:
    """Six scores of each model: two are hits, three any numbers, one of the whole set."""
    draw = np.random.default_rng(1)
    scores = []
    for model in range(models):
        for place in range(6):
            metric = "fid" if place == 5 else "accuracy"
            values = draw.random(clips) < 0.7 if place < 2 else draw.normal(size=clips) + shift
            told = measurement(f"model {model}", metric, 0.5)
            if metric == "fid":
                replicates = tuple(draw.normal(40, 1, 20).tolist())
                told = told.model_copy(update={"estimate": told.estimate.model_copy(update={"replicates": replicates})})
            kept = () if metric == "fid" else rounded(values.astype(float).tolist())
            scores.append(Scores(measurement=told, values=kept))
    made = Made(
        protocol="p",
        protocol_version=1,
        protocol_sha256="0" * 64,
        profile="mini",
        profile_sha256="1" * 64,
        dataset="d",
        dataset_sha256="2" * 64,
        seed=0,
        packages={"numpy": "2.0"},
    )
    return Snapshot(
        made=made,
        fingerprints={f"model {model}": "f" * 64 for model in range(models)},
        clips=tuple(f"1-{place:06}-A-{place % 50}" for place in range(clips)),
        sources=tuple(f"esc50/class/{place % 50}/{place // 100}" for place in range(clips)),
        scores=tuple(scores),
    )


def test_a_full_sized_baseline_is_small() -> None:
    full = Baseline(**dict(snapshot(models=5)), history=(ENTRY,))
    assert len(packed(full)) < 300_000


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = (Baseline(**dict(snapshot()), history=(ENTRY,)) for _ in range(2))
    assert packed(first) == packed(second)
    assert packed(first) != packed(Baseline(**dict(snapshot(shift=1e-3)), history=(ENTRY,)))


def test_what_was_kept_is_what_is_read(tmp_path: Path) -> None:
    file = tmp_path / "below" / "mine.evalsuite"
    whole = snapshot(clips=20)
    hole = whole.scores[2].model_copy(update={"values": (float("nan"), *whole.scores[2].values[1:])})
    whole = whole.model_copy(update={"scores": (*whole.scores[:2], hole, *whole.scores[3:])})
    update_baseline(file, whole, run="run-1", why="first")
    read = load_baseline(file)
    assert repr(read.scores) == repr(whole.scores)
    assert (read.clips, read.made, read.fingerprints) == (whole.clips, whole.made, whole.fingerprints)


def test_an_update_keeps_the_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Ada")
    file = tmp_path / "mine.evalsuite"
    for why in ("first", "second"):
        update_baseline(file, snapshot(clips=4), run=f"run of {why}", why=why)
    told = [(entry.who, entry.why, entry.run) for entry in load_baseline(file).history]
    assert told == [("Ada", "first", "run of first"), ("Ada", "second", "run of second")]


def test_without_git_it_is_the_user_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("LOGNAME", "USER"):
        monkeypatch.setenv(name, "grace")
    kept = update_baseline(tmp_path / "mine.evalsuite", snapshot(clips=4), run="run")
    assert kept.history[0].who == "grace"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"text", "not a baseline"),
        (gzip.compress(b"{}")[:-4], "not a baseline"),
        (gzip.compress(json.dumps({"schema_version": 1}).encode()), "not a baseline of this version of the suite"),
        (gzip.compress(b"no json"), "not a baseline of this version of the suite"),
    ],
)
def test_another_file_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.evalsuite"
    file.write_bytes(content)
    with pytest.raises(UserError, match=words):
        load_baseline(file)


def test_rounding_is_the_same_on_both_sides() -> None:
    values = np.random.default_rng(0).normal(size=100).tolist()
    assert rounded(values) == rounded(list(rounded(values)))
    assert np.allclose(values, rounded(values), rtol=1e-5, atol=0)


def test_a_relative_margin_is_a_share_of_the_baseline() -> None:
    assert Margin(relative=0.05).allowed(-40.0) == pytest.approx(2.0)
    assert Margin(absolute=0.05).allowed(40.0) == 0.05
