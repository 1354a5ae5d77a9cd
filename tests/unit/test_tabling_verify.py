"""Tables in a paper, checked against the runs they come from: what must be found, and what must not be minded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tabling_example import LAYOUT, change_clips, layout_file, make_table, table_run

from evalsuite.errors import UserError
from evalsuite.run_folder import save_record
from evalsuite.tabling.latex import latex
from evalsuite.tabling.verify import verify_paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evalsuite.run_folder import Run
    from evalsuite.tabling.verify import Verified

BEFORE = "\\documentclass{article}\n\\begin{document}\n"
"""Two lines, so that the table begins on the third."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, str]:
    folder = tmp_path_factory.mktemp("written")
    run = table_run(folder / "runs" / "example")
    return run, latex(make_table(run, layout=layout_file(folder)))


@pytest.fixture(scope="module")
def unfit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, str]:
    folder = tmp_path_factory.mktemp("unfit")
    run = table_run(folder / "runs" / "few", few_pictures=True)
    return run, latex(make_table(run, layout=layout_file(folder)))


def _verify(folder: Path, text: str, run: Run) -> Verified:
    paper = folder / "paper.tex"
    paper.write_text(BEFORE + text, encoding="utf-8")
    (verified,) = verify_paper(paper, runs=[run.path.parent])
    return verified


def _line(text: str, beginning: str) -> int:
    return next(i for i, line in enumerate((BEFORE + text).split("\n"), start=1) if line.startswith(beginning))


def _row(text: str, name: str) -> str:
    return next(line for line in text.split("\n") if line.startswith(f"{name} &"))


def test_a_table_as_written_matches_and_says_where_its_numbers_are_from(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    verified = _verify(tmp_path, text, run)
    assert verified.mismatches == ()
    assert verified.line == 3
    assert verified.from_clips == {"accuracy": 7, "clip_similarity": 7}
    assert verified.from_record == {"fid": 7}


# What must be found


def test_a_cell_changed_in_its_last_digit_is_found(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    row = _row(text, "sound2scene")
    cell = re.search(r"& \\?[a-z]*\{?(\d\.\d+)", row.partition("&")[2])
    assert cell
    last = (int(cell[1][-1]) + 1) % 10
    changed = text.replace(row, row.replace(cell[1], f"{cell[1][:-1]}{last}"))
    (found,) = _verify(tmp_path, changed, run).mismatches
    assert (found.line, found.row, found.column) == (_line(text, "sound2scene"), "sound2scene", "Similarity: CLIP")
    assert f"{cell[1][:-1]}{last}" in found.says
    assert cell[1] in found.should
    assert found.origin == "from 60 clips"


def test_every_digit_of_every_cell_is_looked_at(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    begin = text.index(r"\midrule")
    places = [match.start() for match in re.finditer(r"\d(?=[^\n]*\\\\$)", text[begin:], re.MULTILINE)]
    skipped = re.compile(r"\\multicolumn|sound2")
    looked = 0
    for place in places[::5]:
        at = begin + place
        line = text[text.rindex("\n", 0, at) + 1 : text.index("\n", at)]
        if skipped.match(line) and at - text.rindex("\n", 0, at) < 12:
            continue
        changed = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
        assert len(_verify(tmp_path, changed, run).mismatches) == 1, line
        looked += 1
    assert looked > 20


def test_two_rows_that_changed_places_are_found(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    one, other = _row(text, "sonification"), _row(text, "cascade")
    changed = text.replace(one, "HERE").replace(other, one).replace("HERE", other)
    found = _verify(tmp_path, changed, run).mismatches
    assert [(m.row, m.should) for m in found] == [
        ("cascade", "the row «sonification» should stand here"),
        ("sonification", "the row «cascade» should stand here"),
    ]


def test_names_that_changed_places_are_found(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    one, other = _row(text, "sonification"), _row(text, "cascade")
    changed = text.replace(one, "HERE").replace(other, f"sonification {other[len('cascade ') :]}")
    changed = changed.replace("HERE", f"cascade {one[len('sonification ') :]}")
    found = _verify(tmp_path, changed, run).mismatches
    assert {m.column for m in found} >= {"Recognition: Accuracy", "Similarity: CLIP", "Similarity: FID"}


def test_a_bold_that_is_not_deserved_is_found(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    row = _row(text, "sonification")
    first = row.split(" & ")[1]
    value = first.partition(r"\,")[0]
    changed = text.replace(row, row.replace(value, rf"\textbf{{{value}}}", 1))
    (found,) = _verify(tmp_path, changed, run).mismatches
    assert found.says.endswith(", bold")
    assert not found.should.endswith("bold")


def test_a_mark_that_is_gone_is_found(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    for mark in (r"\textbf", r"\underline"):
        if mark in text[text.index(r"\midrule") :]:
            changed = re.sub(rf"\{mark}\{{([^}}]*)\}}", r"\1", text, count=1)
            assert len(_verify(tmp_path, changed, run).mismatches) == 1
    assert r"\textbf" in text


def test_a_removed_dagger_is_found(unfit: tuple[Run, str], tmp_path: Path):
    run, text = unfit
    row = _row(text, "cascade")
    (found,) = _verify(tmp_path, text.replace(row, row.replace(r"$\dagger$", "")), run).mismatches
    assert (found.row, found.column) == ("cascade", "Similarity: FID")
    assert "†" in found.should


def test_a_removed_note_is_found(unfit: tuple[Run, str], tmp_path: Path):
    run, text = unfit
    changed = re.sub(r"\\par\\smallskip\{\\footnotesize \$\\dagger\$[^\n]*\n", "", text)
    (found,) = _verify(tmp_path, changed, run).mismatches
    assert found.should.startswith("a note is missing: † FID: not comparable")


def test_a_run_that_is_gone_is_found(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    changed = text.replace('"id": "example"', '"id": "example-2"')
    (found,) = _verify(tmp_path, changed, run).mismatches
    assert str(found) == "3: the run example-2 is not stored"


def test_another_protocol_under_the_same_name_is_found(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    changed = text.replace(run.record.protocol.sha256, "9" * 64)
    (found,) = _verify(tmp_path, changed, run).mismatches
    assert "the stored run example differs in the protocol’s content" in found.should


def test_other_clips_under_the_same_record_are_found(tmp_path: Path):
    run = table_run(tmp_path / "runs" / "example")
    text = latex(make_table(run, layout=layout_file(tmp_path)))
    change_clips(run, model="cascade", metric="clip_similarity", by=0.5)
    found = _verify(tmp_path, text, run).mismatches
    assert {(m.row, m.column) for m in found} == {("cascade", "Similarity: CLIP")}


def test_another_record_over_the_same_clips_is_found(tmp_path: Path):
    run = table_run(tmp_path / "runs" / "example")
    flattered = tuple(
        m.model_copy(update={"estimate": m.estimate.model_copy(update={"value": 0.99})})
        if (m.model, m.metric) == ("seeingsounds", "accuracy")
        else m
        for m in run.record.measurements
    )
    save_record(run.path, run.record.model_copy(update={"measurements": flattered}))
    text = latex(make_table(run, layout=layout_file(tmp_path)))
    assert "99" in _row(text, "seeingsounds")
    (found,) = (m for m in _verify(tmp_path, text, run).mismatches if m.row == "seeingsounds")
    assert found.column == "Recognition: Accuracy"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace(_row(text, "cascade") + "\n", ""), "the row is missing"),
        (lambda text: text.replace(_row(text, "cascade"), _row(text, "cascade") * 2), "no such row comes from"),
        (lambda text: text.replace(r"CLIP & FID", r"FID & CLIP"), "the headings should be"),
        (lambda text: text.replace(r"$\downarrow$", r"$\uparrow$"), "the headings should be"),
        (lambda text: text.replace(_row(text, "cascade"), "cascade & 1 \\\\"), "the row should have 4 cells"),
    ],
)
def test_a_table_of_another_shape_is_found(
    written: tuple[Run, str], tmp_path: Path, change: Callable[[str], str], told: str
):
    run, text = written
    found = [m for m in _verify(tmp_path, change(text), run).mismatches if told in m.should]
    assert len(found) == 1


# What must not be minded


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(" & ", "\n  &   ").replace(r" \\", "\\\\\n"),
        lambda text: text.replace(r"\,", " ").replace(r"{\scriptsize ", r"{\tiny "),
        lambda text: re.sub(r"\\label\{[^}]*\}", r"\\label{tab:mine}\\vspace{2pt}", text),
        lambda text: re.sub(r"(\\caption\{[^\n]*\}\n)(.*)(\\end\{table\*?\})", r"\2\1\3", text, flags=re.DOTALL),
        lambda text: text.replace(r"\midrule", "\\midrule % the systems\n\\addlinespace[2pt]"),
        lambda text: text.replace("@{}lrrr@{}", "lccc").replace("{table}[t]", "{table*}[p]"),
        lambda text: text.replace(r"\textit{Ceilings}", r"\emph{Given the answer}"),
        lambda text: text.replace("& Accuracy &", "Method & Accuracy &"),
        lambda text: text.replace(r"\begin{tabular}", "\\resizebox{\\linewidth}{!}{%\n\\begin{tabular}", 1),
        lambda text: text.replace("$\\pm$\\,", r"$\pm$~"),
        lambda text: text.replace("cascade &", r"\rowcolor{gray!10} cascade &"),
        lambda text: text.replace(r"\end{table}", "Some words of the author's: 12.3 \\& more.\n\\end{table}"),
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_edits_that_do_not_matter_raise_no_alarm(
    written: tuple[Run, str], tmp_path: Path, change: Callable[[str], str]
):
    run, text = written
    stamp, begin, body = text.partition(r"\begin{table}")
    changed = stamp + change(begin + body)
    assert changed != text
    assert _verify(tmp_path, changed, run).mismatches == ()


def test_a_model_may_be_renamed_in_the_comments(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    renamed = text.replace("\nseeingsounds &", "\n\\textbf{Ours_1} (v2) &".replace("_", r"\_"))
    assert len(_verify(tmp_path, renamed, run).mismatches) == 2
    told = renamed.replace("%% rule:", "%% name: seeingsounds = Ours_1 (v2)\n%% rule:")
    assert _verify(tmp_path, told, run).mismatches == ()


def test_an_empty_line_of_comment_does_not_end_the_stamp_early(written: tuple[Run, str], tmp_path: Path):
    run, text = written
    assert _verify(tmp_path, text.replace("%% needs:", "%%\n%% needs:"), run).mismatches == ()


# Files


def test_every_table_of_a_file_is_checked(written: tuple[Run, str], unfit: tuple[Run, str], tmp_path: Path):
    paper = tmp_path / "paper.tex"
    paper.write_text(f"{written[1]}\nWords.\n{unfit[1]}", encoding="utf-8")
    first, second = verify_paper(paper, runs=[written[0].path.parent, unfit[0].path])
    assert first.mismatches == second.mismatches == ()
    assert second.line > first.line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nothing.", "no table of the suite is here"),
        ("STAMP\nNothing.", "no tabular follows these comments"),
        ("STAMP\n\\begin{tabular}{l}a & { \\\\ \\end{tabular}", "is never closed"),
        ("STAMP\n\\begin{tabular}{l}a } \\\\ \\end{tabular}", "a brace is closed that was not opened"),
    ],
)
def test_what_cannot_be_used_is_told(written: tuple[Run, str], tmp_path: Path, text: str, told: str):
    run, whole = written
    stamp = whole[: whole.index(r"\begin{table}")]
    with pytest.raises(UserError, match=told):
        _verify(tmp_path, text.replace("STAMP", stamp), run)


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(UserError, match="cannot be read"):
        verify_paper(tmp_path / "none.tex", runs=[tmp_path])


def test_clips_without_the_column_are_told(tmp_path: Path):
    run = table_run(tmp_path / "runs" / "example")
    text = latex(make_table(run, layout=layout_file(tmp_path, LAYOUT)))
    file = run.path / "clips.parquet"
    pd.read_parquet(file).drop(columns="clip_similarity").to_parquet(file)
    with pytest.raises(UserError, match="the column 'clip_similarity' is missing"):
        _verify(tmp_path, text, run)
