from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from control_example import FEW, GRID, INTERPOLATION, LISTENING, LOUDNESS, ORACLE, PLACEBO, control_run
from reporting_example import ESC50, MORE_REFERENCES, SYSTEM, example_run

from evalsuite.reporting.control_verdict import control_verdict
from evalsuite.reporting.html import render
from evalsuite.reporting.lookup import headline_metric, leading_metrics
from evalsuite.reporting.tables import question_tables
from evalsuite.run_folder import CLIPS_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.control_record import SweepStamp
    from evalsuite.record import RunRecord

HOSTILE = '<script>alert("x")</script>'


def _told(record: RunRecord) -> str:
    return " ".join(control_verdict(record)).replace("\u202f", " ")


def test_a_trend_is_told_with_its_interval_and_who_else_follows(tmp_path: Path) -> None:
    run, _ = control_run(tmp_path)
    first, *rest = control_verdict(run.record)
    assert first.replace("\u202f", " ") == (
        "Apparent size in the pictures of seeingsounds rises with loudness: median Spearman 0.655 [0.575–0.735]"
        " over 12 clips, 50.9 % monotone."
    )
    assert rest[0] == "It rises with loudness in those of sound2scene."


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.1, 0.5, "rises with loudness:"),
        (-0.1, 0.5, "is not shown to follow loudness:"),
        (-0.5, -0.1, "falls with loudness, against what is expected:"),
    ],
)
def test_only_an_interval_beside_zero_is_a_trend(tmp_path: Path, low: float, high: float, told: str) -> None:
    run, _ = control_run(tmp_path, models=(SYSTEM,))
    moved = [
        m.model_copy(update={"estimate": m.estimate.model_copy(update={"low": low, "high": high})})
        if m.metric == "apparent_size_spearman"
        else m
        for m in run.record.measurements
    ]
    assert told in _told(run.record.model_copy(update={"measurements": tuple(moved)}))


def test_a_placebo_is_told_by_its_equivalence_test(tmp_path: Path) -> None:
    told = _told(control_run(tmp_path, PLACEBO)[0].record)
    assert (
        "seeingsounds: delay has no effect on apparent size larger than ±2.0 percentage points"
        " (change +0.3 [−0.3 to +0.9], p < 0.001)." in told
    )
    assert "sound2scene: delay is not shown to be without effect on apparent size (margin ±2.0" in told
    assert "without effect: real, text_oracle, shuffled_audio and silence" in told


def test_a_yardstick_that_must_not_answer_is_told_beside_a_trend(tmp_path: Path) -> None:
    responses = (LOUDNESS.responses[0].model_copy(update={"margin": 0.02}),)
    sweep = LOUDNESS.model_copy(update={"responses": responses})
    told = _told(control_run(tmp_path, sweep, models=(SYSTEM, MORE_REFERENCES[0]))[0].record)
    assert told.startswith("Apparent size in the pictures of seeingsounds rises")
    assert told.endswith(
        "audio_retrieval: loudness has no effect on apparent size larger than ±2.0 percentage points"
        " (change +0.3 [−0.3 to +0.9], p < 0.001)."
    )


def test_a_grid_is_told_by_who_shows_both_and_by_its_floor(tmp_path: Path) -> None:
    record = control_run(tmp_path, GRID)[0].record
    assert headline_metric(record) == "both_present"
    told = _told(record)
    assert re.match(r"seeingsounds shows both sources in \d+\.\d % \[.*?\] of its pictures of two sounds;", told)
    assert "its pictures of one sound alone would pass for both in 4.0 %" in told


def test_without_doses_the_question_is_whether_the_sound_matters(tmp_path: Path) -> None:
    record = control_run(tmp_path, LISTENING)[0].record
    assert headline_metric(record) == "audio_variance_share"
    assert "40.0 % [35.0–45.0] of what varies between the pictures of seeingsounds is decided by the sound" in _told(
        record
    )


def test_the_first_table_holds_the_foremost_trends_and_nothing_is_told_twice(tmp_path: Path) -> None:
    run, media = control_run(tmp_path)
    listening = ["audio_variance_share", "audio_swap_retrieval"]
    trends = [f"apparent_size_{trend}" for trend in ("slope", "spearman", "monotone_share")]
    assert sorted(leading_metrics(run.record)) == sorted([*trends, *listening])
    assert question_tables(run.record) == {}
    html = render(run, media)
    assert html.count("<caption>Nearness, in numbers</caption>") == 1
    assert "<caption>Apparent size, in numbers</caption>" not in html


def test_every_dose_is_told_as_asked_for_and_as_measured(tmp_path: Path) -> None:
    html = render(*control_run(tmp_path))
    table = html[html.index('class="numbers doses"') :]
    assert '<th scope="col">−50 LUFS</th>' in table
    assert "<td>−49.7 LUFS<small>± 0.4 LUFS</small></td>" in table


def test_the_points_of_a_figure_stand_in_a_table_too(tmp_path: Path) -> None:
    run, media = control_run(tmp_path)
    html, curve = render(run, media), run.record.curves[0]
    for point in curve.points:
        assert f"<td>{100 * point.estimate.value:.1f}\u202f%<small>[" in html
        assert f"<small>monotone {100 * point.isotonic:.1f}\u202f%</small>" in html


def test_the_page_shows_what_it_has(tmp_path: Path) -> None:
    parts = {
        "volume": (LOUDNESS, {"control", "strips"}),
        "placebo": (PLACEBO, {"control", "strips"}),
        "interpolation": (INTERPOLATION, {"control", "strips"}),
        "grid": (GRID, {"control", "grid"}),
        "listening": (LISTENING, {"control", "pictures", "confusions"}),
    }
    for name, (sweep, expected) in parts.items():
        html = render(*control_run(tmp_path / name, sweep))
        found = set(re.findall(r'<section id="(\w+)">', html))
        assert found & {"control", "strips", "grid", "pictures", "confusions"} == expected
        assert expected <= set(re.findall(r'<a href="#(\w+)">', html))


def test_a_run_without_a_sweep_knows_nothing_of_all_this(tmp_path: Path) -> None:
    html = render(*example_run(tmp_path, classes=ESC50[:2], per_class=3))
    assert 'id="control"' not in html
    assert ".sweep" not in html


def test_a_run_that_lacks_its_table_or_its_numbers_still_has_a_report(tmp_path: Path) -> None:
    run, media = control_run(tmp_path)
    (tmp_path / CLIPS_FILE).unlink()
    assert 'id="strips"' not in render(run, media)
    started = run.record.model_copy(update={"measurements": (), "curves": (), "status": "running"})
    assert "Nothing has been measured yet." in render(type(run)(tmp_path, started), media)


@pytest.mark.parametrize("sweep", [LOUDNESS, GRID])
def test_a_hostile_class_or_model_is_shown_and_never_run(tmp_path: Path, sweep: SweepStamp) -> None:
    models = (SYSTEM.model_copy(update={"name": HOSTILE}), ORACLE)
    html = render(*control_run(tmp_path, sweep, models=models, classes=(HOSTILE, "dog", "rain")))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    for number, sweep in enumerate((LOUDNESS, GRID)):
        html = render(*control_run(tmp_path / str(number), sweep))
        sources = re.findall(r'(?:src|href|srcset|action|data|poster)="([^"]*)"', html)
        assert all(source.startswith(("data:", "#")) for source in sources)
        assert not re.search(r"@import|url\(|https?://", html)


def test_a_grid_of_fourteen_classes_stays_below_a_megabyte(tmp_path: Path) -> None:
    run, media = control_run(tmp_path, GRID, classes=ESC50[:14])
    assert len(render(run, media).encode()) < 1_000_000


def test_an_undefined_value_is_a_dash_and_never_nan(tmp_path: Path) -> None:
    run, media = control_run(tmp_path, models=FEW[:1])
    nan = float("nan")
    curves = tuple(
        curve.model_copy(
            update={
                "points": tuple(
                    point.model_copy(
                        update={
                            "isotonic": nan,
                            "estimate": point.estimate.model_copy(update={"value": nan, "low": nan, "high": nan}),
                        }
                    )
                    if place in (0, 2)
                    else point
                    for place, point in enumerate(curve.points)
                )
            }
        )
        for curve in run.record.curves
    )
    html = render(type(run)(tmp_path, run.record.model_copy(update={"curves": curves})), media)
    assert not re.search(r"\bnan\b", re.sub(r'base64,[^"]*', "", html), re.IGNORECASE)
    assert "<small>monotone –</small>" in html
