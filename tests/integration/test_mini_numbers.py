"""Every metric's number through the shipped encoders, on a hundred clips: what a changed dependency would change.

Half of the pictures show their clip, half the next class; all are speckled, so that no number is saturated. To remake
the golden values after a change that is meant to change them::

    PYTHONPATH=tests python -c "from integration.test_mini_numbers import remake; remake()"
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from evalsuite.metrics.base import AUDIO, CLASSES, IMAGE, LABELS, LOGITS, REFERENCE, TRUE, Evidence, what
from evalsuite.miniworld.dataset import MiniDataset, MiniEsc50, MiniRavdess
from evalsuite.miniworld.pictures import MiniPictures
from evalsuite.profile import load_profile
from evalsuite.registry import names, resolve
from evalsuite.running.roles import metric_hindrance, open_roles, role_of, takes_hindrance, tower_of

if TYPE_CHECKING:
    from evalsuite.audio.clip import Picture
    from evalsuite.metrics.base import Metric

GOLDEN = Path(__file__).parents[1] / "golden" / "mini_numbers.json"
CLIPS = 100
"""About so many, evenly spread over the data set."""
TOLERANCE = 1e-4
"""Relative: float32 sums differ by processor in the sixth digit, a changed resize or front end in the third."""


@cache
def measurable() -> dict[str, Metric]:
    """Return the metrics whose roles the profile plays, without those that compare several pictures of a sound."""
    data, pictures, metrics = (
        MiniEsc50(root=None),
        MiniPictures(),
        [resolve("metrics", name) for name in names("metrics")],
    )
    towers = open_roles(metrics, profile=load_profile("mini"), device="cpu")
    row = data.manifest()[0]
    return {
        metric.name: metric
        for metric in metrics
        if takes_hindrance(metric, None) is None and metric_hindrance(metric, row, pictures, towers=towers) is None
    }


def measured(name: str) -> float:
    """Return a metric's value, of faces where it judges emotions."""
    metric = measurable()[name]
    of = MiniRavdess if any(role_of(need) == "emotion" for need in metric.needs) else MiniEsc50
    value: float = metric.measure(evidence(of)).estimate.value
    return value


@cache
def evidence(of: type[MiniDataset]) -> Evidence:
    data, pictures, metrics = of(root=None), MiniPictures(), list(measurable().values())
    every = data.manifest()
    rows = every[:: len(every) // CLIPS]
    towers = open_roles(metrics, profile=load_profile("mini"), device="cpu")
    shown = [pictures.true_picture(rows[(i + i % 2) % len(rows)]) for i in range(len(rows))]
    media: dict[str, list[Any]] = {
        IMAGE: [speckled(picture, step) for step, picture in enumerate(shown)],
        TRUE: [pictures.true_picture(row) for row in rows],
        REFERENCE: [pictures.reference_picture(row) for row in rows],
        AUDIO: [data.load(row) for row in rows],
        CLASSES: [f"This is a photo of {label}." for label in data.classes],
        LABELS: list(data.classes),
    }
    features = {}
    for need in sorted({need for metric in metrics for need in metric.needs}):
        role = towers[role_of(need)]
        seen = role["image"].embed(media[IMAGE]) if what(need) == LOGITS else media[what(need)]
        features[need] = role[tower_of(need)].embed(seen)
    return Evidence(
        features=features,
        targets=np.array([data.classes.index(row.label) for row in rows]),
        classes=data.classes,
        sources=np.array([row.source for row in rows]),
    )


def speckled(picture: Picture, step: int) -> Picture:
    """Add a pattern that no library's random numbers decide."""
    waves = 40 * np.cos(np.arange(picture.size).reshape(picture.shape) * (1 + step % 7) * 0.37)
    return (picture + waves).clip(0, 255).astype(np.uint8)


def remake() -> None:
    values = {name: measured(name) for name in measurable()}
    GOLDEN.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize("name", json.loads(GOLDEN.read_text()) if GOLDEN.exists() else [])
def test_the_number_is_what_it_was(name: str):
    golden = json.loads(GOLDEN.read_text())[name]
    assert measured(name) == pytest.approx(golden, rel=TOLERANCE, abs=1e-6), (
        f"{name} has changed: which dependency was updated?"
    )


def test_every_metric_that_can_be_measured_here_has_a_golden_value():
    assert set(json.loads(GOLDEN.read_text())) == set(measurable())
