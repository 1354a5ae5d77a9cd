"""Damage to a set of pictures: every picture is a good one, but shown for the wrong clip, or too often.

Each function takes the classes of the clips (n,), a strength in (0, 1] and a seed, and returns for each clip the row of
the clip whose picture is shown in its place, (n,). What is damaged at one strength stays so at every greater one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.calibration.draws import in_turn

if TYPE_CHECKING:
    from evalsuite.calibration.draws import Rows
    from evalsuite.metrics.base import IntArray


def drop_classes(targets: IntArray, strength: float, seed: int) -> Rows:
    """Never draw a share of ``strength`` of the classes: their clips get any pictures of the others."""
    rng = np.random.default_rng(seed)
    classes = rng.permutation(np.unique(targets))
    kept = np.flatnonzero(~np.isin(targets, classes[: min(round(strength * len(classes)), len(classes) - 1)]))
    stand_ins = kept[(rng.random(len(targets)) * len(kept)).astype(np.intp)]
    rows = np.arange(len(targets))
    return np.where(np.isin(rows, kept), rows, stand_ins)


def swap_labels(targets: IntArray, strength: float, seed: int) -> Rows:
    """Show a share of ``strength`` of the clips one another's pictures, each that of another class.

    As a set the pictures stay what they were. Needs classes of about one size, or some clips keep theirs.
    """
    rows = np.arange(len(targets))
    swapped = in_turn(targets, seed=seed)[: round(strength * len(targets))]
    by_class = swapped[np.argsort(targets[swapped], kind="stable")]
    # In the order of classes, a step as long as the largest class leads out of any class.
    rows[by_class] = np.roll(by_class, np.bincount(targets[swapped]).max(initial=0))
    return rows


def repeat(targets: IntArray, strength: float, seed: int) -> Rows:
    """Draw only a share of 1 - ``strength`` of each class's pictures, and these for all its clips in turn."""
    rows = np.arange(len(targets))
    order = in_turn(targets, seed=seed)
    for target in np.unique(targets):
        own = order[targets[order] == target]
        rows[own] = np.resize(own[: max(math.ceil(len(own) * (1 - strength) - 1e-9), 1)], len(own))
    return rows
