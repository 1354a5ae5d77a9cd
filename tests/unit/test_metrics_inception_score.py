"""The inception score against its definition and other implementations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsuite.metrics import inception_score, inception_without_blocks, rows
from evalsuite.metrics.base import DISTANCE_LOGITS, Evidence
from evalsuite.metrics.inception_score import inception
from evalsuite.stats import blocks
from evalsuite.torchvision_ops import register_missing_operators

Logits = npt.NDArray[np.float64]
sizes = st.tuples(st.integers(2, 30), st.integers(2, 9), st.integers(0, 2**32 - 1))


def logits(size: tuple[int, int, int]) -> Logits:
    n, classes, seed = size
    return 3 * np.random.default_rng(seed).normal(size=(n, classes))


def definition(x: Logits) -> float:
    """exp of the mean Kullback-Leibler divergence, row by row."""
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return float(np.exp(np.mean([(row * np.log(row / p.mean(axis=0))).sum() for row in p])))


@settings(deadline=None)
@given(sizes)
def test_agrees_with_the_definition(size: tuple[int, int, int]) -> None:
    assert inception_score(logits(size)) == pytest.approx(definition(logits(size)), rel=1e-9)


@settings(deadline=None)
@given(sizes, st.floats(-500, 500))
def test_neither_order_nor_a_constant_matters(size: tuple[int, int, int], shift: float) -> None:
    x = logits(size)
    assert inception_score(x[::-1, ::-1] + shift) == pytest.approx(inception_score(x), rel=1e-9)
    assert inception_score(np.concatenate([x, x])) == pytest.approx(inception_score(x), rel=1e-12)


@settings(deadline=None)
@given(sizes)
def test_lies_between_one_and_the_number_of_classes(size: tuple[int, int, int]) -> None:
    assert 1 <= inception_score(logits(size)) <= min(size[0], size[1]) * (1 + 1e-12)


def test_extremes() -> None:
    sure = 2000.0 * np.eye(7)  # most probabilities are zero in float64
    assert inception_score(sure) == pytest.approx(7, rel=1e-12)
    assert inception_score(sure, splits=7) == 1
    assert inception_score(np.ones((5, 4))) == 1


def test_chunks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    x = logits((50, 6, 0))
    whole = inception_score(x, splits=3)
    monkeypatch.setattr(rows, "CHUNK", 7)
    assert inception_score(x, splits=3) == pytest.approx(whole, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(sizes)
def test_leaving_blocks_out_equals_recomputing(size: tuple[int, int, int]) -> None:
    x, block = logits(size), blocks(np.arange(size[0]), k=4)
    expected = [inception_score(x[block != left_out]) for left_out in range(int(block.max()) + 1)]
    np.testing.assert_allclose(inception_without_blocks(x, block=block), expected, rtol=1e-9)


@pytest.mark.parametrize("splits", [1, 3, 10])
def test_agrees_with_torch_fidelity(splits: int) -> None:
    register_missing_operators()
    pytest.importorskip("torch_fidelity")
    import torch
    from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, isc_features_to_metric

    x = logits((101, 12, 1))
    peer = isc_features_to_metric(torch.from_numpy(x), splits=splits, shuffle=False)[KEY_METRIC_ISC_MEAN]
    assert inception_score(x, splits=splits) == pytest.approx(peer, rel=1e-9)
    order = np.random.RandomState(2020).permutation(101)
    peer = isc_features_to_metric(torch.from_numpy(x), splits=splits, shuffle=True)[KEY_METRIC_ISC_MEAN]
    assert inception_score(x[order], splits=splits) == pytest.approx(peer, rel=1e-9)


@pytest.mark.parametrize("splits", [2, 5])
def test_agrees_with_torchmetrics(splits: int) -> None:
    register_missing_operators()
    import torch
    from torchmetrics.image.inception import InceptionScore

    x = logits((100, 12, 2))
    peer = InceptionScore(feature=torch.nn.Identity(), splits=splits)
    peer.update(torch.from_numpy(x))
    torch.manual_seed(0)
    expected = float(peer.compute()[0])
    torch.manual_seed(0)
    order = torch.randperm(100).numpy()
    assert inception_score(x[order], splits=splits) == pytest.approx(expected, rel=1e-9)


def test_the_metric_is_the_kernel_with_a_jackknife_interval() -> None:
    x = logits((60, 8, 3))
    sources = np.array([f"recording {i // 3}" for i in range(60)])
    seen = Evidence(features={DISTANCE_LOGITS: x}, targets=np.zeros(60, dtype=int), classes=("any",), sources=sources)
    estimate = inception.measure(seen).estimate
    assert estimate.value == pytest.approx(inception_score(x), rel=1e-12)
    assert 1 <= estimate.low < estimate.value < estimate.high <= 8


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"needs at least 6 rows"):
        inception_score(np.ones((5, 3)), splits=6)
    with pytest.raises(ValueError, match=r"logits holds NaN or infinity in 1 of 1 rows"):
        inception_score(np.array([[1.0, np.inf]]))
