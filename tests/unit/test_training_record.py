from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from baselines.holdout import held_out_mask
from evalsuite.datasets.base import ClipInfo
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_tree, weights_fingerprint
from evalsuite.miniworld.concepts import TRAINING_CONCEPTS
from evalsuite.reporting.training import curve_plot, render, write_training_report
from evalsuite.training_record import Point, TrainingRecord, load_training, model_card, package_versions, save_training

if TYPE_CHECKING:
    from pathlib import Path

CURVE = tuple(
    Point(step=step, loss=1000 / step**2, held_out_loss=held_out)
    for step, held_out in ((50, 0.5), (100, 0.2), (150, 0.3), (200, 0.4))
)
RECORD = TrainingRecord(
    model="seeing",
    profile="mini",
    trained_on=("videos@1",),
    concepts_met=("dog", "crackling fire"),
    encoders=("mini:ast",),
    clips=3000,
    held_out_clips=300,
    seed=7,
    schedule={"steps": 400, "rate": 0.001, "ema": None, "patience": 2},
    steps=200,
    stopped_early=True,
    loss=0.025,
    held_out_loss=0.2,
    curve=CURVE,
    minutes=1.5,
    device="cpu",
    packages=package_versions(),
    licence="CC0",
    citation="Somebody, 2025",
    extra={"selection_precision": 0.75},
)


def with_(**changes: object) -> TrainingRecord:
    return RECORD.model_copy(update=changes)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert load_training(tmp_path) is None
    save_training(tmp_path, RECORD)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["README.md", "training.json"]
    assert load_training(tmp_path) == RECORD


def test_a_loss_that_is_not_finite_survives(tmp_path: Path) -> None:
    save_training(tmp_path, with_(loss=math.nan, held_out_loss=math.inf))
    read = load_training(tmp_path)
    assert read is not None
    assert math.isnan(read.loss)
    assert read.held_out_loss == math.inf


@pytest.mark.parametrize(
    ("content", "told"), [("{", "Invalid JSON"), ('{"clips": 3}', "Field required at model"), ("[]", "its beginning")]
)
def test_an_unreadable_record_is_told_with_its_file(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "training.json").write_text(content)
    with pytest.raises(UserError, match=told) as caught:
        load_training(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'training.json'}: ")
    assert "train again" in str(caught.value)


def test_the_card_says_what_the_weights_are_and_how_to_train_them_again() -> None:
    card = model_card(RECORD)
    for told in (
        "# seeing: trained parts",
        "Trained on: videos@1",
        "3,000, of which 300 were held out",
        "`mini:ast`",
        "200 with seed 7, stopped early",
        "Held-out loss: 0.2",
        "Selection precision: 0.75",
        "Licence: CC0",
        "evalsuite train seeing --profile mini --seed 7",
        "(2): dog, crackling fire.",
    ):
        assert told in card


def test_the_card_leaves_out_what_is_not_known() -> None:
    card = model_card(with_(held_out_loss=None, licence="", concepts_met=None, profile="", citation=""))
    assert "Held-out loss" not in card
    assert "Licence" not in card
    assert "Concepts" not in card
    assert "--profile PROFILE" in card
    assert "None" not in card


def test_the_shipped_adapters_have_a_record(checkpoints: Path) -> None:
    record = load_training(checkpoints / "seeingsounds")
    assert record is not None
    assert (record.model, record.clips, record.steps) == ("seeingsounds", 160 * len(TRAINING_CONCEPTS), 82_000)
    assert record.held_out_loss is not None
    assert len(record.concepts_met or ()) == len(TRAINING_CONCEPTS)
    assert (checkpoints / "seeingsounds" / "README.md").read_text() == model_card(record)


def test_only_weights_and_configuration_make_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    contents = {"a.safetensors": "1", "part/b.safetensors": "2", "config.json": "{}"}
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    before = weights_fingerprint(tmp_path)
    save_training(tmp_path, RECORD)
    write_training_report(tmp_path, RECORD)
    sha256_tree.cache_clear()
    assert weights_fingerprint(tmp_path) == before
    for name, content in contents.items():
        (tmp_path / name).write_text("other")
        sha256_tree.cache_clear()
        assert weights_fingerprint(tmp_path) != before
        (tmp_path / name).write_text(content)


def test_the_held_out_tenth_is_drawn_by_recording() -> None:
    rows = [ClipInfo(id=f"{n}", sha256="", label="dog", source=f"recording {n // 3}", fold=1) for n in range(3 * 1000)]
    mask = held_out_mask(rows, seed=0)
    assert mask.shape == (3000,)
    assert mask.dtype == np.bool_
    assert 0.07 < mask.mean() < 0.13
    by_recording = mask.reshape(-1, 3)
    assert np.array_equal(by_recording.all(axis=1), by_recording.any(axis=1))
    assert not np.array_equal(mask, held_out_mask(rows, seed=1))
    assert 0.4 < held_out_mask(rows, seed=0, one_in=2).mean() < 0.6


def test_the_page_tells_the_losses_and_asks_nothing_of_the_network() -> None:
    html = render(RECORD)
    for told in (
        "learnt from 2,700 clips in 200 steps",
        "stopped early",
        "evalsuite train seeing --profile mini",
        "0.75",
    ):
        assert told in html
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)
    assert "<script" not in html


def test_the_curves_lie_where_the_losses_do() -> None:
    plot = curve_plot(RECORD)
    assert plot is not None
    assert plot.logarithmic  # from 0.025 to 0.5: a factor of twenty
    assert [curve.kind for curve in plot.curves] == ["training", "held-out"]
    training, held_out = ([tuple(map(float, pair.split(","))) for pair in curve.line.split()] for curve in plot.curves)
    assert [x for x, _ in training] == [x for x, _ in held_out] == [25, 50, 75, 100]
    assert training[-1] == (100, 100)  # the lowest value of all, at the lower edge
    height = 100 * math.log(0.2 / 0.025) / math.log(0.5 / 0.025)
    assert plot.kept == pytest.approx((50, height), abs=0.01)
    assert held_out[1][1] == pytest.approx(100 - height, abs=0.01)
    assert all(0 <= at <= 100 for at, _ in (*plot.losses, *plot.steps))
    assert len(plot.losses) >= 2


def test_losses_that_differ_little_or_are_negative_have_a_plain_axis() -> None:
    for losses in ((-3.0, -5.0), (1.0, 0.9), (2.0, 2.0)):
        curve = tuple(Point(step=n + 1, loss=loss, held_out_loss=None) for n, loss in enumerate(losses))
        plot = curve_plot(with_(curve=curve, schedule={}))
        assert plot is not None
        assert not plot.logarithmic
        assert plot.kept is None
        assert [each.kind for each in plot.curves] == ["training"]


def test_a_record_without_a_curve_has_a_page_all_the_same() -> None:
    html = render(with_(curve=(), held_out_loss=None))
    assert "How the loss fell was not kept" in html
    assert "<polyline" not in html


def test_a_hostile_name_is_shown_and_never_run() -> None:
    html = render(with_(model="<script>alert(1)</script>"))
    assert "<script>" not in html
    assert "&lt;script&gt;alert" in html


def test_the_record_on_disk_is_plain_json(tmp_path: Path) -> None:
    save_training(tmp_path, RECORD)
    content = json.loads((tmp_path / "training.json").read_text())
    assert content["curve"][0] == {"step": 50, "loss": 0.4, "held_out_loss": 0.5}
