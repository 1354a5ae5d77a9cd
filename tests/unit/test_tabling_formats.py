"""Digits, and the formats beside LaTeX."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt
from reporting_example import EVERYONE
from tabling_example import (
    estimate,
    layout_file,
    make_table,
    table_run,
)

from evalsuite.measurement import Estimate
from evalsuite.tabling.digits import places_for, spread, value
from evalsuite.tabling.html import html
from evalsuite.tabling.markdown import markdown
from evalsuite.tabling.spreadsheet import spreadsheet

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.run_folder import Run
    from evalsuite.tabling.model import Table


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return table_run(tmp_path_factory.mktemp("runs") / "example")


@pytest.fixture(scope="module")
def table(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Table:
    return make_table(run, layout=layout_file(tmp_path_factory.mktemp("layouts")))


@pytest.mark.parametrize(
    ("policy", "errors", "unit", "places"),
    [
        ("uncertainty", [0.0134, 0.002, 0.0121], "proportion", 1),
        ("uncertainty", [0.0093], "cosine", 4),
        ("uncertainty", [26.0], "squared feature distance", 0),
        ("uncertainty", [1e-12], "cosine", 6),
        ("uncertainty", [math.nan, 0.0], "cosine", None),
        ("report", [0.01], "cosine", None),
        (3, [0.01], "cosine", 3),
    ],
)
def test_places_follow_the_policy(policy: str, errors: list[float], unit: str, places: int | None):
    assert places_for(policy, errors, unit=unit) == places


def test_values_and_spreads_are_written_to_one_number_of_places():
    estimate = Estimate(value=0.7064, low=0.68, high=0.73, standard_error=0.0134, method="Wilson")
    assert value(estimate, unit="proportion", places=1) == "70.6"
    assert spread(estimate, unit="proportion", places=1, kind="standard error") == "±\u202f1.3"
    assert spread(estimate, unit="proportion", places=1, kind="interval") == "[68.0–73.0]"
    assert spread(estimate, unit="proportion", places=1, kind="none") == ""
    assert spread(estimate, unit="cosine", places=None, kind="standard error") == "±\u202f0.013"


def test_zero_has_no_sign():
    assert value(estimate(-0.0001, half=1), unit="cosine", places=2) == "0.00"


def test_what_is_not_defined_is_a_dash_without_spread():
    nothing = estimate(math.nan, half=math.nan)
    assert value(nothing, unit="cosine", places=2) == "–"
    assert spread(nothing, unit="cosine", places=2, kind="interval") == ""


def test_the_spreadsheet_has_a_row_for_each_model_at_full_precision(run: Run, table: Table):
    rows = list(csv.DictReader(io.StringIO(spreadsheet(table))))
    assert [row["model"] for row in rows] == [card.name for card in EVERYONE[:7]]
    told = {m.model: m.estimate for m in run.record.measurements if m.metric == "accuracy"}
    for row in rows:
        assert float(row["accuracy"]) == told[row["model"]].value
        assert float(row["accuracy low"]) == told[row["model"]].low
        assert row["accuracy n"] == "60"
    assert rows[0]["kind"] == "system"


def test_the_spreadsheet_says_what_does_not_compare(tmp_path: Path):
    table = make_table(table_run(tmp_path / "run", few_pictures=True), layout=layout_file(tmp_path))
    rows = list(csv.DictReader(io.StringIO(spreadsheet(table))))
    assert rows[0]["fid not comparable"] == "60 pictures < 128 dimensions: mostly bias"


NASTY = "a_b|c*d*<i>&[x](y)`e`"


def test_markdown_shows_every_name_as_it_is(run: Run, tmp_path: Path):
    table = make_table(run, layout=layout_file(tmp_path), names={"cascade": NASTY})
    shown = MarkdownIt("js-default").render(markdown(table))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", shown)
    assert "a_b|c*d*&lt;i&gt;&amp;[x](y)`e`" in cells
    assert len(cells) % 4 == 0


def test_html_shows_every_name_as_it_is(run: Run, tmp_path: Path):
    table = make_table(run, layout=layout_file(tmp_path), names={"cascade": "<b>&--"})
    shown = html(table)
    assert '<th scope="row">&lt;b&gt;&amp;--</th>' in shown
    assert shown.count("<td>") == 7 * 3 + 2
    comment = shown[4 : shown.index("-->")]
    assert "--" not in comment
    assert "run: " in comment
