"""The page of a training: what was learnt from what, and how the losses fell. Every number is the record's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.files import write_atomically
from evalsuite.reporting.axes import Axis, polyline
from evalsuite.reporting.html import templates
from evalsuite.training_record import remake_command

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from evalsuite.reporting.axes import Ticks
    from evalsuite.training_record import TrainingRecord

TEMPLATE = "training.html.j2"
FILE = "training.html"
LOGARITHMIC_FROM = 4
"""An axis whose ends are further apart than by this factor is logarithmic: late progress shows beside early."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One loss in the course of the training."""

    name: str
    kind: str
    """The style it is drawn in: «training» or «held-out»."""
    line: str
    """The points of an SVG polyline, both coordinates in per cent, y downwards."""


@dataclass(frozen=True, kw_only=True)
class CurvePlot:
    """All losses over one axis of optimiser steps."""

    curves: tuple[Curve, ...]
    steps: Ticks
    losses: Ticks
    logarithmic: bool
    kept: tuple[float, float] | None
    """Where on the held-out curve the weights that were kept are from; ``None`` where they are the last."""


def write_training_report(folder: Path, record: TrainingRecord) -> Path:
    """Write ``training.html`` beside the weights, atomically, and return its path."""
    file = folder / FILE
    write_atomically(file, render(record).encode())
    return file


def render(record: TrainingRecord) -> str:
    """Return the page as HTML."""
    template = templates().get_template(TEMPLATE)
    return template.render(
        record=record,
        plot=curve_plot(record),
        loss=loss_in_words,
        verdict=verdict(record),
        command=remake_command(record),
    )


def loss_in_words(value: float | None) -> str:
    """Return a loss to four digits, one that is not known as a dash."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.4g}".replace("-", "−")


def verdict(record: TrainingRecord) -> list[str]:
    """Return what came of the training, in sentences."""
    learnt = record.clips - record.held_out_clips
    sentences = [f"{record.model} learnt from {learnt:,} clips in {record.steps:,} steps."]
    if record.held_out_loss is not None:
        held_out, own = loss_in_words(record.held_out_loss), loss_in_words(record.loss)
        sentences.append(
            f"On {record.held_out_clips:,} clips that it never learnt from, the loss is {held_out};"
            f" on those it learnt from it was {own} at the end."
        )
    if record.stopped_early:
        sentences.append("Training stopped early, because the held-out loss fell no more; the best weights are kept.")
    return sentences


def curve_plot(record: TrainingRecord) -> CurvePlot | None:
    """Return the losses over the steps; ``None`` where the record has fewer than two points."""
    lines = {
        "training": _known((point.step, point.loss) for point in record.curve),
        "held-out": _known((point.step, point.held_out_loss) for point in record.curve),
    }
    if len(lines["training"]) < 2:
        return None
    losses = [loss for line in lines.values() for _, loss in line]
    across = Axis(0, record.curve[-1].step)
    up = Axis(min(losses), max(losses), logarithmic=0 < LOGARITHMIC_FROM * min(losses) <= max(losses))
    sought = lines["held-out"] if record.schedule.get("patience") is not None else []
    best = min(sought, key=lambda point: point[1], default=None)
    return CurvePlot(
        curves=tuple(
            Curve(name=f"{kind.capitalize()} loss", kind=kind, line=polyline(line, across, up))
            for kind, line in lines.items()
            if line
        ),
        steps=across.ticks(),
        losses=up.ticks(),
        logarithmic=up.logarithmic,
        kept=None if best is None else (across.place(best[0]), up.place(best[1])),
    )


def _known(points: Iterable[tuple[int, float | None]]) -> list[tuple[int, float]]:
    return [(step, loss) for step, loss in points if loss is not None and math.isfinite(loss)]
