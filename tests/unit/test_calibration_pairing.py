"""Which picture is shown for which clip, and which clips are drawn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from evalsuite.calibration import pairing
from evalsuite.calibration.defects import DEFECTS, Misplacing
from evalsuite.calibration.draws import disjoint, in_turn

TARGETS = np.random.default_rng(3).permutation(np.repeat(np.arange(10), 20))
N = len(TARGETS)
MISPLACING = [defect for defect in DEFECTS if isinstance(defect, Misplacing)]


@pytest.mark.parametrize("strength", [0.1, 0.4, 0.8])
def test_swapped_labels_are_wrong_and_the_set_of_pictures_stays(strength: float):
    shown = pairing.swap_labels(TARGETS, strength, 0)
    moved = shown != np.arange(N)
    assert moved.sum() == round(strength * N)
    assert (TARGETS[shown[moved]] != TARGETS[moved]).all()
    assert sorted(shown) == list(range(N))


@pytest.mark.parametrize("strength", [0.1, 0.4, 0.8, 1.0])
def test_dropped_classes_are_never_shown_and_the_others_are_left_alone(strength: float):
    shown = pairing.drop_classes(TARGETS, strength, 0)
    kept = set(TARGETS[shown])
    assert len(kept) == max(round((1 - strength) * 10), 1)
    own = np.isin(TARGETS, list(kept))
    assert (shown[own] == np.flatnonzero(own)).all()
    assert (TARGETS[shown[~own]] != TARGETS[~own]).all()


@pytest.mark.parametrize(("strength", "distinct"), [(0.2, 16), (0.4, 12), (0.95, 1), (1.0, 1)])
def test_repeats_stay_in_their_class(strength: float, distinct: int):
    shown = pairing.repeat(TARGETS, strength, 0)
    assert (TARGETS[shown] == TARGETS).all()
    assert all(len(set(shown[target == TARGETS])) == distinct for target in range(10))
    times = np.bincount(shown)
    assert times[times > 0].max() - times[times > 0].min() <= 1 or distinct < 2


@pytest.mark.parametrize("defect", MISPLACING, ids=lambda defect: defect.name)
def test_what_is_damaged_stays_so_at_greater_strengths(defect: Misplacing):
    wrong = [set(np.flatnonzero(defect.shown(TARGETS, strength, 1) != np.arange(N))) for strength in defect.strengths]
    assert all(less <= more for less, more in pairwise(wrong))
    assert np.array_equal(defect.shown(TARGETS, 0.4, 1), defect.shown(TARGETS, 0.4, 1))
    assert not np.array_equal(defect.shown(TARGETS, 0.4, 1), defect.shown(TARGETS, 0.4, 2))


def test_every_beginning_of_the_order_is_balanced():
    order = in_turn(TARGETS, seed=0)
    assert sorted(order) == list(range(N))
    for n in (10, 35, 120):
        counts = np.bincount(TARGETS[order[:n]], minlength=10)
        assert np.ptp(counts) <= 1


def test_every_recording_comes_before_any_comes_again():
    sources = np.array([f"recording-{target}-{number // 2}" for number, target in enumerate(TARGETS)])
    order = in_turn(TARGETS, sources=sources, seed=0)
    recordings = len(set(sources))
    assert np.ptp(np.bincount(TARGETS[order[:50]], minlength=10)) <= 1
    by_class = [sources[order][TARGETS[order] == target] for target in range(10)]
    for own in by_class:
        first = len(set(own))
        assert len(set(own[:first])) == first
    assert recordings == sum(len(set(own)) for own in by_class)


def test_draws_share_no_row():
    cut = disjoint(in_turn(TARGETS, seed=0), n=30, most=4)
    assert [len(rows) for rows in cut] == [30] * 4
    assert len(set(np.concatenate(cut))) == 120
    assert len(disjoint(np.arange(N), n=150, most=8)) == 1
