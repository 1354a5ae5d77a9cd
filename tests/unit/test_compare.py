"""Which models of a run are compared, on what, and what the record keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from reporting_example import REFERENCES, RIVALS, SYSTEM, example_run, measurement

from evalsuite.model import ModelCard
from evalsuite.record import RunRecord
from evalsuite.run_folder import load_run
from evalsuite.running.compare import CLIP_KEY, Scored, compare, compared
from evalsuite.stats import (
    block_difference,
    holm,
    paired_difference,
    permutation_p_value,
    standardised_difference,
    t_p_value,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FLOOR = ModelCard(name="floor", fingerprint="f", role="reference", bound="floor")
YARDSTICK = ModelCard(name="yardstick", fingerprint="y", role="reference", bound="yardstick")
CEILING = ModelCard(name="ceiling", fingerprint="c", role="reference", bound="ceiling")
PLAIN = ModelCard(name="plain", fingerprint="p", role="reference")
A, B = (ModelCard(name=name, fingerprint=name) for name in "ab")
HITS = {
    "a": [1, 1, 1, 1, 1, 0, 1, 1],
    "b": [1, 0, 1, 0, 1, 0, 1, 0],
    "floor": [0, 0, 0, 0, 0, 0, 0, 1],
    "yardstick": [1, 1, 0, 1, 1, 0, 1, 0],
}


def _rows(names: Sequence[str], *, column: str = "accuracy") -> list[dict[str, Any]]:
    return [
        {"model": name, "clip_id": f"clip {i}", "source": f"recording {i // 2}", column: float(hit)}
        for name in names
        for i, hit in enumerate(HITS.get(name, HITS["b"]))
    ]


def _compared(cards: Sequence[ModelCard]) -> list[tuple[str, str]]:
    measurements = [measurement(card.name, "accuracy", 0.5) for card in cards]
    return [(c.model, c.other) for c in compare(cards, measurements, rows=_rows([card.name for card in cards]))]


def test_systems_meet_floors_yardsticks_and_each_other() -> None:
    expected = [("a", "floor"), ("a", "yardstick"), ("b", "floor"), ("b", "yardstick"), ("a", "b")]
    assert _compared((A, B, CEILING, FLOOR, PLAIN, YARDSTICK)) == expected
    assert _compared((A, CEILING, PLAIN)) == []
    assert _compared((FLOOR, YARDSTICK)) == []


def test_numbers_are_those_of_the_statistics_adjusted_as_one_family() -> None:
    measurements = [measurement(name, "accuracy", 0.5) for name in HITS]
    found = compare((A, B, FLOOR, YARDSTICK), measurements, rows=_rows(list(HITS)))
    sources = np.array([f"recording {i // 2}" for i in range(8)])
    for one in found:
        a, b = np.array(HITS[one.model], float), np.array(HITS[one.other], float)
        assert one.estimate == paired_difference(a, b, sources=sources)
        assert one.p_value == permutation_p_value(a, b, sources=sources)
        assert (one.metric, one.unit, one.higher_is_better, one.n) == ("accuracy", "proportion", True, 8)
        assert (one.flat()["value"], one.flat()["other_value"]) == (a.mean(), b.mean())
        assert one.effect_size == standardised_difference(a, b, sources=sources)
        assert one.won_and_lost == (np.mean(a > b), np.mean(a < b))
    assert [one.p_adjusted for one in found] == pytest.approx(holm(np.array([one.p_value for one in found])))


def test_clips_are_matched_by_name_whatever_their_order() -> None:
    measurements = [measurement(name, "accuracy", 0.5) for name in HITS]
    rows = _rows(list(HITS))
    assert compare((A, B), measurements, rows=rows[::-1]) == compare((A, B), measurements, rows=rows)


def test_only_clips_that_both_have_a_value_for_count() -> None:
    rows = _rows(["a", "floor"])
    rows[2]["accuracy"] = float("nan")
    measurements = [measurement(name, "accuracy", 0.5) for name in ("a", "floor")]
    (found,) = compare((A, FLOOR), measurements, rows=rows[:-1])
    assert (found.n, found.estimate.value) == (6, pytest.approx(5 / 6))
    assert compare((A, FLOOR), measurements, rows=rows[:4] + rows[-4:]) == ()


def test_accuracy_is_compared_else_the_first_metric_with_values_for_clips() -> None:
    distance = [measurement(name, "fid", 20.0) for name in ("a", "floor")]
    similarity = [measurement(name, "clip_similarity", 0.5) for name in ("a", "floor")]
    assert compare((A, FLOOR), distance, rows=_rows(["a", "floor"])) == ()
    rows = _rows(["a", "floor"], column="clip_similarity")
    (found,) = compare((A, FLOOR), distance + similarity, rows=rows)
    assert (found.metric, found.unit) == ("clip_similarity", "cosine")
    accuracy = [measurement(name, "accuracy", 0.5) for name in ("a", "floor")]
    both = [{**row, "accuracy": 1.0} for row in rows]
    assert compare((A, FLOOR), similarity + accuracy, rows=both)[0].metric == "accuracy"


def test_models_that_never_differ_have_no_interval() -> None:
    twins = [{**row, "model": name} for name in ("a", "b") for row in _rows(["a"])]
    (found,) = compare((A, B), [measurement(name, "accuracy", 0.5) for name in "ab"], rows=twins)
    assert (found.estimate.value, found.p_value, found.p_adjusted) == (0, 1, 1)
    assert found.estimate.method == "no interval: no variation between recordings"


def test_a_record_keeps_its_comparisons_and_one_without_them_still_opens(tmp_path: Path) -> None:
    run, _ = example_run(tmp_path, models=(SYSTEM, RIVALS[0], *REFERENCES), classes=("dog", "cat"), per_class=6)
    assert load_run(tmp_path).record.comparisons == run.record.comparisons
    table = run.comparisons()
    assert list(table[["model", "other"]].itertuples(index=False, name=None))[-1] == ("seeingsounds", "sound2scene")
    assert {"metric", "difference", "low", "high", "p_value", "p_adjusted", "n"} <= set(table.columns)
    old = run.record.model_dump(mode="json")
    del old["comparisons"]
    assert RunRecord.model_validate(old).comparisons == ()


def test_a_record_without_effect_sizes_still_opens(tmp_path: Path) -> None:
    run, _ = example_run(tmp_path, models=(SYSTEM, *REFERENCES), classes=("dog", "cat"), per_class=6)
    old = run.record.model_dump(mode="json")
    for comparison in old["comparisons"]:
        for field in ("values", "effect_size", "won_and_lost"):
            del comparison[field]
    for kept in old["measurements"] + old["comparisons"]:
        del kept["estimate"]["replicates"]
    opened = RunRecord.model_validate(old)
    assert [c.p_value for c in opened.comparisons] == [c.p_value for c in run.record.comparisons]
    row = opened.comparisons[0].flat()
    assert row["difference"] == run.record.comparisons[0].estimate.value
    assert row["value"] is row["effect_size"] is row["won"] is None


def _ranked(name: str, column: list[float], replicates: tuple[float, ...]) -> Scored:
    told = measurement(name, "accuracy", float(np.mean(column)))
    kept = told.model_copy(update={"estimate": told.estimate.model_copy(update={"replicates": replicates})})
    rows = [{"clip_id": f"{i}", "source": f"{i // 2}", "accuracy": value} for i, value in enumerate(column)]
    return Scored(name=name, measurement=kept, clips=pd.DataFrame(rows).set_index(CLIP_KEY))


def test_where_a_metric_has_both_blocks_go_before_clips() -> None:
    a = _ranked("a", [0.9, 0.8, 0.7, 0.9, 0.8, 0.6], (0.8, 0.7, 0.9))
    b = _ranked("b", [0.5, 0.8, 0.6, 0.4, 0.9, 0.5], (0.6, 0.6, 0.7))
    (found,) = compared([(a, b)])
    sources = np.array(["0", "0", "1", "1", "2", "2"])
    difference = block_difference(a.measurement.estimate, b.measurement.estimate, sources=sources)
    assert (found.estimate, found.p_value) == (difference, t_p_value(difference))
    assert found.won_and_lost == (4 / 6, 1 / 6)


def test_a_difference_that_no_block_changes_is_not_tested() -> None:
    a, b = _ranked("a", [1.0] * 6, (1.0,) * 3), _ranked("b", [0.5] * 6, (0.5,) * 3)
    without_clips = [
        replace(scored, measurement=scored.measurement.model_copy(update={"per_clip": None})) for scored in (a, b)
    ]
    assert compared([(without_clips[0], without_clips[1])]) == ()
    (same,) = compared([(without_clips[0], without_clips[0])])
    assert (same.estimate.value, same.p_value) == (0, 1)
