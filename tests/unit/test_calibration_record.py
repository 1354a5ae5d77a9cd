"""The record that ships, and what is made of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from evalsuite.calibration_record import Calibration, load_calibration, read_calibration, save_calibration
from evalsuite.errors import UserError
from evalsuite.reporting.calibration import markdown, write_calibration

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def mini() -> Calibration:
    shipped = load_calibration("mini")
    assert shipped is not None
    return shipped


def test_a_profile_without_a_shipped_record_has_none():
    assert load_calibration("paper") is None


def test_the_shipped_record_is_whole(mini: Calibration):
    metrics = {metric.name for metric in mini.metrics}
    damaging = {defect.name for defect in mini.defects} - {"fewer_samples"}
    assert {(curve.metric, curve.defect) for curve in mini.curves} == {(m, d) for m in metrics for d in damaging}
    assert {size.metric for size in mini.sizes} == metrics == set(mini.passports)
    assert [name for family in mini.families for name in family.metrics] == [metric.name for metric in mini.metrics]
    assert mini.profile.name == "mini"
    assert mini.dataset.n == mini.dataset.total == 2000


def test_the_shipped_verdicts_name_what_was_measured(mini: Calibration):
    metrics = {metric.name for metric in mini.metrics}
    assert mini.verdicts
    for verdict in mini.verdicts:
        assert verdict.metric in metrics
        assert verdict.instead is None or verdict.instead in metrics - {verdict.metric}
        assert (verdict.below_n is not None) == (verdict.kind == "too few clips") == (not verdict.defects)
        assert verdict.sentence.endswith(".")


def test_what_must_hold_by_construction_was_found(mini: Calibration):
    """A distance between sets cannot see who got which picture; what asks for the class must."""
    swapped = {name: mini.curve(name, "swapped_labels") for name in ("fid", "accuracy")}
    assert swapped["fid"] is not None
    assert swapped["accuracy"] is not None
    assert swapped["fid"].reading == "blind"
    assert swapped["accuracy"].reading == "monotone"
    fid = next(verdict for verdict in mini.verdicts if (verdict.metric, verdict.kind) == ("fid", "too few clips"))
    assert fid.below_n is not None
    assert 128 < fid.below_n < 2000


def test_a_record_survives_being_written_and_read(mini: Calibration, tmp_path: Path):
    save_calibration(tmp_path / "calibration.json", mini)
    assert read_calibration(tmp_path / "calibration.json") == mini


def test_a_spoilt_record_is_told_in_one_line(tmp_path: Path):
    file = tmp_path / "calibration.json"
    file.write_text('{"created": 5}')
    with pytest.raises(UserError, match=r"calibration\.json: unreadable calibration: .*; run calibrate again"):
        read_calibration(file)


def test_tables_say_what_the_record_says(mini: Calibration):
    text = markdown(mini)
    assert all(verdict.sentence in text for verdict in mini.verdicts)
    defects, seen, _ = (part for part in text.split("\n\n") if part.startswith("| metric"))
    fid = next(line for line in defects.splitlines() if line.startswith("| fid |")).split(" | ")
    heading = defects.splitlines()[0].removesuffix(" |").split(" | ")
    assert fid[heading.index("swapped labels")] == "blind"
    blur = mini.curve("fid", "blur")
    assert blur is not None
    assert f"| fid | {blur.seen_from:g} |" in seen
    assert all(f"| {metric.name} |" in text for metric in mini.metrics)


def test_the_figure_is_drawn_in_both_formats_and_the_same_again(mini: Calibration, tmp_path: Path):
    first, second = (write_calibration(tmp_path / name, mini) for name in ("first", "second"))
    assert [file.name for file in first] == ["calibration.json", "calibration.md", "calibration.svg", "calibration.png"]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]
    with Image.open(first[-1]) as picture:
        assert picture.width > 1000
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    svg = first[2].read_text()
    assert all(metric.name in svg for metric in mini.metrics)
