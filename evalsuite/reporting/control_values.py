"""What the figures of a sweep plot, read from the record and the clips alone: nothing is drawn.

Pictures stand under the keys that name all they depend on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evalsuite.hashing import sha256_json
from evalsuite.reporting.control_choice import chosen_subjects, shown_sources
from evalsuite.reporting.control_curves import curves_of, known
from evalsuite.reporting.control_grid import grid_steps, seen_both
from evalsuite.reporting.figure_stamp import digits
from evalsuite.run_folder import CLIPS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from evalsuite.control_record import Curve, SweepStamp
    from evalsuite.record import RunRecord
    from evalsuite.run_folder import Run

    Plotted = Iterator[tuple[str, Any]]
    """Figures by the stems of their files, and what they plot, as JSON."""


def value_hashes(run: Run) -> dict[str, str]:
    """Return for each figure of a run's sweep, by the stem of its files, the SHA-256 of what it plots."""
    sweep = run.record.sweep
    if sweep is None:
        return {}
    found = dict(_curves(run.record, sweep))
    if (run.path / CLIPS_FILE).is_file():
        clips = run.clips()
        found |= {**dict(_strips(run.record, sweep, clips)), **dict(_grid(run.record, sweep, clips))}
    return {stem: sha256_json(plotted) for stem, plotted in found.items()}


def _curves(record: RunRecord, sweep: SweepStamp) -> Plotted:
    for response in sweep.responses:
        curves = [[curve.model, role, _points(curve)] for curve, role, _ in curves_of(record, response.name)]
        yield f"curve_{response.name}", [response.unit, sweep.unit, curves]


def _points(curve: Curve) -> list[list[str]]:
    return [
        [digits(number) for number in (p.measured, p.estimate.value, p.estimate.low, p.estimate.high, p.isotonic)]
        for p in known(curve)
    ]


def _strips(record: RunRecord, sweep: SweepStamp, clips: pd.DataFrame) -> Plotted:
    picture = _pictures(record, clips)
    model = record.models[0].name
    for subject in chosen_subjects(clips, model=model, response=sweep.responses[0]) if sweep.responses else ():
        rows = [
            [name, [[dose, picture(name, step)] for dose, step in subject.steps]] for name, _ in shown_sources(record)
        ]
        yield f"strip_{subject.rank}", [subject.name, digits(subject.rho), rows]


def _grid(record: RunRecord, sweep: SweepStamp, clips: pd.DataFrame) -> Plotted:
    if sweep.pairs != "grid":
        return
    picture, seen = _pictures(record, clips), seen_both(clips, sweep)
    steps = grid_steps(clips, sweep, model=record.models[0].name)
    cells = [
        [sorted(pair), name, picture(name, step), seen.get((name, step))]
        for pair, step in steps.items()
        for name, _ in shown_sources(record)
    ]
    yield "mixing_grid", cells


def _pictures(record: RunRecord, clips: pd.DataFrame) -> Callable[[str, str], object]:
    """Return what names the picture of a source and a step."""
    named = zip(clips["model"].astype(str), clips["clip_id"].astype(str), strict=True)
    keys = dict(zip(named, clips["image_key"].astype(str), strict=True))
    real = record.dataset.pictures and [record.dataset.pictures.name, record.dataset.pictures.version]
    return lambda name, step: keys.get((name, step)) or [real, step]
