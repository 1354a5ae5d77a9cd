"""Metrics: pure kernels on numpy arrays, and the objects that turn evidence into an outcome.

The kernels are re-exported here; the metrics are the entry points of the group ``evalsuite.metrics``.
"""

from __future__ import annotations

from evalsuite.metrics.classification import (
    accuracy_score,
    balanced_accuracy_score,
    macro_f1_score,
    predictions,
)
from evalsuite.metrics.frechet import frechet_distance, frechet_distance_from_moments, frechet_without_blocks
from evalsuite.metrics.inception_score import inception_score, inception_without_blocks
from evalsuite.metrics.kernel import cmmd_distance, kernel_distance, kernel_distance_blocked, kernel_without_blocks
from evalsuite.metrics.manifold import (
    coverage_score,
    coverage_without_blocks,
    density_score,
    manifold_scores,
    precision_score,
    recall_score,
    recall_without_blocks,
)
from evalsuite.metrics.moments import sample_rank
from evalsuite.metrics.pair_sums import GaussianKernel, PolynomialKernel
from evalsuite.metrics.ranking import pair_rank_score, pair_rank_values, pair_z_score, pair_z_values
from evalsuite.metrics.retrieval import top_k_hits
from evalsuite.metrics.similarity import CosineMatrix, cosine_matrix, cosine_rows, nearest_rows

__all__ = [
    "CosineMatrix",
    "GaussianKernel",
    "PolynomialKernel",
    "accuracy_score",
    "balanced_accuracy_score",
    "cmmd_distance",
    "cosine_matrix",
    "cosine_rows",
    "coverage_score",
    "coverage_without_blocks",
    "density_score",
    "frechet_distance",
    "frechet_distance_from_moments",
    "frechet_without_blocks",
    "inception_score",
    "inception_without_blocks",
    "kernel_distance",
    "kernel_distance_blocked",
    "kernel_without_blocks",
    "macro_f1_score",
    "manifold_scores",
    "nearest_rows",
    "pair_rank_score",
    "pair_rank_values",
    "pair_z_score",
    "pair_z_values",
    "precision_score",
    "predictions",
    "recall_score",
    "recall_without_blocks",
    "sample_rank",
    "top_k_hits",
]
