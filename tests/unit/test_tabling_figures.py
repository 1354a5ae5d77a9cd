"""Figures in a paper, held against the runs that they show."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from control_example import GRID, LOUDNESS, control_run
from matplotlib.figure import Figure

from evalsuite.calibration_record import CALIBRATION_FILE, load_calibration, save_calibration
from evalsuite.errors import UserError
from evalsuite.reporting.calibration import write_calibration
from evalsuite.reporting.control_choice import chosen_subjects
from evalsuite.reporting.control_figures import write_figures
from evalsuite.reporting.control_values import value_hashes
from evalsuite.reporting.figure_stamp import FigureStamp, read_stamp
from evalsuite.run_folder import load_run, save_record
from evalsuite.tabling.verify import verify_paper

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from evalsuite.run_folder import Run
    from evalsuite.tabling.figures import VerifiedFigure

PAPER = r"""\documentclass{article}
\graphicspath{{./figures/}{more figures/}}
\newcommand{\shown}[1]{\includegraphics{#1}}
\begin{document}
% \includegraphics{curve_gone}
\includegraphics[width=\linewidth]{curve_nearness}
\includegraphics*[angle=90]
  {{my.strip}.pdf}
\includesvg{strip_worst}
\includegraphics{photo}
\includegraphics{missing.pdf}
\end{document}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a run, its figures, one of them renamed, one that is not ours, and a paper of all."""
    write_figures(*control_run(tmp_path / "runs" / "run-7"), tmp_path / "figures")
    (tmp_path / "more figures").mkdir()
    (tmp_path / "figures" / "strip_best.pdf").rename(tmp_path / "more figures" / "my.strip.pdf")
    (tmp_path / "figures" / "strip_worst.pdf").unlink()
    Figure().savefig(tmp_path / "photo.png")
    (tmp_path / "paper.tex").write_text(PAPER)
    return tmp_path


def verified(desk: Path) -> dict[str, VerifiedFigure]:
    return {figure.figure: figure for figure in verify_paper(desk / "paper.tex", runs=[desk / "runs"])}


def stale(desk: Path) -> dict[str, list[str]]:
    return {
        name: [str(found) for found in figure.mismatches]
        for name, figure in verified(desk).items()
        if figure.mismatches
    }


def test_figures_are_found_by_path_and_ending_whatever_their_name(desk: Path) -> None:
    found = verified(desk)
    assert {name: figure.path and figure.path.relative_to(desk).as_posix() for name, figure in found.items()} == {
        "curve_nearness": "figures/curve_nearness.pdf",
        "my.strip.pdf": "more figures/my.strip.pdf",
        "strip_worst": "figures/strip_worst.svg",
        "photo": "photo.png",
        "missing.pdf": None,
    }
    assert [figure.drawn_from for figure in found.values()] == ["run run-7"] * 3 + [None] * 2
    assert [figure.line for figure in found.values()] == [6, 7, 9, 10, 11]
    assert not stale(desk)


def test_a_changed_curve_makes_its_figure_stale_and_no_other(desk: Path) -> None:
    run = load_run(desk / "runs" / "run-7")
    changed = run.record.model_dump(mode="json")
    point = next(curve for curve in changed["curves"] if curve["response"] == "nearness")["points"][1]
    point["estimate"]["high"] += 1e-6
    save_record(run.path, type(run.record).model_validate(changed))
    told = "6: the figure «curve_nearness» is stale: the stored run run-7 plots other values"
    assert stale(desk) == {"curve_nearness": [told]}


def test_the_last_bits_of_another_machine_are_no_change(desk: Path) -> None:
    run = load_run(desk / "runs" / "run-7")
    changed = run.record.model_dump(mode="json")
    changed["curves"][0]["points"][1]["estimate"]["value"] *= 1 + 1e-15
    save_record(run.path, type(run.record).model_validate(changed))
    assert not stale(desk)


def changed_by(run: Run, clips: pd.DataFrame) -> set[str]:
    """Return the figures whose hash changes when the run has these clips."""
    before = value_hashes(run)
    clips.to_parquet(run.path / "clips.parquet")
    return {stem for stem, value in value_hashes(run).items() if value != before[stem]}


def test_another_picture_makes_its_strip_stale_and_no_other(desk: Path) -> None:
    run = load_run(desk / "runs" / "run-7")
    clips, model, (response, _) = run.clips(), run.record.models[0].name, run.record.sweep.responses
    shown = [subject.name for subject in chosen_subjects(clips, model=model, response=response)]
    one = (clips["model"] == model) & (clips["subject"] == shown[1]) & (clips["dose"] == clips["dose"].max())
    assert one.sum() == 1
    nobody = ~clips["subject"].isin(shown)
    assert nobody.any()
    assert changed_by(run, clips.assign(image_key=clips["image_key"].mask(nobody, "another"))) == set()
    assert changed_by(run, clips.assign(image_key=clips["image_key"].mask(one, "another"))) == {"strip_median"}


def test_pictures_and_verdicts_of_a_grid_count(tmp_path: Path) -> None:
    run, _ = control_run(tmp_path / "run-7", GRID)
    hashes, clips = [value_hashes(run)["mixing_grid"]], run.clips()
    for changes in ({"image_key": "another"}, {run.record.sweep.responses[0].name: 0.0}):
        clips.assign(**changes).to_parquet(run.path / "clips.parquet")
        hashes.append(value_hashes(run)["mixing_grid"])
    assert len(set(hashes)) == 3


def test_a_run_that_is_gone_or_of_another_protocol_is_told(desk: Path) -> None:
    run = load_run(desk / "runs" / "run-7")
    protocol = run.record.protocol.model_copy(update={"sha256": "9" * 64})
    save_record(run.path, run.record.model_copy(update={"protocol": protocol}))
    told = "6: the figure «curve_nearness» is stale: the protocol of the stored run run-7 has other content"
    assert stale(desk)["curve_nearness"] == [told]
    shutil.rmtree(run.path)
    assert stale(desk)["strip_worst"] == ["9: the figure «strip_worst» shows the run run-7, which is not stored"]


def test_a_figure_that_the_run_no_longer_has_is_told(desk: Path) -> None:
    run = load_run(desk / "runs" / "run-7")
    sweep = run.record.sweep.model_copy(update={"responses": run.record.sweep.responses[:1]})
    save_record(run.path, run.record.model_copy(update={"sweep": sweep}))
    told = "6: the figure «curve_nearness» is stale: the stored run run-7 has no such figure any more"
    assert stale(desk) == {"curve_nearness": [told]}


def test_a_paper_without_anything_of_ours_is_a_mistake(desk: Path) -> None:
    (desk / "paper.tex").write_text(r"\includegraphics{photo}")
    with pytest.raises(UserError, match="no table of the suite is here, nor a figure"):
        verified(desk)


@pytest.mark.parametrize("ending", ["pdf", "svg"])
@pytest.mark.parametrize("name", ["run-7", "Läufe, (1) <&> 100 %\\"])
def test_a_stamp_is_read_from_both_formats_whatever_the_names(tmp_path: Path, ending: str, name: str) -> None:
    hashes = {"content_sha256": "ab" * 32, "values_sha256": "12" * 32}
    stamp = FigureStamp(figure=f"of {name}", kind="run", name=name, **hashes)
    keywords = str(stamp) if ending == "pdf" else [str(stamp)]
    file = tmp_path / f"figure.{ending}"
    with mpl.rc_context({"pdf.compression": 9}):
        Figure().savefig(file, metadata={"Keywords": keywords})
    assert read_stamp(file) == stamp


def test_every_figure_of_a_sweep_has_its_hash(tmp_path: Path) -> None:
    for sweep in (LOUDNESS, GRID):
        run, media = control_run(tmp_path / sweep.transform, sweep)
        written = write_figures(run, media, tmp_path / f"{sweep.transform}_figures")
        stems = {file.stem for file in written if file.suffix == ".pdf"}
        assert stems <= value_hashes(run).keys()
        assert all(
            read_stamp(file).values_sha256 == value_hashes(run)[file.stem] for file in written if file.suffix == ".pdf"
        )


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_figure_of_a_calibration_is_held_against_its_record(tmp_path: Path, ending: str) -> None:
    calibration = load_calibration("mini")
    write_calibration(tmp_path / "calibration", calibration)
    (tmp_path / "paper.tex").write_text(rf"\includegraphics{{calibration/calibration.{ending}}}")
    (tmp_path / "runs").mkdir()
    (figure,) = verified(tmp_path).values()
    assert (figure.drawn_from, figure.mismatches) == ("calibration mini", ())
    first, *others = calibration.curves
    points = tuple(point.model_copy(update={"harm": 7.0}) for point in first.points)
    changed = calibration.model_copy(update={"curves": (first.model_copy(update={"points": points}), *others)})
    file = tmp_path / "calibration" / CALIBRATION_FILE
    save_calibration(file, changed)
    (told,) = stale(tmp_path).values()
    assert told == ["1: the figure «calibration» is stale: the stored calibration mini plots other values"]
    file.rename(tmp_path / "runs" / CALIBRATION_FILE)
    assert list(stale(tmp_path).values()) == [told]
    (tmp_path / "runs" / CALIBRATION_FILE).unlink()
    assert list(stale(tmp_path).values()) == [
        ["1: the figure «calibration» shows the calibration mini, which is not stored"]
    ]
