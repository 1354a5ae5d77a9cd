"""Is each picture nearer to its own clip than to others? Ranks (SonicDiffusion) and z-scores (MACS) of similarities.

Entry (i, j) of a matrix of similarities compares the picture of clip i with the sound, or the true picture, of clip j.
The two families compare the entry (i, i) with others along different axes:

- **rank** holds picture i fixed and counts the clips j that it is less similar to (SonicDiffusion, arXiv 2405.00878;
  its code compares strictly, with all of the validation set, so that with the own clip in it (n - 1)/n is the most);
- **z** holds clip i fixed and asks how many standard deviations its own picture lies above the other pictures (MACS,
  arXiv 2503.10287; its code leaves out the own picture and takes numpy's deviation, so ddof = 0 over the n - 1 others).

Each clip's value depends on all clips, so that recordings vary as rows and as columns at once: intervals come from a
jackknife that leaves out both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from evalsuite.metrics.base import (
    JUDGE_IMAGE,
    JUDGE_TRUE,
    SECOND_AUDIO_SIMILARITY_AUDIO,
    SECOND_AUDIO_SIMILARITY_IMAGE,
    SECOND_JUDGE_IMAGE,
    SECOND_JUDGE_TRUE,
    Evidence,
    FloatArray,
    Outcome,
)
from evalsuite.metrics.rows import Rows, membership
from evalsuite.metrics.similarity import CosineMatrix
from evalsuite.stats.intervals import undefined_estimate
from evalsuite.stats.jackknife import blocks, jackknife_estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.stats.jackknife import Blocks

ROUNDING = 1e-12
"""Similarities this near are a tie: equal sounds may differ in the last digit, by where they stand."""
TILE = 2**22
"""How many similarities are held at once."""
ALIKE = 1e-6
"""Similarities whose standard deviation is below this are all alike: features in float32 say no more."""


class Similarities(Protocol):
    """A square matrix that is read a few rows at a time: an array, or a :class:`CosineMatrix`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Twice the number of clips."""
        ...

    def __getitem__(self, rows: slice, /) -> FloatArray:
        """Return some rows, (rows, n)."""
        ...

    def diagonal(self) -> FloatArray:
        """Return the entries (i, i), (n,)."""
        ...


def pair_rank_score(similarities: Similarities) -> float:
    """Return the mean of :func:`pair_rank_values`, in [0, (n - 1)/n]; higher is better."""
    return float(pair_rank_values(similarities).mean())


def pair_rank_values(similarities: Similarities) -> Rows:
    """Return for each picture the share of clips that it is less similar to than to its own: float64 (n,).

    ``#{j : s_ii > s_ij} / n``, where a tie (to :data:`ROUNDING`) does not count. Raises ``ValueError`` where
    ``similarities`` (n, n) are not square or hold NaN.
    """
    wins = _wins(similarities, block=np.zeros(similarities.shape[0], dtype=np.intp))
    return np.asarray(wins[:, 0] / len(wins))


def pair_z_score(similarities: Similarities) -> float:
    """Return the mean of :func:`pair_z_values`; higher is better, 0 is expected by chance."""
    return float(pair_z_values(similarities).mean())


def pair_z_values(similarities: Similarities) -> Rows:
    """Return how far each clip's own picture stands out among the others, in their standard deviations: float64 (n,).

    ``(s_ii - mean_j s_ji) / std_j s_ji`` over the pictures j ≠ i, with ddof = 0. NaN where the other pictures are all
    alike to the clip (:data:`ALIKE`), as two clips always are. Raises ``ValueError`` where ``similarities`` (n, n) are
    not square or hold NaN.
    """
    sums = _excess(similarities, block=np.zeros(similarities.shape[0], dtype=np.intp))
    return _z(sums[:, 0], others=similarities.shape[0] - 1)


@dataclass(frozen=True, kw_only=True)
class PairRank:
    """The mean rank of the own clip; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    needs: tuple[str, str]
    """Feature keys of the pictures, and of their counterparts."""
    meaning: str
    version: int = 1
    higher_is_better: bool = True
    unit: str = "proportion"
    details: str = "strict·own clip counts·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the mean rank with its jackknife interval."""
        block = blocks(evidence.sources)
        wins = _wins(CosineMatrix(*(evidence.features[key] for key in self.needs)), block=block)
        n, values = len(wins), np.asarray(wins.sum(axis=1) / len(wins))
        estimate = jackknife_estimate(
            float(values.mean()),
            without=lambda _: _rank_without(wins, block=block),
            sources=evidence.sources,
            bounds=(0.0, (n - 1) / n),
            note=", clips and candidates left out together",
        )
        return Outcome(estimate=estimate, per_clip=values, chance=(n - 1) / (2 * n))


@dataclass(frozen=True, kw_only=True)
class PairZ:
    """The mean z-score of the own picture; a :class:`~evalsuite.metrics.base.Metric`."""

    name: str
    needs: tuple[str, str]
    """Feature keys of the pictures, and of their counterparts."""
    meaning: str
    version: int = 1
    higher_is_better: bool = True
    unit: str = "standard deviations"
    details: str = "over the other pictures·ddof=0·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the mean z-score with its jackknife interval."""
        block = blocks(evidence.sources)
        sums = _excess(CosineMatrix(*(evidence.features[key] for key in self.needs)), block=block)
        values = _z(sums.sum(axis=1), others=len(block) - 1)
        if np.isnan(values).any():
            alike = int(np.isnan(values).argmax())
            return Outcome(estimate=undefined_estimate(f"all other pictures are alike to clip {alike}"), chance=0.0)
        estimate = jackknife_estimate(
            float(values.mean()),
            without=lambda _: _z_without(sums, block=block),
            sources=evidence.sources,
            least=3,
            note=", clips and candidates left out together",
        )
        return Outcome(estimate=estimate, per_clip=values, chance=0.0)


def _wins(similarities: Similarities, *, block: Blocks) -> Rows:
    """Return for each picture, by block, the number of clips that it is less similar to than to its own, (n, k)."""
    own, member = _own(similarities), membership(block)
    wins = np.empty((len(own), member.shape[1]))
    for here, rows in _row_chunks(similarities):
        wins[here] = (own[here, None] > rows + ROUNDING) @ member
    return wins


def _rank_without(wins: Rows, *, block: Blocks) -> Rows:
    """Return the mean rank without each block, as clips and as candidates, (k,), from ``wins`` (n, k)."""
    sums, left = membership(block).T @ wins, len(block) - np.bincount(block)
    lost = sums.sum(axis=0) + sums.sum(axis=1) - sums.diagonal()
    return np.asarray((sums.sum() - lost) / left**2, dtype=np.float64)


def _excess(similarities: Similarities, *, block: Blocks) -> Rows:
    """Return for each clip, by block of pictures, the sums of ``s_ji - s_ii`` and of their squares, (2, k, n).

    Taken from the own similarity, the squares lose fewer digits, and the own picture adds nothing.
    """
    own, member = _own(similarities), membership(block)
    sums = np.zeros((2, member.shape[1], len(own)))
    for here, rows in _row_chunks(similarities):
        excess = rows - own
        sums[0] += member[here].T @ excess
        sums[1] += member[here].T @ excess**2
    return sums


def _z(sums: Rows, *, others: int) -> Rows:
    """Return the z-scores (n,) of ``sums`` (2, n) over so many other pictures."""
    if others < 1:
        return np.full(sums.shape[1], math.nan)
    mean, square = sums / others
    spread = np.sqrt((square - mean**2).clip(min=0))
    z: Rows = np.divide(-mean, spread, out=np.full_like(mean, math.nan), where=spread > ALIKE)
    return z


def _z_without(sums: Rows, *, block: Blocks) -> Rows:
    """Return the mean z-score without each block, as clips and as pictures, (k,), from ``sums`` (2, k, n)."""
    whole, left = sums.sum(axis=1), len(block) - np.bincount(block)
    scores = [_z(whole - sums[:, number], others=n - 1)[block != number].mean() for number, n in enumerate(left)]
    return np.array(scores)


def _own(similarities: Similarities) -> Rows:
    if len(similarities.shape) != 2 or similarities.shape[0] != similarities.shape[1]:
        raise ValueError(f"similarities must have shape (n, n), not {similarities.shape}")
    return np.asarray(similarities.diagonal(), dtype=np.float64)


def _row_chunks(similarities: Similarities) -> Iterator[tuple[slice, Rows]]:
    n = similarities.shape[0]
    step = max(TILE // n, 1)
    for start in range(0, n, step):
        here = slice(start, min(start + step, n))
        rows = np.asarray(similarities[here], dtype=np.float64)
        if np.isnan(rows).any():
            raise ValueError(f"similarities hold NaN, first in row {start + int(np.isnan(rows).any(axis=1).argmax())}")
        yield here, rows


ais_rank = PairRank(
    name="ais_rank",
    needs=(SECOND_AUDIO_SIMILARITY_IMAGE, SECOND_AUDIO_SIMILARITY_AUDIO),
    meaning="The share of sounds that a picture is less similar to than to its own, on average.",
)
ais_z = PairZ(
    name="ais_z",
    needs=(SECOND_AUDIO_SIMILARITY_IMAGE, SECOND_AUDIO_SIMILARITY_AUDIO),
    meaning="How far the picture made from a sound stands out in similarity to it among all pictures, on average.",
)
iis_rank = PairRank(
    name="iis_rank",
    needs=(SECOND_JUDGE_IMAGE, SECOND_JUDGE_TRUE),
    meaning="The share of true pictures that a made one is less similar to than to its own, on average.",
)
iis_z = PairZ(
    name="iis_z",
    needs=(JUDGE_IMAGE, JUDGE_TRUE),
    meaning="How far a clip's picture stands out in similarity to the true one among all pictures, on average.",
)
