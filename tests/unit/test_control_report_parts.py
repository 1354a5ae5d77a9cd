from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from control_example import FEW, GRID, INTERPOLATION, LOUDNESS, ORACLE, control_run
from reporting_example import ESC50, EVERYONE, REFERENCES, SYSTEM, ExampleMedia

from evalsuite.measurement import Estimate
from evalsuite.reporting.control_choice import chosen_subjects, sources
from evalsuite.reporting.control_curves import curve_figures
from evalsuite.reporting.control_grid import mixing_grid
from evalsuite.reporting.control_strips import strips
from evalsuite.reporting.media_encoding import encode_thumbnail
from evalsuite.reporting.words import interval, number

if TYPE_CHECKING:
    from pathlib import Path


def _clips(rhos: dict[str, float]) -> pd.DataFrame:
    """Two steps of each subject; its correlation stands at the first."""
    rows = [
        {
            "model": "m",
            "clip_id": f"{name}@{dose}#{take}",
            "label": "dog",
            "second_label": None,
            "subject": name,
            "dose": float(dose),
            "take": take,
            "apparent_size_spearman": rho if (dose, take) == (1, 0) else np.nan,
        }
        for name, rho in rhos.items()
        for take in (0, 1)
        for dose in (2, 1)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("expects", "expected"),
    [
        ("rising", {"best": "c", "median": "a", "worst": "b"}),
        ("falling", {"best": "b", "median": "a", "worst": "c"}),
        ("none", {"highest": "c", "median": "a", "lowest": "b"}),
    ],
)
def test_subjects_are_chosen_by_their_correlation_in_the_expected_direction(
    expects: str, expected: dict[str, str]
) -> None:
    response = LOUDNESS.responses[0].model_copy(update={"expects": expects})
    clips = _clips({"a": 0.1, "b": -0.9, "c": 0.8, "d": float("nan")})
    chosen = chosen_subjects(clips, model="m", response=response)
    assert {subject.rank: subject.name for subject in chosen} == expected
    assert chosen[0].steps == ((1.0, f"{chosen[0].name}@1#0"), (2.0, f"{chosen[0].name}@2#0"))
    assert chosen_subjects(clips.drop(columns="apparent_size_spearman"), model="m", response=response) == []


def test_equal_correlations_are_told_apart_by_id() -> None:
    chosen = chosen_subjects(_clips({"b": 1.0, "a": 1.0}), model="m", response=LOUDNESS.responses[0])
    assert [subject.name for subject in chosen] == ["a", "b"]


def test_the_first_system_stands_beside_the_oracle_and_the_truth(tmp_path: Path) -> None:
    run, media = control_run(tmp_path)
    assert [(source.name, source.kind) for source in sources(run.record, media)] == [
        ("seeingsounds", "system"),
        ("text_oracle", "oracle"),
        ("real", "truth"),
    ]
    alone = run.record.model_copy(update={"models": (SYSTEM,)})
    assert [source.name for source in sources(alone, media)] == ["seeingsounds", "true picture"]


def test_a_strip_has_a_frame_for_each_dose_and_is_heard_once(tmp_path: Path) -> None:
    run, media = control_run(tmp_path, INTERPOLATION)
    found = strips(run.record, run.clips(), media)
    assert [strip.subject.rank for strip in found] == ["best", "median", "worst"]
    assert found[0].doses == ("0 %", "25 %", "50 %", "75 %", "100 %")
    assert " and " in found[0].subject.title
    system, oracle, truth = found[0].rows
    assert [frame.dose for frame in truth.frames] == list(found[0].doses)
    assert all(frame.picture and frame.recording for frame in system.frames)
    assert not any(frame.recording for frame in oracle.frames + truth.frames)
    steps = run.clips().set_index(["model", "clip_id"])["balance"]
    assert [frame.value for frame in system.frames] == [
        number(steps["seeingsounds", frame.step], unit="cosine") for frame in system.frames
    ]


def test_a_strip_leaves_out_whose_pictures_are_gone(tmp_path: Path) -> None:
    run, media = control_run(tmp_path)
    media.with_pictures = False
    (first, *_) = strips(run.record, run.clips(), media)
    assert [row.kind for row in first.rows] == ["system"]


def test_curves_lie_on_their_axes_and_keep_their_style_in_every_figure(tmp_path: Path) -> None:
    run, _ = control_run(tmp_path, models=EVERYONE)
    figures = curve_figures(run.record)
    assert [figure.response.name for figure in figures] == ["apparent_size", "nearness"]
    assert [heading for heading, _ in figures[0].panels] == ["Systems", "References"]
    for figure in figures:
        assert (figure.x_label, figure.doses[0]) == ("loudness (LUFS)", "−50 LUFS")
        assert all(0 <= place <= 100 for line in figure.lines for dot in line.dots for place in (dot.x, dot.y))
        assert 2 <= len(figure.x_ticks) <= 7
        systems = [line.style for line in figure.lines if line.role == "system"]
        assert systems == sorted(set(systems)), "no two systems look alike"
    assert [(line.model, line.style) for line in figures[0].lines] == [
        (line.model, line.style) for line in figures[1].lines
    ]
    few = control_run(tmp_path / "few")[0].record
    assert [heading for heading, _ in curve_figures(few)[0].panels] == [""]


def test_a_louder_dose_lies_to_the_right_and_a_larger_response_higher(tmp_path: Path) -> None:
    run, _ = control_run(tmp_path, models=(SYSTEM,))
    (line,) = curve_figures(run.record)[0].lines
    (curve, _) = run.record.curves
    xs, ys = [dot.x for dot in line.dots], [dot.y for dot in line.dots]
    assert xs == sorted(xs)
    means = [point.estimate.value for point in curve.points]
    assert np.argsort(ys).tolist() == np.argsort(means).tolist()
    assert line.curve.split(" ")[0] == f"{xs[0]},{100 - ys[0]:.2f}"
    corners = line.band.split(" ")
    assert len(corners) == 2 * len(curve.points)
    assert float(corners[0].split(",")[1]) < float(corners[-1].split(",")[1]), "from the upper end to the lower"


def test_one_dose_has_no_curve(tmp_path: Path) -> None:
    assert curve_figures(control_run(tmp_path, GRID)[0].record) == []


def test_the_grid_holds_every_pair_once_for_each_of_two(tmp_path: Path) -> None:
    run, media = control_run(tmp_path, GRID, classes=ESC50[:4])
    grid = mixing_grid(run.record, run.clips(), media)
    assert grid is not None
    assert (grid.classes, grid.above, grid.below) == (ESC50[:4], "seeingsounds", "text_oracle")
    assert set(grid.cells) == {(row, column) for row in range(4) for column in range(4)}
    clips = run.clips().set_index(["model", "clip_id"])
    for (row, column), cell in grid.cells.items():
        name = "text_oracle" if row > column else "seeingsounds"
        step = clips.loc[(name, cell.step)]
        first, second = sorted((row, column))
        assert step["label"] == ESC50[first]
        assert pd.isna(step["second_label"]) if row == column else step["second_label"] == ESC50[second]
        assert cell.both == (None if row == column else step["both_present"] > 0.5)
    own = clips.loc["seeingsounds"].dropna(subset="second_label")
    assert grid.count(below=False) == (int(own["both_present"].sum()), 6)


def test_without_an_oracle_the_true_pictures_stand_below(tmp_path: Path) -> None:
    run, media = control_run(tmp_path, GRID, models=(SYSTEM, REFERENCES[0]), classes=ESC50[:3])
    grid = mixing_grid(run.record, run.clips(), media)
    assert grid is not None
    assert grid.below == "real"
    media.with_pictures = False
    bare = mixing_grid(run.record, run.clips(), media)
    assert bare is not None
    assert (bare.below, set(bare.cells)) == ("", {(r, c) for r in range(3) for c in range(3) if r <= c})
    assert ORACLE in FEW


def test_one_of_many_pictures_is_small() -> None:
    noisy = np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8)
    uri = encode_thumbnail(ExampleMedia({}), noisy)
    assert uri is not None
    assert len(uri) < 4_000
    assert encode_thumbnail(ExampleMedia({}), None) is None


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0032, "0.00320"), (0.0, "0.00000"), (-0.25, "−0.250"), (12.3, "12.3"), (float("nan"), "–")]
)
def test_a_slope_is_told_to_three_digits(value: float, shown: str) -> None:
    assert number(value, unit="proportion per LUFS") == shown


def test_a_slope_of_nothing_keeps_an_interval_to_read() -> None:
    flat = Estimate(value=0.0, low=-0.0004, high=0.0003, standard_error=0.0002, method="")
    assert interval(flat, unit="cosine per LUFS") == "−0.00040 to 0.00030"


def test_the_parts_import_nothing_that_computes() -> None:
    code = (
        "import sys, evalsuite.reporting.control, evalsuite.reporting.control_figures; "
        "print([m for m in sys.modules if m.startswith(('torch', 'matplotlib', 'evalsuite.metrics.', 'pandas'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
