"""The LaTeX of a table: well formed whatever the names, and accepted by a real LaTeX."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reporting_example import EVERYONE
from tabling_example import LAYOUT, layout_file, make_table, table_run
from tabular_checker import check_latex

from evalsuite.tabling.escaping import normalised, plain
from evalsuite.tabling.latex import latex
from evalsuite.tabling.reading import read_table, without_comments

if TYPE_CHECKING:
    from evalsuite.run_folder import Run
    from evalsuite.tabling.layout import Layout
    from evalsuite.tabling.model import Table

DOCUMENT = r"\documentclass{article}\usepackage{booktabs}\begin{document}%s\end{document}"
NASTY = (
    r"my_model 100% & #1 $5 ~x^2 \alpha {curly} [b] *star*", "<less> |bar| \"quoted\" 'single' `back` -- --- ?` !`",
    "café Łódź ñandú ß ø ± × → ≤ † α Ω", "模型 модель 🎧", "[first] – ‘x’ “y” …", "« guillemets » €",
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return table_run(tmp_path_factory.mktemp("runs") / "example", few_pictures=True)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return layout_file(tmp_path_factory.mktemp("layouts"))


def _nasty(run: Run, layout: Path | Layout | str) -> str:
    names = {card.name: name for card, name in zip(EVERYONE, NASTY, strict=False)}
    return latex(make_table(run, layout=layout, names=names))


def test_it_is_well_formed_whatever_the_names(run: Run, layout: Path):
    rows = check_latex(_nasty(run, layout))
    assert [plain(row[0]) for row in rows if len(row) == 4][2:8] == [normalised(name) for name in NASTY]


@pytest.mark.parametrize("uncertainty", ["standard error", "interval", "none"])
def test_it_is_well_formed_with_any_uncertainty(run: Run, tmp_path: Path, uncertainty: str):
    check_latex(_nasty(run, layout_file(tmp_path, LAYOUT + f"uncertainty: {uncertainty}\nwide: true\n")))


@pytest.fixture(scope="module")
def table(run: Run, layout: Path) -> Table:
    return make_table(run, layout=layout)


@example("*")
@given(st.text(st.one_of(st.sampled_from(r"_%&#$~^\{}[]*-'\",` "), st.characters(codec="utf-8")), min_size=1))
def test_cells_come_back_as_they_were_written(table: Table, name: str):
    systems = table.sections[0]
    named = replace(systems, rows=(replace(systems.rows[0], title=name), *systems.rows[1:]))
    tex = latex(replace(table, sections=(named, *table.sections[1:]), caption=name))
    check_latex(tex)
    read = read_table(without_comments(tex), after=1, before=10**6, file=Path("paper.tex"))
    rows = [row for row in read[3:] if len(row.cells) > 1]
    assert [row.name for row in rows[:2]] == [normalised(name), systems.rows[1].title]
    for ours, theirs in zip(systems.rows, rows, strict=False):
        shown = ["".join(f"{cell.plain}{cell.spread}".split()) for cell in ours.cells]
        assert ["".join(cell.text.split()) for cell in theirs.cells[1:]] == shown


def test_what_stands_out_is_marked(table: Table):
    tex = latex(table)
    bold = tex.count(r"\textbf{")
    standing = [cell.standing.value for section in table.sections for row in section.rows for cell in row.cells]
    assert bold == standing.count("best")
    assert tex.count(r"\underline{") == standing.count("second")


def test_its_comments_say_where_it_is_from(run: Run, layout: Path):
    comments = [line for line in latex(make_table(run, layout=layout)).splitlines() if line.startswith("%%")]
    told = " ".join(line.removeprefix("%%").strip() for line in comments)
    record = run.record
    for part in (record.run_id, record.protocol.name, record.protocol.sha256, record.profile.name, "evalsuite table"):
        assert part in told
    assert str(record.measurements[0].passport) in told
    assert "rule: Bold: " in told


def _compile(engine: str, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which(engine) is None:
        pytest.skip(f"no {engine} here: apt-get install texlive-latex-base texlive-latex-recommended")
    (folder / "paper.tex").write_text(DOCUMENT % text)
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)


@pytest.mark.parametrize("engine", ["pdflatex", "lualatex", "xelatex"])
def test_a_real_latex_takes_it(run: Run, layout: Path, tmp_path: Path, engine: str):
    done = _compile(engine, _nasty(run, layout), tmp_path)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "paper.pdf").stat().st_size > 1000
