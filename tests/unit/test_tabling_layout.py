"""Layouts: what a YAML file may say of a table, and how its mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabling_example import LAYOUT, layout_file

from evalsuite.errors import UserError
from evalsuite.protocol import load_protocol
from evalsuite.questions import TRENDS
from evalsuite.registry import names
from evalsuite.resources import bundled
from evalsuite.tabling.layout import LAYOUTS, Known, Layout, load_layout
from evalsuite.tabling.stamp import RunStamp, Stamp, find_stamps

KNOWN = Known(
    metrics=[*names("metrics"), "both_present", "both_present_alone", "audio_variance_share", "audio_swap_retrieval"],
    models=[*names("models"), "mine"],
)


@pytest.mark.parametrize("name", bundled(LAYOUTS))
def test_every_shipped_layout_is_good_and_carries_its_own_name(name: str):
    assert load_layout(name, known=KNOWN).name == name


@pytest.mark.parametrize("name", ["esc50_zeroshot", "vegas", "vggsound50", "landscape_wild", "ravdess"])
def test_a_layout_shows_what_its_protocol_measures(name: str):
    protocol, layout = load_protocol(name), load_layout(name, known=KNOWN)
    assert {spec.metric for group in layout.groups for spec in group.columns} <= set(protocol.metrics)
    assert set(layout.references or ()) <= set(protocol.references)


def test_the_layout_of_control_shows_what_sweeps_answer():
    sweeps = [sweep for name in bundled("protocols") if (sweep := load_protocol(name).sweep)]
    answers = {response.name for sweep in sweeps for response in sweep.responses}
    trends = {f"{answer}_{trend}" for answer in answers for trend in TRENDS}
    columns = {spec.metric for group in load_layout("control", known=KNOWN).groups for spec in group.columns}
    assert columns <= trends | set(KNOWN.metrics)


@pytest.mark.parametrize(
    ("wrong", "right", "line", "told"),
    [
        ("metric: accuracy}", "metric: acuracy}", 6, "unknown metric 'acuracy' — did you mean 'accuracy'?"),
        ("title: CLIP", "titel: CLIP", 9, "unknown key 'titel' — did you mean 'title'?"),
        ("{n}", "{clips}", 2, "caption: unknown field {clips}"),
        ("name: example", "name: example\ndigits: many", 2, "digits: should be 'uncertainty', 'report' or a number"),
        ("name: example", "name: example\nsystems: [mien]", 2, "unknown model 'mien' — did you mean 'mine'?"),
        ("name: example", "name: example\npublished: [mac]", 2, "unknown paper 'mac' — did you mean 'macs'?"),
        ("title: Recognition", "title: R\n    protocol: vega", 5, "unknown protocol 'vega' — did you mean 'vegas'?"),
        ("name: example", "nam: example", 1, "unknown key 'nam' — did you mean 'name'?"),
        ("name: example", "name: example\nuncertainty: some", 2, "should be 'standard error', 'interval' or 'none'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_nearest_name(
    tmp_path: Path, wrong: str, right: str, line: int, told: str
):
    file = layout_file(tmp_path, LAYOUT.replace(wrong, right, 1))
    with pytest.raises(UserError) as caught:
        load_layout(file, known=KNOWN)
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert told in str(caught.value)


def test_a_misspelt_layout_is_told():
    with pytest.raises(UserError, match="did you mean 'vggsound50'"):
        load_layout("vggsound5", known=KNOWN)


@pytest.mark.parametrize("name", bundled(LAYOUTS))
def test_a_stamp_gives_its_layout_back(name: str):
    run = RunStamp(id="r-1", protocol="p", version=1, protocol_sha256="a", profile="mini", profile_sha256="b", seed=0)
    layout = load_layout(name, known=KNOWN)
    stamp = Stamp(layout=layout, runs=(run,), passports=("accuracy[a b · c]", "x[" + "long " * 60 + "]"), command="x")
    lines = ["text", *(f"%% {line}" for line in stamp.lines()), r"\begin{table}"]
    (found,) = find_stamps(lines, file=Path("paper.tex"))
    assert found.line == 2
    assert found.stamp.layout == layout
    assert found.stamp.runs == (run,)
    assert found.stamp.passports == tuple(" ".join(passport.split()) for passport in stamp.passports)
    assert max(map(len, lines)) <= 120


def test_a_stamp_that_was_changed_beyond_reading_is_refused():
    lines = ["%% evalsuite table, format 1", '%% layout: {"name": "x"', r"\begin{table}"]
    with pytest.raises(UserError, match=r"paper\.tex:1: the comments above this table were changed"):
        list(find_stamps(lines, file=Path("paper.tex")))


def test_an_empty_layout_shows_one_number_for_each_question():
    assert Layout(name="x", caption="").groups == ()
