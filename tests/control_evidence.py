"""Evidence of sweeps, for the tests of the metrics of control."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.metrics.base import JUDGE_CLASSES, JUDGE_IMAGE, JUDGE_PAIRS, SEMANTIC_IMAGE, Evidence, Steps
from evalsuite.metrics.control.readings import PIXELS_IMAGE, SEGMENTER_EXTENT, SEGMENTER_SECOND_EXTENT

if TYPE_CHECKING:
    import numpy.typing as npt

CLASSES = ("dog", "rain", "train", "siren")
TOGETHER = np.array([one + other for one, other in combinations(np.eye(len(CLASSES)), 2)])
"""Sentences about two classes lie between those about each."""


def steps(subjects: int, *, doses: int, takes: int = 1) -> Steps:
    """Every subject at the doses 0, 1, 2, …, takes within doses within subjects."""
    shape = subjects, doses, takes
    subject, dose, take = (axis.ravel() for axis in np.indices(shape))
    return Steps(
        subjects=subject,
        doses=dose.astype(float),
        asked=dose.astype(float),
        takes=take,
        second=np.full(subject.size, -1),
    )


def swept(found: Steps, **features: npt.NDArray[Any]) -> Evidence:
    """Evidence of the steps of clips that have a recording of their own each, one class after the other."""
    return Evidence(
        features=features,
        targets=found.subjects % len(CLASSES),
        classes=CLASSES,
        sources=np.array([f"recording {subject}" for subject in found.subjects]),
        steps=found,
    )


def seen(subjects: int = 12, *, doses: int = 5, takes: int = 1) -> Evidence:
    """Noise, by all the encoders that control asks, of clips alone."""
    draw, found = np.random.default_rng(0), steps(subjects, doses=doses, takes=takes)
    n = len(found.subjects)
    return swept(
        found,
        **{
            JUDGE_IMAGE: draw.normal(size=(n, 8)),
            SEMANTIC_IMAGE: draw.normal(size=(n, 8)),
            JUDGE_CLASSES: np.eye(len(CLASSES), 8),
            JUDGE_PAIRS: np.pad(TOGETHER, ((0, 0), (0, 4))),
            SEGMENTER_EXTENT: draw.random((n, 3)),
            SEGMENTER_SECOND_EXTENT: draw.random((n, 3)),
            PIXELS_IMAGE: draw.random((n, 5)),
        },
    )


def grid(pictures: dict[tuple[str, ...], list[float]]) -> Evidence:
    """Pictures of classes alone and of pairs, told by how near the judge finds them to each of :data:`CLASSES`."""
    number = {name: place for place, name in enumerate(CLASSES)}
    n = len(pictures)
    found = Steps(
        subjects=np.arange(n),
        doses=np.zeros(n),
        asked=np.zeros(n),
        takes=np.zeros(n, dtype=int),
        second=np.array([number[names[1]] if len(names) > 1 else -1 for names in pictures]),
    )
    seen_as = {
        JUDGE_IMAGE: np.array(list(pictures.values())),
        JUDGE_CLASSES: np.eye(len(CLASSES)),
        JUDGE_PAIRS: TOGETHER,
    }
    evidence = swept(found, **seen_as)
    return replace(evidence, targets=np.array([number[names[0]] for names in pictures]))


def shuffled(evidence: Evidence, *, seed: int = 0) -> tuple[Evidence, npt.NDArray[np.intp]]:
    """The same evidence with its rows in another order, and that order."""
    order = np.random.default_rng(seed).permutation(len(evidence.targets))
    one_each = {key for key, rows in evidence.features.items() if len(rows) == len(order)}
    found = evidence.steps
    moved = replace(
        evidence,
        features={key: rows[order] if key in one_each else rows for key, rows in evidence.features.items()},
        targets=evidence.targets[order],
        sources=evidence.sources[order],
        steps=found and Steps(**{name: rows[order] for name, rows in vars(found).items()}),
    )
    return moved, order
