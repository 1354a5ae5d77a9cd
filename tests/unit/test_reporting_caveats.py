"""What a report says beside its verdict: what would change it, and where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from panel_example import wide_run
from reporting_example import EVERYONE, RIVALS, SYSTEM, example_run, measurement

from evalsuite.contamination.ledger import ContaminationRow
from evalsuite.reporting.caveats import Caveat, caveats, sentences
from evalsuite.reporting.verdict import verdict
from evalsuite.scorer_panel import Scorer, ScorerPanel

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.record import RunRecord

NAMES = (SYSTEM.name, RIVALS[0].name, RIVALS[1].name)


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    """Three systems, whose accuracies the tests choose, with nothing compared clip by clip."""
    run, _ = example_run(tmp_path, models=(SYSTEM, *RIVALS[:2]), classes=("dog", "cat"), per_class=2)
    return run.record.model_copy(update={"comparisons": (), "notes": ()})


def _scoring(record: RunRecord, *values: float, half: float = 0.02) -> RunRecord:
    found = [measurement(name, "accuracy", value, half=half) for name, value in zip(NAMES, values, strict=True)]
    return record.model_copy(update={"measurements": tuple(found)})


def _told(record: RunRecord) -> dict[str, tuple[str, ...]]:
    return {caveat.section: caveat.sentences for caveat in caveats(record)}


def test_systems_that_are_not_told_apart_are_named_each_with_those_behind(record: RunRecord) -> None:
    assert _told(_scoring(record, 0.5, 0.52, 0.51))["intervals"] == (
        "Not told apart by accuracy: sound2scene from sound2vision and seeingsounds; sound2vision from seeingsounds.",
    )
    assert "intervals" not in _told(_scoring(record, 0.5, 0.7, 0.9))


@pytest.mark.parametrize(
    ("values", "second"),
    [
        ((0.9, 0.5, 0.7), "Every other system is clearly behind; next comes sound2vision with 70.0 % [68.0–72.0]."),
        ((0.9, 0.5, 0.89), "seeingsounds is not told apart from sound2vision."),
    ],
)
def test_the_verdict_says_whether_the_best_is_told_apart(
    record: RunRecord, values: tuple[float, float, float], second: str
) -> None:
    found = [sentence.replace("\u202f", " ") for sentence in verdict(_scoring(record, *values))]
    assert found == ["seeingsounds draws the right class for 90.0 % [88.0–92.0] of sounds.", second]


@pytest.mark.parametrize(
    ("winners", "expected"),
    [
        (("sound2scene", "sound2scene"), "On pictures as a set, FID and CMMD put sound2scene first."),
        (("seeingsounds", "seeingsounds"), None),
        (("sound2scene", "seeingsounds"), None),  # of scorers that contradict each other the panel itself warns
        ((None, None), None),
    ],
)
def test_another_winner_by_another_question_is_named(
    record: RunRecord, winners: tuple[str | None, str | None], expected: str | None
) -> None:
    scorers = [
        Scorer(metric=name, ranks=(1, 2, 3), winner=who) for name, who in zip(("fid", "cmmd"), winners, strict=True)
    ]
    panel = ScorerPanel(question="pictures as a set", systems=NAMES, scorers=tuple(scorers), agreements=())
    asked = _scoring(record, 0.9, 0.5, 0.7).model_copy(update={"panels": (panel,)})
    assert _told(asked).get("scorers", ()) == ((expected,) if expected else ())


def test_who_met_the_clips_in_training_is_named_and_of_whom_that_is_not_known(record: RunRecord) -> None:
    rows = [
        ContaminationRow(name=name, kind="scorer", zero_shot=found, reason="")
        for name, found in (("ears", "no"), ("eyes", "unknown"), ("nose", "yes"))
    ]
    assert _told(record.model_copy(update={"contamination": tuple(rows)}))["training"] == (
        "Not zero-shot here: ears.",
        "Not known to be zero-shot here: eyes.",
    )


def test_a_system_that_does_not_tell_its_concepts_is_named_where_there_are_subsets(tmp_path: Path) -> None:
    silent = SYSTEM.model_copy(update={"concepts_met": None})
    run, _ = example_run(tmp_path, models=(silent,), classes=("dog", "cat"), per_class=2)
    (told,) = _told(run.record)["subsets"]
    assert told.startswith("The card of seeingsounds does not tell which concepts were met")


def test_numbers_of_an_unfinished_run_of_the_mini_profile_are_told_to_be_so(record: RunRecord) -> None:
    told = _told(record.model_copy(update={"status": "running", "notes": ("A note.",)}))["provenance"]
    assert [sentence.split(":")[0] for sentence in told] == [
        "This run has not ended",
        "Profile “mini”, synthetic data",
        "A note.",
    ]


def test_what_cannot_be_compared_is_told_with_its_reason(tmp_path: Path) -> None:
    record = wide_run(tmp_path, models=EVERYONE)[0].record
    assert _told(record)["results"] == (
        "FID is not comparable (100 pictures < 128 dimensions: mostly bias): KID stands in its place.",
    )
    assert Caveat(section="results", sentences=()).title == "Results"
    assert set(sentences(caveats(record))) >= {warning for panel in record.panels for warning in panel.warnings}
