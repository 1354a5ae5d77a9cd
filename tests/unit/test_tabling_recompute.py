"""Numbers derived anew from the stored clips: averages over classes, which no clip has a value of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from reporting_example import EVERYONE, METRICS, measurement
from tabling_example import layout_file, make_table, table_run

from evalsuite.metrics.classification import balanced_accuracy, macro_f1
from evalsuite.record import MetricStamp
from evalsuite.run_folder import load_run, save_record
from evalsuite.stats import proportion_estimate
from evalsuite.tabling.entries import open_by_protocol
from evalsuite.tabling.latex import latex
from evalsuite.tabling.recompute import from_clips
from evalsuite.tabling.verify import verify_paper

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.run_folder import Run
    from evalsuite.tabling.verify import Verified

AVERAGES = (balanced_accuracy, macro_f1)
LAYOUT = """\
name: averages
caption: Averages over classes.
groups:
  - title: Recognition
    columns: [{metric: accuracy}, {metric: balanced_accuracy}, {metric: macro_f1}, {metric: fid}]
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run whose averages over classes are those of its clips."""
    run = table_run(tmp_path / "runs" / "example")
    clips, classes, found = run.clips(), list(run.record.dataset.classes), []
    for card in EVERYONE[:7]:
        own = clips[clips["model"] == card.name]
        targets, predicted = (np.array([classes.index(name) for name in own[key]]) for key in ("label", "predicted"))
        for metric in AVERAGES:
            estimate = metric.estimate(targets, predicted, sources=own["source"].to_numpy(dtype=str))
            number = measurement(card.name, "fid", 0.0, n=len(own))
            told = {"metric": metric.name, "unit": metric.unit, "higher_is_better": True, "estimate": estimate}
            found.append(number.model_copy(update=told))
    stamps = tuple(MetricStamp(name=m.name, meaning=m.meaning, higher_is_better=True, unit=m.unit) for m in AVERAGES)
    changes = {"measurements": (*run.record.measurements, *found), "metrics": (*METRICS, *stamps)}
    save_record(run.path, run.record.model_copy(update=changes))
    return load_run(run.path)


def verify(run: Run, folder: Path, tex: str) -> Verified:
    (folder / "paper.tex").write_text(tex, encoding="utf-8")
    (verified,) = verify_paper(folder / "paper.tex", runs=[run.path.parent])
    return verified


def test_averages_over_classes_come_from_the_clips(run: Run, tmp_path: Path):
    found = verify(run, tmp_path, latex(make_table(run, layout=layout_file(tmp_path, LAYOUT))))
    assert found.mismatches == ()
    assert found.from_clips == {"accuracy": 7, "balanced_accuracy": 7, "macro_f1": 7}
    assert found.from_record == {"fid": 7}


def test_other_verdicts_of_the_judge_are_found_in_the_averages(run: Run, tmp_path: Path):
    """The values of ``accuracy`` stay as they were: the averages look at the classes themselves."""
    tex = latex(make_table(run, layout=layout_file(tmp_path, LAYOUT)))
    clips = run.clips()
    clips.loc[(clips["model"] == "cascade") & (clips["label"] == "dog"), "predicted"] = "rain"
    clips.to_parquet(run.path / "clips.parquet")
    found = {(m.row, m.column, m.origin) for m in verify(run, tmp_path, tex).mismatches}
    assert {column for row, column, _ in found if row == "cascade"} == {
        "Recognition: Balanced accuracy",
        "Recognition: Macro F1",
    }
    assert {origin for row, _, origin in found if row == "cascade"} == {"from 60 clips"}


def test_an_average_that_the_record_flatters_is_found(run: Run, tmp_path: Path):
    flattered = [
        m.model_copy(update={"estimate": m.estimate.model_copy(update={"value": 0.99})})
        if (m.model, m.metric) == ("seeingsounds", "macro_f1")
        else m
        for m in run.record.measurements
    ]
    save_record(run.path, run.record.model_copy(update={"measurements": tuple(flattered)}))
    tex = latex(make_table(run, layout=layout_file(tmp_path, LAYOUT)))
    found = [m for m in verify(run, tmp_path, tex).mismatches if m.row == "seeingsounds"]
    assert [m.origin for m in found] == ["from 60 clips"]


@pytest.mark.parametrize("within_class", [True, False])
def test_an_interval_is_made_anew_with_the_strata_of_the_recorded_one(run: Run, *, within_class: bool):
    (found,) = (m for m in run.record.measurements if (m.model, m.metric, m.per_clip) == ("cascade", *2 * ["accuracy"]))
    own = run.clips()[lambda clips: clips["model"] == "cascade"]
    made = proportion_estimate(
        own["accuracy"].to_numpy(dtype=float),
        sources=own["source"].to_numpy(dtype=str),
        strata=own["label"].to_numpy(dtype=str) if within_class else None,
    )
    told = found.model_copy(update={"estimate": made.model_copy(update={"low": 0.0, "high": 1.0})})
    save_record(run.path, run.record.model_copy(update={"measurements": (told,)}))
    (runs,) = open_by_protocol([run.path], read=from_clips).values()
    (entry,) = (e for e in runs.entries if e.name == "cascade")
    assert entry.scores["accuracy", "all"].estimate == made
