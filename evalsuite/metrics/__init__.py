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
from evalsuite.metrics.retrieval import top_k_hits
from evalsuite.metrics.similarity import cosine_matrix, cosine_rows

__all__ = [
    "accuracy_score",
    "balanced_accuracy_score",
    "cosine_matrix",
    "cosine_rows",
    "frechet_distance",
    "frechet_distance_from_moments",
    "frechet_without_blocks",
    "macro_f1_score",
    "predictions",
    "top_k_hits",
]
