"""The gate, from a run's folder and a baseline's file to a judgement; and how a run becomes the baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evalsuite.gating.baseline import update_baseline
from evalsuite.gating.judgement import judge
from evalsuite.gating.margins import DEFAULT_GATE, Gate, load_gate
from evalsuite.gating.snapshot import measured, take_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.gating.baseline import Baseline
    from evalsuite.gating.judgement import Judgement
    from evalsuite.gating.snapshot import Snapshot
    from evalsuite.record import RunRecord
    from evalsuite.run_folder import Run

UNDECLARED = "No margins are declared in a gate file or in the protocol: 1.0 point of accuracy is allowed."


def hold(run: Run, baseline: Baseline, *, gate: Gate) -> Judgement:
    """Hold a finished run against a baseline. Raises ``UserError`` where their numbers do not compare."""
    judgement = judge(_seen(run, gate), baseline, gate=gate)
    return replace(judgement, notes=(UNDECLARED, *judgement.notes)) if gate is DEFAULT_GATE else judgement


def keep(run: Run, file: Path, *, gate: Gate, why: str = "") -> Baseline:
    """Make a finished run the baseline in ``file``: what ``gate`` names is kept. Raises ``UserError``."""
    return update_baseline(file, _seen(run, gate), run=run.record.run_id, why=why)


def declared(record: RunRecord, file: Path | None) -> Gate:
    """Return the gate of a file, else of the run's protocol, else the default. Raises ``UserError``."""
    if file is not None:
        return load_gate(file, metrics=measured(record))
    section = record.protocol.content.get("gate")
    return Gate.model_validate(section) if section else DEFAULT_GATE


def _seen(run: Run, gate: Gate) -> Snapshot:
    return take_snapshot(run, metrics=gate.margins, models=gate.models)
