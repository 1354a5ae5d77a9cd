"""How often does the gate stop a real model that has not changed? To make docs/benchmarks/gate_reruns.md anew:

EVALSUITE_RERUNS=docs/benchmarks/gate_reruns.md pytest -m slow tests/benchmarks/test_gate_reruns.py
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from commandline import TESTS
from pages import write_table

from evalsuite.gating.judgement import CODES, Judgement, findings, judge
from evalsuite.gating.margins import Gate, Margin
from evalsuite.gating.snapshot import take_snapshot
from evalsuite.protocol import load_protocol
from evalsuite.running.compare import CLIP_KEY, Scored
from evalsuite.running.plan import Request
from evalsuite.running.run import run_protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evalsuite.gating.snapshot import Snapshot

    Pair = tuple[Scored, Scored]
    Row = tuple[str, ...]

pytestmark = pytest.mark.slow
GATED = load_protocol(TESTS / "gate" / "mini.yaml")
"""The protocol and the margins of our own CI."""
MODEL = "seeingsounds"
SEEDS, CLIPS = 21, 100
"""Every run is gated against every earlier one: 210 gates."""
PER_CLIP = ("accuracy", "clip_similarity")
"""What can be resampled: a value of the whole set is no sum over recordings."""
RESAMPLED = 200
"""So many pairs are made of two runs on 2,000 clips."""
SEED = 20260101
NOTHING = 1e-6
"""Margins so small that only the test stands between luck and an alarm."""


@pytest.fixture(scope="module")
def table() -> Iterator[list[Row]]:
    rows: list[Row] = []
    yield rows
    heading = ("reruns", "clips", "gates", "scores", "allowed", *CODES)
    write_table("EVALSUITE_RERUNS", heading, rows, by="tests/benchmarks/test_gate_reruns.py")


@pytest.fixture
def folder(tmp_path: Path, checkpoints: Path, evalsuite_home: Path) -> Path:
    assert checkpoints.is_dir()
    assert evalsuite_home.is_dir()
    return tmp_path


def rerun(folder: Path, *, seed: int, limit: int | None = None, **changes: object) -> Snapshot:
    """Run the model by the real engine, with nothing changed but the seed that it draws with."""
    file = folder / "protocol.yaml"
    file.write_text(GATED.model_copy(update=changes).model_dump_json(), encoding="utf-8")  # JSON is YAML
    run = run_protocol(Request(protocol=file, models=(MODEL,), limit=limit, seed=seed), output=folder, report=False)
    return take_snapshot(run, metrics=run.record.protocol.content["metrics"])


def add_rows(table: list[Row], name: str, judgements: Sequence[Judgement]) -> dict[str, float]:
    """Tell what was found with the margins of our own CI, and with none to speak of; return the shares of alarms."""
    assert GATED.gate is not None
    nothing = Gate(margins=dict.fromkeys(GATED.gate.margins, Margin(absolute=NOTHING)))
    alarms = {}
    for allowed, gate in (("as in tests/gate", GATED.gate), ("nothing", nothing)):
        seen = Counter(with_margins(judgement, gate).outcome for judgement in judgements)
        shares = {outcome: seen[outcome] / len(judgements) for outcome in CODES}
        scores = judgements[0].findings
        counted = (f"{number:,}" for number in (scores[0].comparison.n, len(judgements), len(scores)))
        table.append((name, *counted, allowed, *(f"{share:.1%}" for share in shares.values())))
        alarms[allowed] = shares["regressed"]
    return alarms


def with_margins(judgement: Judgement, gate: Gate) -> Judgement:
    """The tests know no margins, and need not be made again."""
    told = []
    for finding in judgement.findings:
        margin = gate.margins[finding.comparison.metric].allowed(finding.flat()["baseline"])
        told.append(replace(finding, drop=replace(finding.drop, margin=margin)))
    return replace(judgement, findings=tuple(told))


def of_seeds(reruns: Sequence[Snapshot]) -> list[Judgement]:
    """Gate every run against every earlier one."""
    assert GATED.gate is not None
    return [judge(now, before, gate=GATED.gate) for before, now in combinations(reruns, 2)]


def of_resampled(now: Snapshot, before: Snapshot) -> list[Judgement]:
    """Gate pairs of runs that are made of these two."""
    assert GATED.gate is not None
    draw = np.random.default_rng(SEED)
    pairs = (list(resampled(now, before, draw)) for _ in range(RESAMPLED))
    return [Judgement(findings=findings(pair, gate=GATED.gate)) for pair in pairs]


def test_every_two_of_many_seeds(folder: Path, table: list[Row]) -> None:
    reruns = [rerun(folder, seed=seed, limit=CLIPS) for seed in range(SEEDS)]
    assert_as_promised(add_rows(table, f"every two of {SEEDS} seeds", of_seeds(reruns)), gates=210)


def test_two_seeds_on_all_clips_resampled(folder: Path, table: list[Row]) -> None:
    now, before = (rerun(folder, seed=seed, folds="all", metrics=PER_CLIP) for seed in range(2))
    assert_as_promised(add_rows(table, "two seeds, resampled", of_resampled(now, before)), gates=RESAMPLED)


def assert_as_promised(alarms: dict[str, float], *, gates: int) -> None:
    """A gate that keeps its word raises more than this once in forty studies."""
    assert max(alarms.values()) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / gates)


def resampled(now: Snapshot, before: Snapshot, draw: np.random.Generator) -> Iterator[Pair]:
    """Recordings are drawn with replacement, and which of both runs is the baseline is drawn for each of them."""
    _, recording = np.unique(now.sources, return_inverse=True)
    chosen = draw.integers(recording.max() + 1, size=recording.max() + 1)
    rows = [np.flatnonzero(recording == each) for each in chosen]
    source = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
    turned = (draw.random(len(rows)) < 0.5)[source]
    index = pd.MultiIndex.from_arrays([np.arange(len(source)), source], names=CLIP_KEY)
    for scores in zip(now.scores, before.scores, strict=True):
        ours, theirs = (np.array(each.values)[np.concatenate(rows)] for each in scores)
        values = np.where(turned, theirs, ours), np.where(turned, ours, theirs)
        a, b = (
            Scored(
                name=MODEL,
                measurement=each.measurement,
                clips=pd.DataFrame({each.measurement.per_clip: own}, index=index),
            )
            for each, own in zip(scores, values, strict=True)
        )
        yield a, b
