"""Top-k hits."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics import cosine_matrix, top_k_hits
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from types import ModuleType

seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    """The scores of torchmetrics, which imports torchvision."""
    register_missing_operators()
    from torchmetrics.functional import classification

    return classification


def case(seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.integer]]:
    draw = np.random.default_rng(seed)
    n, classes = int(draw.integers(1, 20)), int(draw.integers(1, 9))
    return draw.integers(0, 6, size=(n, classes)) / 8, draw.integers(0, classes, size=n)


def test_agrees_with_sorting() -> None:
    similarities = np.array([[0.9, 0.1, 0.5], [0.2, 0.3, 0.1]])
    targets = np.array([2, 2])
    np.testing.assert_array_equal(top_k_hits(similarities, targets, k=1), [False, False])
    np.testing.assert_array_equal(top_k_hits(similarities, targets, k=2), [True, False])
    np.testing.assert_array_equal(top_k_hits(similarities, targets, k=3), [True, True])


@given(seeds)
def test_agrees_with_torchmetrics_without_ties(oracle: ModuleType, seed: int) -> None:
    import torch

    draw = np.random.default_rng(seed)
    similarities, targets = draw.normal(size=(40, 7)), draw.integers(0, 7, size=40)
    for k in (1, 3, 5):
        expected = oracle.multiclass_accuracy(
            torch.from_numpy(similarities), torch.from_numpy(targets), num_classes=7, average="micro", top_k=k
        )
        assert top_k_hits(similarities, targets, k=k).mean() == pytest.approx(float(expected), rel=1e-6)


@given(seeds)
def test_a_larger_k_never_loses_a_hit(seed: int) -> None:
    similarities, targets = case(seed)
    classes = similarities.shape[1]
    hits = [top_k_hits(similarities, targets, k=k) for k in range(1, classes + 2)]
    assert all((fewer <= more).all() for fewer, more in pairwise(hits))
    assert hits[classes - 1].all()


@given(seeds)
def test_order_of_clips_and_of_classes_does_not_matter(seed: int) -> None:
    similarities, targets = case(seed)
    draw = np.random.default_rng(seed)
    rows, columns = draw.permutation(similarities.shape[0]), draw.permutation(similarities.shape[1])
    renamed = np.argsort(columns)[targets]
    shuffled = top_k_hits(similarities[rows][:, columns], renamed[rows], k=2)
    np.testing.assert_array_equal(shuffled, top_k_hits(similarities, targets, k=2)[rows])


def test_a_tie_counts_against_the_target() -> None:
    similarities = np.full((4, 4), 0.25)
    for k, expected in ((1, False), (3, False), (4, True)):
        assert (top_k_hits(similarities, np.arange(4), k=k) == expected).all()


def test_equal_texts_tie_wherever_they_stand() -> None:
    draw = np.random.default_rng(0)
    texts = draw.normal(size=(9, 33))
    texts[8] = texts[0]
    similarities = cosine_matrix(texts[0] + draw.normal(size=(50, 33)) / 10, texts)
    assert not top_k_hits(similarities, np.zeros(50, dtype=int), k=1).any()
    assert top_k_hits(similarities, np.full(50, 8), k=2).all()


def test_says_what_is_wrong() -> None:
    similarities = np.array([[0.1, 0.2], [0.3, np.nan]])
    with pytest.raises(ValueError, match=r"NaN, first in row 1"):
        top_k_hits(similarities, np.array([0, 1]), k=1)
    with pytest.raises(ValueError, match=r"must lie in \[0, 2\)"):
        top_k_hits(similarities[:1], np.array([2]), k=1)
    with pytest.raises(ValueError, match=r"expected"):
        top_k_hits(similarities, np.array([0]), k=1)
    with pytest.raises(ValueError, match=r"at least 1"):
        top_k_hits(similarities, np.array([0, 1]), k=0)
