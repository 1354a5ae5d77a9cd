"""The page that compares runs: what is computed for it, and what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from comparison_example import CLASSES, two_runs
from reporting_example import SYSTEM, measurement

from evalsuite.comparison_record import Contender
from evalsuite.errors import UserError
from evalsuite.reporting.comparison import render
from evalsuite.reporting.comparison_duels import SHOWN, duel_pages
from evalsuite.reporting.comparison_histogram import BARS_A_SIDE, histogram
from evalsuite.reporting.comparison_provenance import comparison_provenance
from evalsuite.reporting.comparison_tables import headline_differences, runs_table
from evalsuite.reporting.comparison_words import comparison_caveats, comparison_verdict
from evalsuite.run_folder import CLIPS_FILE, save_record
from evalsuite.running.compare import CLIP_KEY, Scored
from evalsuite.running.comparison import MOST_RUNS, beside_the_first, compare_whole_runs
from evalsuite.running.contest import compare_runs
from evalsuite.running.duels import duel

if TYPE_CHECKING:
    from pathlib import Path

    from reporting_example import ExampleMedia

    from evalsuite.comparison_record import RunsCompared
    from evalsuite.run_folder import Run

SIDES = (Contender(run=0, model="m", name="a/m"), Contender(run=1, model="m", name="b/m"))
Example = tuple["RunsCompared", list["ExampleMedia"]]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return _compared(*two_runs(tmp_path_factory.mktemp("runs"), reference="other pictures"))


def _compared(runs: list[Run], media: list[ExampleMedia]) -> Example:
    return compare_whole_runs([run.path for run in runs]), media


def _scored(values: dict[str, float], *, metric: str = "clip_similarity", seen: str | None = None) -> Scored:
    rows = [
        {"clip_id": clip, "source": clip[0], "label": clip[0], metric: value, "predicted": seen}
        for clip, value in values.items()
    ]
    return Scored(name="m", measurement=measurement("m", metric, 0.5), clips=pd.DataFrame(rows).set_index(CLIP_KEY))


def test_a_duel_goes_from_the_largest_gain_to_the_largest_loss_over_the_shared_clips() -> None:
    found = duel(
        _scored({"a1": 0.5, "a2": 0.5, "b1": 0.5, "b2": 0.5, "c1": 0.9}),
        _scored({"b2": 0.1, "b1": 0.6, "a1": 0.5, "a2": 0.8, "d1": 0.9}),
        sides=SIDES,
    )
    assert found
    assert [one.clip_id for one in found.rounds] == ["a2", "b1", "a1", "b2"]
    assert [one.gain for one in found.rounds] == pytest.approx([0.3, 0.1, 0, -0.4])
    assert (found.won, found.lost) == (2, 1)
    told = [(tally.label, tally.n, tally.won, tally.lost, tally.right) for tally in found.tallies]
    assert told == [("a", 2, 1, 0, None), ("b", 2, 1, 1, None)]
    assert [tally.gain for tally in found.tallies] == pytest.approx([0.15, -0.15])


def test_where_lower_is_better_less_is_a_gain() -> None:
    ours, theirs = _scored({"a1": 0.5}), _scored({"a1": 0.2})
    lower = replace(ours, measurement=ours.measurement.model_copy(update={"higher_is_better": False}))
    found = duel(lower, theirs, sides=SIDES)
    assert found
    assert found.rounds[0].gain == pytest.approx(0.3)


def test_the_judge_s_right_pictures_are_counted_on_both_sides() -> None:
    found = duel(_scored({"a1": 0.1, "a2": 0.1}, seen="a"), _scored({"a1": 0.2, "a2": 0.2}, seen="b"), sides=SIDES)
    assert found
    assert found.tallies[0].right == (2, 0)
    assert found.rounds[0].predicted == ("a", "b")


def test_without_a_shared_clip_or_a_value_per_clip_there_is_no_duel() -> None:
    assert duel(_scored({"a1": 0.1}), _scored({"a2": 0.1}), sides=SIDES) is None
    distance = replace(_scored({"a1": 0.1}), measurement=measurement("m", "fid", 20.0))
    assert duel(distance, distance, sides=SIDES) is None


def test_a_histogram_holds_every_win_and_loss_once_and_no_tie() -> None:
    gains = [0.1, -0.1, 1.0, -1.0, 0.0, 0.049, 0.051, 1e-9, -1e-9]
    drawn = histogram(gains)
    assert drawn
    bars = drawn.bars
    assert [bar.won for bar in bars] == [bar.at >= 50 for bar in bars]
    assert all(one.at < other.at for one, other in pairwise(bars))
    assert (bars[0].at, bars[-1].at + bars[-1].width) == (0, 100)
    counted = [int(bar.text.split()[0]) for bar in bars]
    assert (sum(counted), max(counted), drawn.tallest) == (8, 2, 2)
    assert all(bar.width == 50 / BARS_A_SIDE for bar in bars)
    assert (0, "0") in [(round(at - 50), label) for at, label in drawn.ticks]


def test_where_nothing_differs_no_histogram_is_drawn() -> None:
    assert histogram([0.0, 0.0]) is None
    assert histogram([]) is None


def test_the_verdict_and_the_table_say_what_the_command_compare_says(example: Example) -> None:
    found, _ = example
    (asked,) = compare_runs([run.path for run in found.runs], metrics=["accuracy"]).comparisons
    assert found.headline == (asked,)
    a, b = (float(_own(run)["accuracy"].mean()) for run in found.runs)
    assert (asked.flat()["value"], asked.flat()["other_value"]) == (b, a)
    lead = comparison_verdict(found)[0]
    assert lead.startswith("Run B’s seeingsounds ")
    assert f"{100 * b:.1f}\u202f% against {100 * a:.1f}\u202f%" in lead
    table = headline_differences(found)
    assert table
    assert table.rows[0].title == "run B’s seeingsounds less run A’s seeingsounds"


def _own(run: Run) -> pd.DataFrame:
    clips = run.clips()
    return clips[clips["model"] == SYSTEM.name]


def test_a_clear_gain_is_called_one(tmp_path: Path) -> None:
    runs, media = two_runs(tmp_path)
    clips = runs[1].clips()
    clips.loc[clips["model"] == SYSTEM.name, "accuracy"] = 1.0
    clips.to_parquet(runs[1].path / CLIPS_FILE)
    lead = comparison_verdict(_compared(runs, media)[0])[0]
    assert lead.startswith("Run B’s seeingsounds is clearly better than run A’s seeingsounds by accuracy: 100.0\u202f%")
    assert lead.endswith("adjusted p < 0.001.")
    back = comparison_verdict(_compared(runs[::-1], media)[0])[0]
    assert "clearly worse" in back


def test_many_comparisons_are_summed_up_and_named(example: Example) -> None:
    found, _ = example
    (one,) = found.headline
    better = one.model_copy(update={"estimate": one.estimate.model_copy(update={"value": 0.1}), "p_adjusted": 0.01})
    worse = better.turned().model_copy(update={"model": one.model, "other": one.other})
    tied = better.model_copy(update={"p_adjusted": 0.5})
    told = comparison_verdict(replace(found, headline=(better, worse, tied)))
    assert told[0] == (
        "By accuracy, in 3 comparisons of run B with run A, B is clearly better in 1, clearly worse in 1 and "
        "not told apart in 1."
    )
    assert told[1].startswith("Clearly better: seeingsounds +10.0 percentage points")
    assert told[2].startswith("Clearly worse: seeingsounds −10.0 percentage points")
    tied_all = comparison_verdict(replace(found, headline=(tied, tied)))
    assert tied_all[0] == "By accuracy, none of 2 comparisons tells run B apart from run A."


def test_runs_that_compare_by_nothing_say_why_and_are_shown_all_the_same(tmp_path: Path) -> None:
    runs, media = two_runs(tmp_path)
    changed = tuple(
        m.model_copy(update={"passport": m.passport.model_copy(update={"extractors": ("judge@new",)})})
        for m in runs[1].record.measurements
    )
    save_record(runs[1].path, runs[1].record.model_copy(update={"measurements": changed}))
    found, _ = _compared(runs, media)
    assert (found.metric, found.headline, found.duels) == (None, (), ())
    (told,) = comparison_verdict(found)
    assert told.startswith("These runs do not compare: runs A and B do not compare by accuracy,")
    assert told.endswith("extractors differs in the passport (clip-mini@1a2b3c in A, judge@new in B).")
    assert "not comparable: extractors differs" in render(found, media)


def test_a_number_that_does_not_compare_names_the_field(example: Example) -> None:
    found, _ = example
    assert found.hindrances["fid", 0, 1].field == "reference"
    table = runs_table(found)
    place = [column.metric for column in table.columns].index("fid")
    first, second = ([row.cells[place].unfit for row in run.rows] for run in table.runs)
    assert first == [None, None]
    assert second == ["reference differs"] * 2
    assert "fid" not in {comparison.metric for comparison in found.others}
    assert any(
        "do not compare by FID: reference differs" in note and "other pictures in B" in note
        for caveat in comparison_caveats(found)
        for note in caveat.sentences
    )


def test_the_same_pictures_in_a_later_run_enter_once_and_are_marked(example: Example) -> None:
    found, _ = example
    assert [(one.run, one.model) for one in found.contenders] == [
        (0, "seeingsounds"),
        (0, "sound2scene"),
        (1, "seeingsounds"),
    ]
    assert [[row.again for row in run.rows] for run in runs_table(found).runs] == [[False, False], [False, True]]


def test_only_what_is_told_apart_from_every_other_is_the_best(example: Example) -> None:
    found, _ = example
    for column, metric in enumerate(one.metric for one in runs_table(found).columns):
        against = [one for one in found.standing if one.metric == metric]
        proven = bool(against) and all(
            one.p_adjusted < 0.05 and (one.estimate.value > 0) == one.higher_is_better for one in against
        )
        best = [row.cells[column].best for run in runs_table(found).runs for row in run.rows]
        assert sum(best) == int(proven)
    certain = tuple(one.model_copy(update={"p_adjusted": 0.001}) for one in found.standing)
    assert any(
        cell.best for run in runs_table(replace(found, standing=certain)).runs for row in run.rows for cell in row.cells
    )


def test_the_largest_wins_and_losses_come_with_pictures_scores_and_sound(example: Example) -> None:
    found, media = example
    (page,) = duel_pages(found, media)
    assert (page.title, page.by) == ("Run B’s seeingsounds against run A’s seeingsounds", "CLIP similarity")
    assert (len(page.wins), len(page.losses)) == (SHOWN, SHOWN)
    assert {bout.label for bout in page.wins} == {"dog"}
    assert {bout.label for bout in page.losses} == {"cat"}
    assert (page.won, page.lost, page.tied) == (20, 20, 20 * (len(CLASSES) - 2))
    bout = page.wins[0]
    assert bout.recording
    assert [side.better for side in bout.sides] == [False, True]
    assert bout.sides[1].right
    assert all(side.picture and side.score for side in bout.sides)
    assert [row.label for row in page.up] == ["dog"]
    assert [row.label for row in page.down] == ["cat"]


def test_clips_that_only_one_run_has_are_left_out_and_told(tmp_path: Path) -> None:
    runs, media = two_runs(tmp_path)
    shuffled = runs[1].clips().sample(frac=1, random_state=0)
    fewer = shuffled[shuffled["label"] != "pig"]
    fewer.to_parquet(runs[1].path / CLIPS_FILE)
    changed = tuple(
        m.model_copy(update={"passport": m.passport.model_copy(update={"dataset": "fewer", "n": 100})})
        for m in runs[1].record.measurements
    )
    save_record(runs[1].path, runs[1].record.model_copy(update={"measurements": changed}))
    found, _ = _compared(runs, media)
    assert "Only the 100 clips in both runs count, of 100 of esc50_zeroshot-2b and 120 of esc50_zeroshot-1a." in (
        found.notes
    )
    assert found.headline[0].n == len(found.duels[0].rounds) == 100
    assert found.standing == ()
    assert found.hindrances["fid", 0, 1].reason.startswith("it has no value for a clip")


def test_a_system_that_lacks_a_metric_is_compared_by_the_others(tmp_path: Path) -> None:
    runs, media = two_runs(tmp_path)
    kept = tuple(m for m in runs[1].record.measurements if (m.model, m.metric) != (SYSTEM.name, "clip_similarity"))
    save_record(runs[1].path, runs[1].record.model_copy(update={"measurements": kept}))
    found, _ = _compared(runs, media)
    assert found.metric == found.duels[0].metric == "accuracy"
    assert "clip_similarity" not in {one.metric for one in found.others}
    assert "not measured" in render(found, media)


def test_another_protocol_is_refused_by_name(tmp_path: Path) -> None:
    runs, media = two_runs(tmp_path)
    protocol = runs[1].record.protocol.model_copy(update={"name": "other"})
    save_record(runs[1].path, runs[1].record.model_copy(update={"protocol": protocol}))
    with pytest.raises(UserError, match=r"the protocol differs \(esc50_zeroshot there, other here\)"):
        _compared(runs, media)


def test_more_runs_than_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="at most 12"):
        compare_whole_runs([tmp_path] * (MOST_RUNS + 1))


def test_provenance_tells_what_differs(example: Example) -> None:
    found, _ = example
    provenance = comparison_provenance([run.record for run in found.runs])
    assert provenance.differing == ["seeingsounds"]
    machine = found.runs[1].record.environment.model_copy(update={"packages": {"numpy": "3", "new": "1"}})
    other = found.runs[1].record.model_copy(update={"environment": machine, "seed": 7})
    assert comparison_provenance([found.runs[0].record, other]).differing == [
        "seed",
        "seeingsounds",
        "numpy",
        "torch",
        "new",
    ]


def test_by_default_the_page_lies_beside_the_first_run_and_is_named_after_all(example: Example) -> None:
    found, _ = example
    file = beside_the_first(found.runs)
    assert file.parent == found.runs[0].path.parent
    assert file.name == "compare-esc50_zeroshot-1a-2b.html"


def test_the_page_asks_for_nothing_and_shows_hostile_names_as_text(tmp_path: Path) -> None:
    runs, media = two_runs(tmp_path)
    hostile = '<script>alert("x")</script>'
    for run in runs:
        save_record(run.path, run.record.model_copy(update={"notes": (hostile,), "command": hostile}))
    html = render(*_compared(runs, media))
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert") == 3
    assert "default-src 'none'" in html
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", html)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
