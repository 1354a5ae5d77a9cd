"""Every kernel still gives the value it gave, to 1e-9: what fails here changes numbers, and needs a new version.

The inputs are cosines, which any program can rebuild. To remake ``tests/golden/kernels.json`` after a change that is
meant, raise the metric's version, run this in ``tests/unit`` and look at what differs::

    python -c "import test_metrics_golden as golden; golden.remake()"
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest

from evalsuite import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

GOLDEN = Path(__file__).parents[1] / "golden" / "kernels.json"


def waves(n: int, d: int, *, phase: float = 0.0, pitch: float = 0.7) -> npt.NDArray[np.float64]:
    """Rows (n, d) without any pattern to speak of."""
    i, j = np.meshgrid(np.arange(1, n + 1), np.arange(1, d + 1), indexing="ij")
    return np.cos(pitch * i**2 * j + phase * i)


FAKE, REAL = waves(60, 8), 0.9 * waves(50, 8, phase=0.3, pitch=0.9) + 0.2
FEW, WIDE = waves(9, 20), waves(50, 20, phase=0.3)
WILD = 1.4 * FAKE
BLOCK = np.arange(60) % 6
LOGITS = 4 * waves(60, 10, phase=1.1)
SOUNDS = FAKE + waves(60, 8, pitch=1.3)
SIMILARITIES = metrics.cosine_matrix(FAKE, SOUNDS)
TARGETS = np.arange(60) % 5
TEXTS = waves(5, 8, phase=2.0)
CLASSES = metrics.cosine_matrix(FAKE + TEXTS[TARGETS], TEXTS)
PREDICTED = metrics.predictions(CLASSES, TARGETS)
COVARIANCES = FAKE.mean(axis=0), np.cov(FAKE.T), REAL.mean(axis=0), np.cov(REAL.T)

KERNELS: dict[str, Callable[[], ArrayLike]] = {
    "frechet_distance": lambda: metrics.frechet_distance(FAKE, REAL),
    "frechet_distance, singular": lambda: metrics.frechet_distance(FEW, WIDE),
    "frechet_distance_from_moments": lambda: metrics.frechet_distance_from_moments(*COVARIANCES),
    "frechet_without_blocks": lambda: metrics.frechet_without_blocks(FAKE, REAL, block=BLOCK),
    "sample_rank": lambda: [metrics.sample_rank(x) for x in (FAKE, FEW, np.hstack([FEW, FEW])[:, 15:25])],
    "kernel_distance": lambda: metrics.kernel_distance(FAKE, REAL),
    "kernel_distance, quadratic": lambda: metrics.kernel_distance(FAKE, REAL, degree=2, gamma=0.3, coef0=0.5),
    "kernel_distance_blocked": lambda: metrics.kernel_distance_blocked(FAKE, REAL, subsets=5, subset_size=20),
    "cmmd_distance": lambda: metrics.cmmd_distance(FAKE, REAL),
    "kernel_without_blocks": lambda: metrics.kernel_without_blocks(
        FAKE, REAL, block=BLOCK, kernel=metrics.PolynomialKernel()
    ),
    "inception_score": lambda: metrics.inception_score(LOGITS),
    "inception_score, four splits": lambda: metrics.inception_score(LOGITS, splits=4),
    "inception_without_blocks": lambda: metrics.inception_without_blocks(LOGITS, block=BLOCK),
    "precision_score": lambda: metrics.precision_score(REAL, WILD),
    "recall_score": lambda: metrics.recall_score(REAL, WILD),
    "density_score": lambda: metrics.density_score(REAL, WILD),
    "coverage_score": lambda: metrics.coverage_score(REAL, WILD),
    "recall_without_blocks": lambda: metrics.recall_without_blocks(REAL, WILD, block=BLOCK),
    "coverage_without_blocks": lambda: metrics.coverage_without_blocks(REAL, WILD, block=BLOCK),
    "pair_rank_score": lambda: metrics.pair_rank_score(SIMILARITIES),
    "pair_rank_values": lambda: metrics.pair_rank_values(SIMILARITIES)[:12],
    "pair_z_score": lambda: metrics.pair_z_score(SIMILARITIES),
    "pair_z_values": lambda: metrics.pair_z_values(SIMILARITIES)[:12],
    "cosine_rows": lambda: metrics.cosine_rows(FAKE, SOUNDS)[:12],
    "cosine_matrix": lambda: SIMILARITIES[:4, :4],
    "top_k_hits, k=1": lambda: metrics.top_k_hits(CLASSES, TARGETS, k=1).mean(),
    "top_k_hits, k=2": lambda: metrics.top_k_hits(CLASSES, TARGETS, k=2).mean(),
    "predictions": lambda: PREDICTED,
    "accuracy_score": lambda: metrics.accuracy_score(TARGETS, PREDICTED),
    "balanced_accuracy_score": lambda: metrics.balanced_accuracy_score(TARGETS, PREDICTED),
    "macro_f1_score": lambda: metrics.macro_f1_score(TARGETS, PREDICTED),
    "nearest_rows": lambda: np.stack(metrics.nearest_rows(FAKE[:6], REAL)),
}


def remake() -> None:
    """Write what the kernels give now."""
    values = {name: np.asarray(kernel(), dtype=np.float64).tolist() for name, kernel in KERNELS.items()}
    GOLDEN.write_text(json.dumps(values, indent=1) + "\n")


@pytest.fixture(scope="module")
def golden() -> dict[str, ArrayLike]:
    return json.loads(GOLDEN.read_text())


@pytest.mark.parametrize("name", KERNELS)
def test_gives_the_golden_value(golden: dict[str, ArrayLike], name: str) -> None:
    np.testing.assert_allclose(KERNELS[name](), golden[name], rtol=1e-9, err_msg=f"{name} gives another value")


def test_every_kernel_has_a_golden_value(golden: dict[str, ArrayLike]) -> None:
    kernels = {name for name in metrics.__all__ if callable(getattr(metrics, name)) and name.islower()}
    # What ``manifold_scores`` gives is given by four others.
    assert kernels - {"manifold_scores"} == {name.partition(",")[0] for name in KERNELS}
    assert list(golden) == list(KERNELS)
