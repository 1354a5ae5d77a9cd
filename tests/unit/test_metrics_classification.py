"""Classification scores against counting by hand and torchmetrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics import accuracy_score, balanced_accuracy_score, macro_f1_score, predictions, top_k_hits
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from types import ModuleType

Labels = npt.NDArray[np.integer]
CLASSES = 5
verdicts = st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    """The scores of torchmetrics, which imports torchvision."""
    register_missing_operators()
    from torchmetrics.functional import classification

    return classification


def arrays(rows: list[tuple[int, int]]) -> tuple[Labels, Labels]:
    targets, predicted = np.array(rows).T
    return targets, predicted


def test_golden_values_counted_by_hand() -> None:
    targets = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 3])
    predicted = np.array([0, 0, 0, 1, 1, 1, 2, 2, 4, 0])
    assert accuracy_score(targets, predicted) == pytest.approx(6 / 10, abs=1e-9)
    assert balanced_accuracy_score(targets, predicted) == pytest.approx((3 / 4 + 2 / 3 + 1 / 2 + 0) / 4, abs=1e-9)
    f1 = [6 / 8, 4 / 6, 2 / 4, 0, 0]  # class 4 is predicted but never true
    assert macro_f1_score(targets, predicted) == pytest.approx(sum(f1) / 5, abs=1e-9)


@given(verdicts)
def test_agrees_with_torchmetrics(oracle: ModuleType, rows: list[tuple[int, int]]) -> None:
    import torch

    targets, predicted = arrays(rows)
    both = torch.from_numpy(predicted), torch.from_numpy(targets)
    micro = float(oracle.multiclass_accuracy(*both, num_classes=CLASSES, average="micro"))
    assert accuracy_score(targets, predicted) == pytest.approx(micro, rel=1e-6)
    macro = float(oracle.multiclass_f1_score(*both, num_classes=CLASSES, average="macro"))
    assert macro_f1_score(targets, predicted) == pytest.approx(macro, rel=1e-6)
    recalls = oracle.multiclass_recall(*both, num_classes=CLASSES, average="none").numpy()
    expected = recalls[np.unique(targets)].mean()
    assert balanced_accuracy_score(targets, predicted) == pytest.approx(expected, rel=1e-6)


@given(verdicts, st.permutations(range(CLASSES)))
def test_names_and_order_of_classes_do_not_matter(rows: list[tuple[int, int]], names: list[int]) -> None:
    targets, predicted = arrays(rows)
    renamed = np.array(names)
    for score in (accuracy_score, balanced_accuracy_score, macro_f1_score):
        assert score(renamed[targets][::-1], renamed[predicted][::-1]) == pytest.approx(score(targets, predicted))


@given(st.integers(0, 2**32 - 1))
def test_a_prediction_is_right_where_the_first_place_is_hit(seed: int) -> None:
    draw = np.random.default_rng(seed)
    similarities = draw.integers(0, 3, size=(30, CLASSES)) / 4  # full of ties
    targets = draw.integers(0, CLASSES, size=30)
    predicted = predictions(similarities, targets)
    np.testing.assert_array_equal(predicted == targets, top_k_hits(similarities, targets, k=1))
    np.testing.assert_array_equal(similarities[np.arange(30), predicted], similarities.max(axis=1))


def test_a_single_class_is_always_predicted() -> None:
    np.testing.assert_array_equal(predictions(np.array([[0.3], [0.1]]), np.array([0, 0])), [0, 0])


def test_says_what_is_wrong() -> None:
    for score in (accuracy_score, balanced_accuracy_score, macro_f1_score):
        with pytest.raises(ValueError, match=r"must both have shape"):
            score(np.array([], dtype=int), np.array([], dtype=int))
        with pytest.raises(ValueError, match=r"must both have shape"):
            score(np.array([1, 2]), np.array([1]))
