"""Tables: which numbers stand in them, and which may not stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reporting_example import REFERENCES, SYSTEM
from tabling_example import (
    LAYOUT,
    changed,
    layout_file,
    make_table,
    standings,
    table_run,
    values,
)

from evalsuite.control_record import ResponseStamp, SweepStamp
from evalsuite.datasets.base import DatasetCard
from evalsuite.errors import UserError
from evalsuite.record import ProfileStamp
from evalsuite.tabling.layout import ColumnGroup, ColumnSpec, Layout

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.run_folder import Run
    from evalsuite.tabling.model import Table

ACCURACY, CLIP, FID = 0, 1, 2


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return table_run(tmp_path_factory.mktemp("runs") / "example")


@pytest.fixture(scope="module")
def table(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Table:
    return make_table(run, layout=layout_file(tmp_path_factory.mktemp("layouts")))


def test_systems_come_first_and_references_are_set_apart(table: Table):
    assert [(section.kind, [row.name for row in section.rows]) for section in table.sections] == [
        ("system", ["seeingsounds", "sound2scene", "sound2vision", "sonification", "cascade"]),
        ("ceiling", ["real", "text_oracle"]),
    ]


def test_every_cell_is_the_record_s_number(run: Run, table: Table):
    told = {m.model: m.estimate.value for m in run.record.measurements if m.metric == "accuracy"}
    for model, shown in values(table, ACCURACY).items():
        assert float(shown) == pytest.approx(100 * told[model], abs=0.051 if "." in shown else 0.51)


def test_a_layout_chooses_and_orders_its_rows(run: Run):
    layout = Layout(name="x", caption="", systems=("cascade", "seeingsounds"), references=())
    chosen = layout.model_copy(update={"groups": (ColumnGroup(title="", columns=(ColumnSpec(metric="accuracy"),)),)})
    assert list(values(make_table(run, layout=chosen), 0)) == ["cascade", "seeingsounds"]


def test_the_general_layout_shows_a_number_for_each_question(run: Run):
    table = make_table(run, layout="general")
    assert [(head.group, head.key) for head in table.heads] == [
        ("Recognition", "accuracy"),
        ("Picture and class", "clip_similarity"),
        ("Pictures as a set", "fid"),
    ]
    assert "60 clips of 30 recordings, 3 classes, profile mini" in table.caption


def test_heads_say_unit_and_direction(table: Table):
    assert [head.below for head in table.heads] == ["% ↑", "↑", "↓"]
    assert table.spans == [("Recognition", 1), ("Similarity", 2)]


def test_what_was_not_measured_is_left_out_and_told(run: Run, tmp_path: Path):
    text = LAYOUT.replace("{metric: fid}", "{metric: aic}")
    table = make_table(run, layout=layout_file(tmp_path, text))
    assert table.left_out == ("aic",)
    assert len(table.heads) == 2


def test_a_table_without_any_number_is_refused(run: Run):
    layout = Layout(name="x", caption="", groups=(ColumnGroup(title="", columns=(ColumnSpec(metric="aic"),)),))
    with pytest.raises(UserError, match="none of the numbers of the layout 'x' was measured: aic"):
        make_table(run, layout=layout)


def test_numbers_that_do_not_compare_have_daggers_a_note_and_no_mark(tmp_path: Path):
    table = make_table(table_run(tmp_path / "run", few_pictures=True), layout=layout_file(tmp_path))
    assert all(text.endswith("†") for text in values(table, FID).values())
    assert standings(table, FID) == {}
    assert table.notes == ("† FID: not comparable (60 pictures < 128 dimensions: mostly bias).",)
    assert all(not row.cells[FID].spread for section in table.sections for row in section.rows)


def test_two_profiles_never_stand_in_one_table(run: Run, tmp_path: Path):
    other = changed(run, tmp_path / "paper", profile=ProfileStamp(name="paper", sha256="1" * 64, description="x"))
    with pytest.raises(UserError, match="no table holds numbers of two profiles"):
        make_table(run, other, layout="general")


def test_runs_of_one_protocol_give_the_rows_of_both(run: Run, tmp_path: Path):
    later = table_run(tmp_path / "later", models=(SYSTEM.model_copy(update={"name": "newcomer"}), *REFERENCES))
    assert list(values(make_table(run, later, layout="general"), ACCURACY)) == [
        "seeingsounds", "sound2scene", "sound2vision", "sonification", "cascade", "newcomer", "real", "text_oracle",
        "shuffled_audio", "silence",
    ]  # fmt: skip


def test_runs_of_several_protocols_need_a_layout_that_knows_them(run: Run, tmp_path: Path):
    protocol = run.record.protocol.model_copy(update={"name": "vegas"})
    other = changed(run, tmp_path / "vegas", protocol=protocol)
    with pytest.raises(UserError, match="of several protocols"):
        make_table(run, other, layout="general")
    table = make_table(run, other, layout="across_protocols")
    assert [head.key for head in table.heads] == ["esc50_zeroshot: accuracy", "vegas: accuracy"]
    assert [head.group for head in table.heads] == ["ESC-50", "VEGAS"]


def _recorded(run: Run, folder: Path, *, name: str = "landscape_wild") -> Run:
    """Return the run as one of recordings and published encoders."""
    card = DatasetCard(name=name, version="1", synthetic=False)
    dataset = run.record.dataset.model_copy(update={"card": card, "pictures": card})
    profile = ProfileStamp(name="paper", sha256="1" * 64, description="x")
    protocol = run.record.protocol.model_copy(update={"name": name})
    return changed(run, folder, dataset=dataset, profile=profile, protocol=protocol)


def test_published_numbers_stand_apart_marked_and_with_their_source(run: Run, tmp_path: Path):
    text = LAYOUT + "published: [macs]\n"
    table = make_table(_recorded(run, tmp_path / "real"), layout=layout_file(tmp_path, text))
    assert table.sections[-1].kind == "published"
    assert {name: text for name, text in values(table, FID).items() if "[1]" in name} == {
        "CoDi [1]": "158.31†", "ImageBind [1]": "207.93†", "MACS [1]": "147.23†",
    }  # fmt: skip
    assert table.notes[0].startswith("[1] Zhou et al., MACS")
    assert table.notes[1].startswith("† FID of [1]: not comparable: ")


@pytest.mark.parametrize("papers", ["published: [audioclip]\n", ""])
def test_only_the_papers_of_the_layout_are_shown(run: Run, tmp_path: Path, papers: str):
    table = make_table(_recorded(run, tmp_path / "real"), layout=layout_file(tmp_path, LAYOUT + papers))
    assert "published" not in {section.kind for section in table.sections}


def test_published_numbers_are_never_put_beside_a_made_up_world(run: Run, tmp_path: Path):
    protocol = run.record.protocol.model_copy(update={"name": "landscape_wild"})
    mini = changed(run, tmp_path / "mini", protocol=protocol)
    table = make_table(mini, layout=layout_file(tmp_path, LAYOUT + "published: null\n"))
    assert table.notes == ()
    assert "published" not in {section.kind for section in table.sections}


def test_what_nobody_expects_has_no_better_side(run: Run, tmp_path: Path):
    response = ResponseStamp(name="clip_similarity", meaning="x", unit="cosine", expects="unknown", margin=None)
    sweep = SweepStamp(
        transform="volume", title="loudness", unit="LUFS", sounds=1, pairs=None, doses=(), takes=1, subjects=60,
        responses=(response,),
    )  # fmt: skip
    table = make_table(changed(run, tmp_path / "sweep", sweep=sweep), layout=layout_file(tmp_path))
    assert [head.arrow for head in table.heads] == ["↑", "", "↓"]
    assert standings(table, CLIP) == {}
