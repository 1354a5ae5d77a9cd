"""Stage (b): the index of all sounds' features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evalsuite.encoders.base import Features

Rows = npt.NDArray[np.int64]

EXACT_UP_TO = 50_000
"""Sounds that are searched one by one; above it, by cells."""
SAMPLE_PER_CELL = 40
"""Vectors per cell that the cells are trained on: k-means wants 39 or more."""
CELLS_SEARCHED = 64
REFINED = 4
"""So many times more neighbours than asked for are found by codes, and ranked by their float16 vectors."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SoundIndex:
    """Sounds by the direction of their features. By cells, similarities have the precision of float16 vectors."""

    features: Features
    """Normalised, float32 (sounds, dim)."""
    index: Any
    """The faiss index over them."""
    exact: bool
    """Whether every sound is compared, or only those of the nearest cells."""

    def search(self, queries: Features, *, k: int) -> tuple[Features, Rows]:
        """Return cosine similarities and rows of the ``k`` nearest sounds of normalised queries, each (queries, k).

        The nearest comes first. Where cells hold too few sounds, the last rows are -1, as faiss has it.
        """
        import faiss

        k, queries = min(k, len(self.features)), _padded(queries, self.index.d)
        if self.exact:
            similarities, rows = self.index.search(queries, k)
        else:
            cells, refined = faiss.SearchParametersIVF(), faiss.IndexRefineSearchParameters()
            cells.nprobe, refined.k_factor, refined.base_index_params = CELLS_SEARCHED, REFINED, cells
            similarities, rows = self.index.search(queries, k, params=refined)
        return similarities, rows


def build_index(features: Features, *, exact_up_to: int = EXACT_UP_TO) -> SoundIndex:
    """Index features of any length, float32 (sounds, dim): exactly, or above ``exact_up_to`` sounds by cells.

    The large index is IVF (Jégou et al., doi:10.1109/TPAMI.2010.57) with 64 product codes of 4 bits, whose
    neighbours are ranked again by the float16 vectors; its cells are trained on a sample.
    """
    import faiss

    vectors = normalised_rows(features)
    count, dim = vectors.shape
    exact = count <= exact_up_to
    index = faiss.IndexFlatIP(dim) if exact else _by_cells(vectors)
    index.add(_padded(vectors, index.d))
    return SoundIndex(features=vectors, index=index, exact=exact)


def _by_cells(vectors: Features) -> Any:
    """Return an empty index by cells, trained on a sample of ``vectors``; as wide as its codes divide evenly."""
    import faiss

    count, dim = vectors.shape
    cells = int(2 ** round(np.log2(np.sqrt(count))))
    codes = min(64, dim)
    width = -(-dim // codes) * codes
    index = faiss.index_factory(width, f"IVF{cells},PQ{codes}x4fs,Refine(SQfp16)", faiss.METRIC_INNER_PRODUCT)
    sample = np.random.default_rng(0).choice(count, min(count, SAMPLE_PER_CELL * cells), replace=False)
    index.train(_padded(vectors[np.sort(sample)], width))
    return index


def _padded(vectors: Features, width: int) -> Features:
    """Append zeros up to ``width``, which change neither lengths nor cosines."""
    missing = width - vectors.shape[1]
    return np.pad(vectors, ((0, 0), (0, missing))) if missing else vectors


def normalised_rows(features: Features) -> Features:
    """Return the rows at length one, float32; a row of zeros stays."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return np.ascontiguousarray(features / np.maximum(lengths, 1e-12), np.float32)
