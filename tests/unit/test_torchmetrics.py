"""The suite's kernels in a training loop: the same numbers, batch by batch."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from evalsuite import metrics
from evalsuite import torchmetrics as logged

if TYPE_CHECKING:
    from collections.abc import Callable

    from torchmetrics import Metric

DRAW = np.random.default_rng(7)
MADE, REAL = DRAW.normal(size=(60, 8)), DRAW.normal(size=(80, 8)) + 0.5
LOGITS = DRAW.normal(size=(60, 10)) * 3
SIMILARITIES, TARGETS = DRAW.normal(size=(60, 10)), DRAW.integers(10, size=60)
BATCH = 16

Case = tuple[str, "Metric", "Callable[[], float]"]
SETS: list[Case] = [
    ("FrechetDistance", logged.FrechetDistance(), lambda: metrics.frechet_distance(MADE, REAL)),
    ("KernelDistance", logged.KernelDistance(), lambda: metrics.kernel_distance(MADE, REAL)),
    ("Cmmd", logged.Cmmd(), lambda: metrics.cmmd_distance(MADE, REAL)),
    ("Precision", logged.Precision(k=3), lambda: metrics.manifold_scores(REAL, MADE, k=3).precision),
    ("Recall", logged.Recall(k=3), lambda: metrics.manifold_scores(REAL, MADE, k=3).recall),
    ("Density", logged.Density(k=3), lambda: metrics.manifold_scores(REAL, MADE, k=3).density),
    ("Coverage", logged.Coverage(k=3), lambda: metrics.manifold_scores(REAL, MADE, k=3).coverage),
]
ROWS: list[tuple[str, Metric, tuple[np.ndarray[Any, Any], ...], Callable[[], float]]] = [
    ("InceptionScore", logged.InceptionScore(splits=2), (LOGITS,), lambda: metrics.inception_score(LOGITS, splits=2)),
    (
        "Accuracy",
        logged.Accuracy(),
        (SIMILARITIES, TARGETS),
        lambda: float(np.mean(SIMILARITIES.argmax(axis=1) == TARGETS)),
    ),
    (
        "RecallAtK",
        logged.RecallAtK(k=3),
        (SIMILARITIES, TARGETS),
        lambda: float(metrics.top_k_hits(SIMILARITIES, TARGETS, k=3).mean()),
    ),
    (
        "CosineSimilarity",
        logged.CosineSimilarity(),
        (MADE, REAL[:60]),
        lambda: float(metrics.cosine_rows(MADE, REAL[:60]).mean()),
    ),
    (
        "PairRank",
        logged.PairRank(),
        (MADE, REAL[:60]),
        lambda: metrics.pair_rank_score(metrics.cosine_matrix(MADE, REAL[:60])),
    ),
    (
        "PairZ",
        logged.PairZ(),
        (MADE, REAL[:60]),
        lambda: metrics.pair_z_score(metrics.cosine_matrix(MADE, REAL[:60])),
    ),
]


def in_batches(*arrays: np.ndarray[Any, Any]) -> list[tuple[torch.Tensor, ...]]:
    tensors = [torch.from_numpy(array) for array in arrays]
    return list(zip(*(tensor.split(BATCH) for tensor in tensors), strict=True))


@pytest.mark.parametrize(("name", "metric", "kernel"), SETS, ids=[case[0] for case in SETS])
def test_a_distance_gathered_in_batches_is_the_kernels(name: str, metric: Metric, kernel: Callable[[], float]):
    metric.reset()
    for rows, real in ((REAL, True), (MADE, False)):
        for (batch,) in in_batches(rows):
            metric.update(batch, real=real)
    value = metric.compute()
    assert value.dtype == torch.float64, name
    assert value.item() == pytest.approx(kernel(), rel=1e-12)


@pytest.mark.parametrize(("name", "metric", "arrays", "kernel"), ROWS, ids=[case[0] for case in ROWS])
def test_a_score_gathered_in_batches_is_the_kernels(
    name: str, metric: Metric, arrays: tuple[np.ndarray[Any, Any], ...], kernel: Callable[[], float]
):
    metric.reset()
    for batch in in_batches(*arrays):
        metric.update(*batch)
    assert metric.compute().item() == pytest.approx(kernel(), rel=1e-12), name


def test_every_class_is_tried():
    assert {case[0] for case in SETS} | {case[0] for case in ROWS} == set(logged.__all__)


def test_float32_features_of_any_shape_of_batch_and_a_fresh_start_after_reset():
    metric = logged.KernelDistance()
    for _ in range(2):
        metric.reset()
        metric.update(torch.from_numpy(REAL).float(), real=True)
        metric.update(torch.from_numpy(MADE).float(), real=False)
        assert metric.compute().item() == pytest.approx(metrics.kernel_distance(MADE, REAL), rel=1e-5)


def test_features_of_mixed_precision_are_taken():
    metric, rows = logged.FrechetDistance(), [torch.from_numpy(some).bfloat16() for some in (MADE, REAL)]
    for real, some in enumerate(rows):
        metric.update(some, real=bool(real))
    assert metric.compute().item() == metrics.frechet_distance(*(some.float().numpy() for some in rows))


def test_survives_pickling_as_a_data_loaders_worker_needs():
    metric = logged.InceptionScore()
    metric.update(torch.from_numpy(LOGITS))
    assert pickle.loads(pickle.dumps(metric)).compute() == metric.compute()


def test_agrees_with_torchmetrics_own_fid_and_kid_on_the_same_features():
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.kid import KernelInceptionDistance

    class PassThrough(torch.nn.Module):
        num_features = 8

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return rows

    rows = {True: torch.from_numpy(REAL), False: torch.from_numpy(MADE)}
    theirs_fid = FrechetInceptionDistance(feature=PassThrough(), input_img_size=(8,)).set_dtype(torch.float64)
    theirs_kid = KernelInceptionDistance(feature=PassThrough(), subsets=1, subset_size=60)
    fid, kid = logged.FrechetDistance(), logged.KernelDistance()
    for real, some in rows.items():
        kept = some[:60]
        theirs_fid.update(some, real=real)
        theirs_kid.update(kept, real=real)
        fid.update(some, real=real)
        kid.update(kept, real=real)
    assert fid.compute().item() == pytest.approx(theirs_fid.compute().item(), rel=1e-6)
    assert kid.compute().item() == pytest.approx(theirs_kid.compute()[0].item(), rel=1e-6)
