"""Cosines."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evalsuite.metrics import cosine_matrix, cosine_rows, nearest_rows
from evalsuite.metrics.rows import CHUNK
from evalsuite.torchvision_ops import register_missing_operators


def test_golden_values_by_hand() -> None:
    a, b = np.array([[3.0, 4.0, 0.0], [1.0, 0.0, 0.0]]), np.array([[1.0, 2.0, 2.0], [-2.0, 0.0, 0.0]])
    np.testing.assert_allclose(cosine_rows(a, b), [11 / 15, -1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(cosine_matrix(a, b), [[11 / 15, -3 / 5], [1 / 3, -1]], rtol=0, atol=1e-12)


class PassThrough:
    """A model whose features are its inputs, so that torchmetrics' formula stands alone."""

    def __init__(self, texts: np.ndarray) -> None:
        self.texts = texts
        self.config = None

    def to(self, _: object) -> PassThrough:
        return self

    def __call__(self, **media: Any) -> dict[str, Any]:
        import torch

        if "images" in media:
            return {"pixel_values": torch.stack(media["images"])}
        number = torch.tensor([int(text) for text in media["text"]])
        return {"input_ids": number, "attention_mask": torch.ones_like(number)}

    def get_image_features(self, pixels: Any) -> Any:
        return pixels.flatten(1)

    def get_text_features(self, number: Any, _: object) -> Any:
        import torch

        return torch.from_numpy(self.texts)[number]


def test_agrees_with_the_clip_score_of_torchmetrics() -> None:
    register_missing_operators()
    import torch
    from torchmetrics.functional.multimodal.clip_score import _clip_score_update

    pictures, texts = np.random.default_rng(0).normal(size=(2, 12, 9))
    images = list(torch.from_numpy(pictures.reshape(12, 3, 1, 3)))
    model: Any = PassThrough(texts)
    score, _ = _clip_score_update(images, [str(i) for i in range(12)], model, model)
    np.testing.assert_allclose(100 * cosine_rows(pictures, texts), score.numpy(), rtol=1e-9)


@given(st.integers(0, 2**32 - 1), st.floats(1e-200, 1e200))
def test_length_does_not_matter(seed: int, length: float) -> None:
    a, b = np.random.default_rng(seed).normal(size=(2, 6, 4))
    np.testing.assert_allclose(cosine_rows(length * a, b), cosine_rows(a, b), atol=1e-12)
    np.testing.assert_allclose(np.diag(cosine_matrix(a, b)), cosine_rows(a, b), atol=1e-12)
    assert (np.abs(cosine_rows(a, length * a)) <= 1).all()


def test_single_precision_input_is_computed_in_double() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 6, 4)).astype(np.float32)
    assert cosine_rows(a, b).dtype == np.float64
    np.testing.assert_array_equal(cosine_rows(a, b), cosine_rows(a.astype(np.float64), b.astype(np.float64)))


@given(
    arrays(np.int8, st.tuples(st.integers(1, 9), st.just(3))), arrays(np.int8, st.tuples(st.integers(1, 9), st.just(3)))
)
def test_nearest_row_is_the_first_of_the_largest_cosines(a: np.ndarray, b: np.ndarray) -> None:
    assume(a.any(axis=1).all() and b.any(axis=1).all())
    index, cosines = nearest_rows(a, b)
    every = cosine_matrix(a, b)
    np.testing.assert_allclose(cosines, every.max(axis=1), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(index, [next(np.flatnonzero(row >= row.max() - 1e-12).flat) for row in every])


def test_nearest_rows_whatever_the_chunk() -> None:
    """A tie goes to the first row, though the second lies in another chunk."""
    rng = np.random.default_rng(0)
    b = rng.normal(size=(2 * CHUNK + 7, 5)).astype(np.float32)
    b[[CHUNK + 3, 2 * CHUNK + 1]] = b[9], b[CHUNK - 1]
    a = np.concatenate([b[::-3], 7 * b[[CHUNK + 3, 2 * CHUNK + 1]]])
    index, cosines = nearest_rows(a, b)
    assert list(index[-2:]) == [9, CHUNK - 1]
    np.testing.assert_allclose(cosines, 1, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(b[index[:-2]], a[:-2])


def test_nearest_rows_do_not_hold_all_references_in_double() -> None:
    a, b = np.ones((3, 64), dtype=np.float32), np.ones((100_000, 64), dtype=np.float32)
    tracemalloc.start()
    nearest_rows(a, b)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < b.nbytes / 4


def test_says_what_is_wrong() -> None:
    good = np.ones((3, 2))
    zero, broken = good.copy(), good.copy()
    zero[1], broken[2, 0] = 0, np.inf
    with pytest.raises(ValueError, match=r"b has no direction, all zeros, in 1 of 3 rows, first 1"):
        cosine_rows(good, zero)
    with pytest.raises(ValueError, match=r"a holds NaN or infinity in 1 of 3 rows, first in row 2"):
        cosine_matrix(broken, good)
    with pytest.raises(ValueError, match=r"cannot be paired"):
        cosine_rows(good, good[:2])
    with pytest.raises(ValueError, match=r"different width"):
        cosine_matrix(good, good[:, :1])
    with pytest.raises(ValueError, match=r"at least 1 row"):
        cosine_matrix(good[:0], good)
    with pytest.raises(ValueError, match=r"b needs at least 1 row"):
        nearest_rows(good, good[:0])
    with pytest.raises(ValueError, match=r"b has no direction, all zeros, in 1 of 3 rows, first 1"):
        nearest_rows(good, zero)
    with pytest.raises(ValueError, match=r"different width"):
        nearest_rows(good, good[:, :1])
