"""Numbers that may not be compared are never shown as if they could be."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING

import pytest
from panel_example import D, wide_run
from reporting_example import ESC50, REFERENCES, RIVALS, SYSTEM, ExampleMedia, example_run
from rich.console import Console

from evalsuite.calibration_record import Verdict, load_calibration
from evalsuite.cli.run import closing_table
from evalsuite.reporting.caveats import caveats, sentences
from evalsuite.reporting.comparable import hindrance, stand_in
from evalsuite.reporting.guidance import guidance
from evalsuite.reporting.html import render
from evalsuite.reporting.lookup import headline_metric, leading_metrics
from evalsuite.reporting.plots import interval_plots
from evalsuite.reporting.tables import headline_table, question_tables
from evalsuite.reporting.verdict import verdict
from evalsuite.run_folder import Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evalsuite.measurement import Adequacy, Measurement
    from evalsuite.record import RunRecord

REASON = f"100 pictures < {D} dimensions: mostly bias"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, ExampleMedia]:
    return wide_run(tmp_path_factory.mktemp("runs") / "wide", models=(SYSTEM, *RIVALS, *REFERENCES))


@pytest.fixture
def record(shown: tuple[Run, ExampleMedia]) -> RunRecord:
    return shown[0].record


def _only(record: RunRecord, *metrics: str) -> RunRecord:
    return record.model_copy(update={"measurements": tuple(m for m in record.measurements if m.metric in metrics)})


def _changed(record: RunRecord, change: Callable[[Measurement], Measurement], *, metric: str) -> RunRecord:
    """Return the record with what the first system scored by ``metric`` changed."""
    found = (
        change(m) if (m.model, m.metric) == (SYSTEM.name, metric) and m.passport.subset == "all" else m
        for m in record.measurements
    )
    return record.model_copy(update={"measurements": tuple(found)})


def test_too_few_pictures_forbid_to_compare_a_biased_distance(record: RunRecord) -> None:
    assert hindrance(record.measurements, "fid") == REASON
    assert hindrance(record.measurements, "kid") is None
    assert hindrance(record.measurements, "accuracy") is None
    assert (stand_in(record, "fid"), stand_in(record, "fd_dinov2"), stand_in(record, "accuracy")) == ("kid", None, None)
    assert stand_in(_only(record, "fid"), "fid") is None


def test_rows_that_were_not_measured_alike_may_not_be_compared(record: RunRecord) -> None:
    fewer = _changed(record, lambda m: _with_passport(m, n=99), metric="clip_similarity")
    reason = hindrance(fewer.measurements, "clip_similarity")
    assert reason == "not measured alike: n is 99 for seeingsounds and 100 for sound2scene"
    narrower = _changed(record, lambda m: m.model_copy(update={"adequacy": _narrower(m)}), metric="kid")
    assert (
        hindrance(narrower.measurements, "kid")
        == "not measured alike: d is 127 for seeingsounds and 128 for sound2scene"
    )
    assert stand_in(narrower, "fid") is None
    assert "second_clip_similarity" in leading_metrics(fewer)
    columns = question_tables(fewer)["Picture and class"].columns
    assert [column.comparable for column in columns] == [False, True]


def test_the_alternative_stands_in_the_place_of_what_is_not_comparable(record: RunRecord) -> None:
    table = headline_table(record)
    assert [(column.metric, column.displaced) for column in table.columns] == [
        ("accuracy", None),
        ("clip_similarity", None),
        ("kid", "fid"),
        ("audioclip_similarity", None),
        ("iis_cos", None),
    ]
    cells = {row.card.name: row.cells[2] for group in table.groups for row in group.rows}
    assert (cells["cascade"].value, cells["cascade"].displaced) == ("0.0284", "FID 189.0†")
    assert cells["cascade"].interval == "0.0224–0.0344"
    assert (cells["cascade"].rank, cells["silence"].rank) == (None, 1)
    unfit, sizes = table.footnotes
    assert unfit == f"† FID is not comparable ({REASON}): KID stands in its place."
    assert sizes.startswith("KID: n = 100 pictures, m = 100 references, d = 128 dimensions, rank 99 (of the references")
    assert sizes.endswith("another rank stands beside its number.")


def test_without_an_alternative_the_number_is_marked_and_has_no_interval(record: RunRecord) -> None:
    table = headline_table(_only(record, "fid"))
    (column,) = table.columns
    assert (column.metric, column.displaced, column.comparable) == ("fid", None, False)
    cell = table.groups[0].rows[0].cells[0]
    assert (cell.value, cell.interval) == ("207.0†", "")
    assert table.footnotes[0] == f"† FID is not comparable ({REASON}): it ranks nothing."


def test_every_metric_has_its_place_in_the_table_of_its_question(record: RunRecord) -> None:
    tables = question_tables(record)
    assert list(tables) == [
        "Recognition",
        "Picture and class",
        "Pictures as a set",
        "Picture and sound",
        "Picture and true picture",
    ]
    assert [(c.metric, c.displaced, c.comparable) for c in tables["Pictures as a set"].columns] == [
        ("kid", "fid", True),
        ("clip_kid", "clip_fid", True),
        ("fd_dinov2", None, False),
        ("cmmd", None, True),
    ]
    assert question_tables(_only(record, "accuracy", "fid", "kid")) == {}


def test_a_metric_of_ones_own_is_always_in_the_first_table(record: RunRecord) -> None:
    renamed = [
        m.model_copy(update={"metric": f"mine_{m.metric}"}) if m.metric in {"aic", "ais_cos"} else m
        for m in record.measurements
    ]
    mine = record.model_copy(update={"measurements": tuple(renamed)})
    assert {"mine_aic", "mine_ais_cos"} <= set(leading_metrics(mine))


def test_no_sentence_ranks_by_what_is_not_comparable(record: RunRecord) -> None:
    few = _only(record, "fid", "kid")
    assert headline_metric(few) == "kid"
    assert verdict(few)[0] == "cascade scores 0.0284 [0.0224–0.0344] (n = 100, d = 128, rank 99) by KID."
    alone = _only(record, "fid", "fd_dinov2")
    assert verdict(alone) == [f"No number of this run may be compared: FID ({REASON}); FD DINOv2 ({REASON})."]
    assert interval_plots(alone) == []
    assert [plot.title for plot in interval_plots(few)] == ["KID"]


def test_the_report_says_so_in_words_and_not_by_looks_alone(shown: tuple[Run, ExampleMedia]) -> None:
    html = render(*shown)
    assert html.count('FID 189.0†<span class="unseen"> not comparable</span>') == 2  # first table and its question's
    assert html.count("FID†, not comparable</span>") == 3
    assert f"<li>† FID is not comparable ({escape(REASON)}): KID stands in its place.</li>" in html
    assert html.index("The winner depends on the scorer") < html.index("<main>")
    assert html.count("made with it") == 2


def test_a_run_with_one_scorer_has_no_section_of_scorers(tmp_path: Path) -> None:
    html = render(*example_run(tmp_path / "r", classes=ESC50[:2], per_class=2))
    assert 'id="scorers"' not in html
    assert 'href="#scorers"' not in html


def test_the_closing_table_shows_what_stands_in_and_why(shown: tuple[Run, ExampleMedia]) -> None:
    printed = io.StringIO()
    Console(width=200, file=printed).print(closing_table(shown[0]))
    told = printed.getvalue()
    assert "KID, in place of FID†" in told
    assert f"† FID is not comparable ({REASON}): KID stands in its place." in told
    assert "0.0284 [0.0224–0.0344]" in told
    alone = Run(shown[0].path, _only(shown[0].record, "fid"))
    printed = io.StringIO()
    Console(width=200, file=printed).print(closing_table(alone))
    assert "189.0† not comparable" in printed.getvalue()


def _verdict(metric: str, sentence: str, *, below_n: int | None = None) -> Verdict:
    return Verdict(kind="too few clips" if below_n else "blind", metric=metric, below_n=below_n, sentence=sentence)


def test_of_a_calibration_the_verdicts_that_apply_are_shown(record: RunRecord) -> None:
    known = {m.metric: m.passport for m in record.measurements}
    other = known["cmmd"].model_copy(update={"extractors": ("another@0",)})
    verdicts = (
        _verdict("fid", "Use kid under 2,000 clips.", below_n=2000),
        _verdict("kid", "Too few for kid.", below_n=100),
        _verdict("cmmd", "Of another extractor.", below_n=2000),
        _verdict("inception_score", "Not measured.", below_n=2000),
        _verdict("kid", "Does not see swapped labels."),
    )
    shipped = load_calibration("mini")
    assert shipped is not None
    calibration = shipped.model_copy(update={"passports": known | {"cmmd": other}, "verdicts": verdicts})
    found = guidance(record, calibration)
    assert found.few_clips == ("Use kid under 2,000 clips.",)
    assert found.by_metric == {"kid": ("Does not see swapped labels.",)}
    assert "Use kid under 2,000 clips." in sentences(caveats(record, few_clips=found.few_clips))
    assert guidance(record, None).few_clips == ()


def _with_passport(m: Measurement, **changes: int) -> Measurement:
    return m.model_copy(update={"passport": m.passport.model_copy(update=changes)})


def _narrower(m: Measurement) -> Adequacy | None:
    return m.adequacy.model_copy(update={"d": D - 1}) if m.adequacy else None
