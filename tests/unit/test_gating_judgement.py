"""What a gate makes of two snapshots: numbers that are the suite's, words, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from reporting_example import measurement

from evalsuite.errors import UserError
from evalsuite.gating.judgement import Judgement, judge
from evalsuite.gating.margins import Gate, Margin
from evalsuite.gating.snapshot import Made, Scores, Snapshot
from evalsuite.gating.wording import sentence, verdict
from evalsuite.stats import block_difference, jackknife_estimate, paired_difference, permutation_p_value

N = 400
SOURCES = np.array([f"recording {place // 2:03}" for place in range(N)])
MADE = {
    "protocol": "p",
    "protocol_version": 1,
    "protocol_sha256": "0",
    "profile": "mini",
    "profile_sha256": "1",
    "dataset": "d",
    "dataset_sha256": "2",
    "seed": 0,
    "packages": {"numpy": "2.0"},
}
ONE_POINT = Gate(margins={"accuracy": Margin(absolute=0.01)})


def hits(wrong: int) -> np.ndarray[Any, Any]:
    """Every clip is right but the first ``wrong`` recordings' first."""
    values = np.ones(N)
    values[: 2 * wrong : 2] = 0
    return values


def snapshot(values: np.ndarray[Any, Any] | None = None, *, fid: float | None = None, **made: Any) -> Snapshot:
    scores = []
    if values is not None:
        told = measurement("mine", "accuracy", float(values.mean()), n=N)
        scores.append(Scores(measurement=told, values=tuple(values)))
    if fid is not None:
        estimate = jackknife_estimate(fid, without=lambda block: replicates(fid, block), sources=SOURCES)
        told = measurement("mine", "fid", fid, n=N).model_copy(update={"estimate": estimate})
        scores.append(Scores(measurement=told))
    return Snapshot(
        made=Made(**{**MADE, **made}),
        fingerprints={"mine": "f"},
        clips=tuple(f"clip {place:03}" for place in range(N)),
        sources=tuple(SOURCES),
        scores=tuple(scores),
    )


def of_two(values: np.ndarray[Any, Any]) -> Snapshot:
    """Two models that score alike."""
    mine = snapshot(values)
    (scores,) = mine.scores
    measured = scores.measurement.model_copy(update={"model": "yours"})
    yours = scores.model_copy(update={"measurement": measured})
    return mine.model_copy(update={"fingerprints": {"mine": "f", "yours": "f"}, "scores": (scores, yours)})


def replicates(value: float, block: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return value + np.random.default_rng(round(value)).normal(0, 0.02, int(block.max()) + 1)


def told(judgement: Judgement) -> str:
    (finding,) = judgement.findings
    return sentence(finding)


def test_the_numbers_are_those_of_the_statistics() -> None:
    now, before = hits(40), hits(10)
    judgement = judge(snapshot(now), snapshot(before), gate=ONE_POINT)
    (finding,) = judgement.findings
    assert finding.comparison.estimate == paired_difference(now, before, sources=SOURCES)
    assert finding.drop.value == -finding.comparison.estimate.value == pytest.approx(0.075)
    assert finding.drop.p_value == permutation_p_value(now, before, sources=SOURCES) / 2
    assert (finding.drop.freedom, judgement.outcome, judgement.code) == (N // 2 - 1, "regressed", 1)
    assert told(judgement) == "accuracy of mine fell by 7.5 points [5.4, 9.6], more than the 1.0 allowed"
    back = judge(snapshot(before), snapshot(now), gate=ONE_POINT)
    assert told(back) == "accuracy of mine rose by 7.5 points [5.4, 9.6]"
    assert back.findings[0].drop.p_value > 0.99


def test_a_distance_is_judged_block_by_block() -> None:
    gate = Gate(margins={"fid": Margin(relative=0.02)})
    now, before = snapshot(fid=43.0), snapshot(fid=40.0)
    judgement = judge(now, before, gate=gate)
    (finding,) = judgement.findings
    estimates = (one.scores[0].measurement.estimate for one in (now, before))
    assert finding.comparison.estimate == block_difference(*estimates, sources=SOURCES)
    assert (finding.drop.margin, finding.drop.freedom) == (pytest.approx(0.8), 19)
    assert told(judgement).startswith("FID of mine rose by 3.00 [")
    assert told(judgement).endswith("], more than the 0.800 allowed")
    assert judge(before, now, gate=gate).outcome == "holds"


def test_words_for_every_outcome() -> None:
    assert told(judge(snapshot(hits(9)), snapshot(hits(9)), gate=ONE_POINT)) == (
        "accuracy of mine is what it was: no value differs"
    )
    little = judge(snapshot(hits(11)), snapshot(hits(10)), gate=ONE_POINT)
    assert told(little) == "accuracy of mine fell by 0.2 points [−0.2, 0.7], within the 1.0 allowed"
    some = judge(snapshot(hits(13)), snapshot(hits(10)), gate=ONE_POINT)
    assert told(some).startswith(
        "accuracy of mine fell by 0.8 points [0.0, 1.5]: whether by more than the 1.0 allowed is not known; run "
    )
    assert verdict(some).startswith("Inconclusive: of 1 score, none is shown to have become worse by more than is ")
    assert verdict(some).endswith("allowed, and yet it may be so of 1.")
    moved = hits(10)[::-1].copy()
    other = judge(snapshot(moved), snapshot(hits(10)), gate=ONE_POINT)
    assert told(other).startswith("accuracy of mine is what it was on the whole [−1.9, 1.9]: that it became worse by")


def test_the_worst_outcome_is_that_of_all() -> None:
    gate = Gate(margins={"accuracy": Margin(absolute=0.01), "fid": Margin(absolute=1)})
    judgement = judge(snapshot(hits(10), fid=43.0), snapshot(hits(10), fid=40.0), gate=gate)
    assert [finding.outcome for finding in judgement.findings] == ["holds", "regressed"]
    assert (judgement.outcome, judgement.code) == ("regressed", 1)


def test_what_has_changed_beside_the_model_is_told() -> None:
    now = snapshot(hits(9), seed=1, profile_sha256="x", packages={"numpy": "2.1", "torch": "2.13"})
    notes = judge(now, snapshot(hits(9)), gate=ONE_POINT).notes
    assert notes == (
        "The run's seed is 1, the baseline's 0: part of a difference may be luck.",
        "The profile 'mini' has changed since the baseline was made.",
        "Versions have changed since the baseline was made: numpy 2.0 → 2.1, torch none → 2.13.",
    )
    (unsteady,) = judge(snapshot(hits(11)), snapshot(hits(10)), gate=ONE_POINT).notes
    assert unsteady.startswith("mine scores otherwise though its fingerprint is the baseline's")
    (unsteady,) = judge(of_two(hits(11)), of_two(hits(10)), gate=ONE_POINT).notes
    assert unsteady.startswith("mine and yours score otherwise though their fingerprints are the baseline's")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("protocol", "q", "the protocol differs (p in the baseline, q here)"),
        ("protocol_version", 2, "the protocol's version differs (1 in the baseline, 2 here)"),
        ("profile", "paper", "the profile differs (mini in the baseline, paper here)"),
        ("dataset", "e", "the data set differs (d in the baseline, e here)"),
    ],
)
def test_another_protocol_is_refused(field: str, value: object, words: str) -> None:
    with pytest.raises(UserError) as refused:
        judge(snapshot(hits(9), **{field: value}), snapshot(hits(9)), gate=ONE_POINT)
    assert words in str(refused.value)


def test_what_tells_nothing_is_refused() -> None:
    alone = snapshot(hits(9)).model_copy(update={"sources": ("one",) * N})
    with pytest.raises(UserError, match="accuracy of mine cannot be gated: no interval: all clips come from one"):
        judge(alone, alone.model_copy(update={"scores": snapshot(hits(8)).scores}), gate=ONE_POINT)
    share = Gate(margins={"accuracy": Margin(relative=0.1)})
    nothing = snapshot(np.zeros(N))
    with pytest.raises(UserError, match="a share of that allows nothing"):
        judge(snapshot(hits(9)), nothing, gate=share)
