"""``evalsuite table`` and ``evalsuite paper verify``, as a user runs them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from control_example import control_run
from reporting_example import EVERYONE
from tabling_example import LAYOUT, change_clips, layout_file, table_run
from tabular_checker import check_latex

from evalsuite.reporting.control_figures import write_figures
from evalsuite.resources import bundled
from evalsuite.run_folder import save_record

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Desk

    from evalsuite.run_folder import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return table_run(tmp_path / "runs" / "example", models=EVERYONE[:8])


def test_a_table_is_written_checked_and_found_stale(desk: Desk, run: Run):
    done = desk.run("table", "runs/example", "-o", "paper/table.tex")
    assert (done.code, done.out) == (0, "paper/table.tex\n")
    file = desk.folder / "paper/table.tex"
    check_latex(file.read_text())
    assert "%% command: evalsuite table runs/example -o paper/table.tex" in file.read_text()

    checked = desk.run("paper", "verify", "paper/table.tex")
    assert checked.code == 0, checked.out
    assert "paper/table.tex:1: table esc50_zeroshot: matches; " in checked.out
    assert "numbers from clips (accuracy, clip_similarity)" in checked.out
    assert "from the record, by metrics that clips do not say (fid)" in checked.out

    change_clips(run, model="cascade", metric="clip_similarity", by=0.5)
    stale = desk.run("paper", "verify", "paper/table.tex", "--json")
    assert stale.code == 1
    (mismatch,) = json.loads(stale.out)[0]["mismatches"]
    assert (mismatch["row"], mismatch["column"]) == ("cascade", "Picture and class: CLIP")
    told = desk.run("paper", "verify", "paper/table.tex")
    assert told.code == 1
    assert f"paper/table.tex:{mismatch['line']}: row «cascade», column «Picture and class: CLIP»: says " in told.out


def test_a_figure_is_checked_and_found_stale(desk: Desk):
    run, media = control_run(desk.folder / "runs" / "run-7")
    write_figures(run, media, desk.folder / "paper" / "figures")
    (desk.folder / "paper" / "paper.tex").write_text(r"\includegraphics{figures/curve_nearness}\includegraphics{photo}")
    checked = desk.run("paper", "verify", "paper/paper.tex")
    assert checked.code == 0, checked.err
    assert checked.out.splitlines() == [
        "paper/paper.tex:1: figure figures/curve_nearness: matches; drawn from the run run-7",
        "paper/paper.tex:1: figure photo: no such file",
    ]
    curves = tuple(curve.model_copy(update={"points": curve.points[1:]}) for curve in run.record.curves)
    save_record(run.path, run.record.model_copy(update={"curves": curves}))
    stale = desk.run("paper", "verify", "paper/paper.tex", "--json")
    assert stale.code == 1
    ours, other = json.loads(stale.out)
    assert (ours["figure"], ours["path"], ours["drawn_from"]) == (
        "figures/curve_nearness",
        "paper/figures/curve_nearness.pdf",
        "run run-7",
    )
    assert [mismatch["should"] for mismatch in ours["mismatches"]] == [
        "the figure «curve_nearness» is stale: the stored run run-7 plots other values"
    ]
    assert (other["path"], other["mismatches"]) == (None, [])


def test_the_format_follows_the_file_or_the_option(desk: Desk, run: Run):
    layout_file(desk.folder, LAYOUT)
    rows = list(csv.DictReader(io.StringIO(_out(desk, "--format", "csv"))))
    assert [row["model"] for row in rows] == [card.name for card in EVERYONE[:8]]
    assert (
        float(rows[0]["accuracy"]) == next(m for m in run.record.measurements if m.metric == "accuracy").estimate.value
    )
    assert "<table>" in _out(desk, "--format", "html")
    assert desk.run("table", "runs/example", "-o", "table.md").code == 0
    assert "| seeingsounds |" in (desk.folder / "table.md").read_text()


def _out(desk: Desk, *options: str) -> str:
    done = desk.run("table", "runs/example", "--layout", "layout.yaml", *options)
    assert done.code == 0, done.err
    return done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("table", "runs/none"), "runs/none: not a run folder"),
        (("table", "runs/example", "--layout", "genral"), "did you mean 'general'?"),
        (
            ("table", "runs/example", "--layout", "bad.yaml"),
            "bad.yaml:2: unknown key 'captoin' — did you mean 'caption'?",
        ),
        (("paper", "verify", "bad.yaml"), "no table of the suite is here"),
        (("paper", "verify", "bad.yaml", "--runs", "none"), "none: no such folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_two(desk: Desk, run: Run, arguments: tuple[str, ...], told: str):
    assert run.path.is_dir()
    (desk.folder / "bad.yaml").write_text("name: bad\ncaptoin: x\n")
    done = desk.run(*arguments)
    assert done.code == 2
    assert told in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_layouts_are_listed(desk: Desk):
    assert desk.run("ls", "layouts").out.split() == bundled("reports/tables")
