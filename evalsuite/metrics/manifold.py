"""Precision, recall, density and coverage: how far do made and real pictures lie among one another?

Around each picture of a set lies a ball that reaches to its k-th nearest neighbour in the set. With balls around real
pictures, **precision** is the share of made pictures inside at least one, **density** the mean number of balls that a
made picture lies in, over k, and **coverage** the share of balls that hold a made picture. **Recall** is the share of
real pictures inside at least one ball around a made picture.

Precision and recall are those of Kynkäänniemi et al., NeurIPS 2019 (k = 3, as in torch-fidelity; both count the rim of
a ball as inside), density and coverage of Naeem et al., ICML 2020 (k = 5, the rim is outside, as it is here for all
four: their code, prdc, gives the same values). All four depend on n, m and k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.metrics.base import DISTANCE_IMAGE, DISTANCE_REFERENCE, Evidence, FloatArray, Outcome
from evalsuite.metrics.neighbours import Space
from evalsuite.metrics.rows import Rows, block_chunks, chunks
from evalsuite.stats.intervals import mean_estimate, proportion_estimate, undefined_estimate
from evalsuite.stats.jackknife import blocks, jackknife_estimate, one_by_one, quarters, quarters_standard_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from evalsuite.measurement import Estimate
    from evalsuite.stats.jackknife import Blocks, LeftOut

NEIGHBOURS = 5
"""The k of Naeem et al."""


@dataclass(frozen=True, kw_only=True)
class ManifoldScores:
    """All four scores of one set of made pictures; higher is better."""

    precision: float
    """In [0, 1]."""
    recall: float
    """In [0, 1]."""
    density: float
    """At least 0; 1 is expected of pictures distributed as the real ones."""
    coverage: float
    """In [0, 1]."""


def manifold_scores(real: FloatArray, fake: FloatArray, *, k: int = NEIGHBOURS) -> ManifoldScores:
    """Return the four scores of the features ``fake`` (n, d) of made pictures among the ``real`` ones' (m, d).

    Raises ``ValueError`` on fewer than k + 1 rows, different widths, NaN and infinity, as every function here does.
    """
    balls = balls_around_each(real, fake, k=k)
    return ManifoldScores(
        precision=float((balls > 0).mean()),
        recall=recall_score(real, fake, k=k),
        density=float(balls.mean()) / k,
        coverage=coverage_score(real, fake, k=k),
    )


def precision_score(real: FloatArray, fake: FloatArray, *, k: int = NEIGHBOURS) -> float:
    """Return the share, in [0, 1], of ``fake`` (n, d) inside a ball of ``real`` (m, d)."""
    return float((balls_around_each(real, fake, k=k) > 0).mean())


def recall_score(real: FloatArray, fake: FloatArray, *, k: int = NEIGHBOURS) -> float:
    """Return the share, in [0, 1], of ``real`` (m, d) inside a ball of ``fake`` (n, d)."""
    return float(recall_without_blocks(real, fake, block=np.zeros(len(fake), dtype=np.intp), k=k)[-1])


def density_score(real: FloatArray, fake: FloatArray, *, k: int = NEIGHBOURS) -> float:
    """Return the mean number, over ``k``, of balls of ``real`` (m, d) that a row of ``fake`` (n, d) lies in, >= 0."""
    return float(balls_around_each(real, fake, k=k).mean()) / k


def coverage_score(real: FloatArray, fake: FloatArray, *, k: int = NEIGHBOURS) -> float:
    """Return the share, in [0, 1], of balls of ``real`` (m, d) that hold a row of ``fake`` (n, d)."""
    return float(coverage_without_blocks(real, fake, block=np.zeros(len(fake), dtype=np.intp), k=k)[-1])


def balls_around_each(real: FloatArray, fake: FloatArray, *, k: int = NEIGHBOURS) -> npt.NDArray[np.intp]:
    """Return in how many balls of ``real`` (m, d) each row of ``fake`` (n, d) lies, (n,)."""
    space = Space.of(real, fake, k=k)
    radii = space.radii(real)
    balls = np.zeros(len(fake), dtype=np.intp)
    for here, rows in chunks(fake):
        for there, others in chunks(real):
            balls[here] += (space.squares(rows, others) < radii[there]).sum(axis=1)
    return balls


def recall_without_blocks(
    real: FloatArray, fake: FloatArray, *, block: Blocks, out: LeftOut | None = None, k: int = NEIGHBOURS
) -> Rows:
    """Return the recall each time that some blocks of ``fake`` (n, d) are left ``out`` (times, blocks): (times,).

    ``block`` (n,) numbers the blocks from 0. By default one block is left out at a time, and at last none. Without a
    block, the balls of those grow whose neighbours were in it.
    """
    space = Space.of(real, fake, k=k)
    radii = space.radii_without(fake, block, _left_out(block, out))
    inside = np.zeros((radii.shape[1], len(real)), dtype=np.bool_)
    for here, rows in chunks(fake):
        for there, others in chunks(real):
            squares = space.squares(rows, others)
            for time, reach in enumerate(radii[here].T):
                inside[time, there] |= (squares < reach[:, None]).any(axis=0)
    return np.asarray(inside.mean(axis=1), dtype=np.float64)


def coverage_without_blocks(
    real: FloatArray, fake: FloatArray, *, block: Blocks, out: LeftOut | None = None, k: int = NEIGHBOURS
) -> Rows:
    """Return the coverage each time that some blocks of ``fake`` (n, d) are left ``out`` (times, blocks): (times,).

    ``block`` (n,) numbers the blocks from 0. By default one block is left out at a time, and at last none.
    """
    space = Space.of(real, fake, k=k)
    radii = space.radii(real)
    held = np.zeros((int(block.max()) + 1, len(real)), dtype=np.bool_)
    for number, index in block_chunks(block):
        for there, others in chunks(real):
            held[number, there] |= (space.squares(fake[index], others) < radii[there]).any(axis=0)
    return np.array([held[~gone].any(axis=0).mean() for gone in _left_out(block, out)])


def _left_out(block: Blocks, out: LeftOut | None) -> LeftOut:
    return one_by_one(int(block.max()) + 1) if out is None else out


@dataclass(frozen=True, kw_only=True)
class OfEachPicture:
    """A score that each made picture has by itself among the real ones; a :class:`~evalsuite.metrics.base.Metric`.

    The reference stays as it is, so that the pictures vary as the recordings do, and the plain intervals hold.
    """

    name: str
    values: Callable[[Rows], Rows]
    """Turns the number of balls that each picture lies in, over k, (n,), into its value, (n,)."""
    estimate: Callable[..., Estimate]
    """The mean of the values with its interval."""
    unit: str
    meaning: str
    k: int = NEIGHBOURS
    version: int = 1
    needs: tuple[str, str] = (DISTANCE_IMAGE, DISTANCE_REFERENCE)
    higher_is_better: bool = True

    @property
    def details(self) -> str:
        """Which neighbour a ball reaches to."""
        return f"k={self.k}·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the mean over the pictures with its clustered interval."""
        fake, real = (evidence.features[key] for key in self.needs)
        if min(len(real), len(fake)) <= self.k:
            return _too_few(self.k)
        values = self.values(balls_around_each(real, fake, k=self.k) / self.k)
        return Outcome(estimate=self.estimate(values, sources=evidence.sources), per_clip=values)


@dataclass(frozen=True, kw_only=True)
class OfAllPictures:
    """The share of real pictures that the made ones reach together; a :class:`~evalsuite.metrics.base.Metric`.

    The more there are, the more they reach: the interval is about the value at the same n.
    """

    name: str
    without_blocks: Callable[..., Rows]
    """The share each time that some blocks are left out."""
    smooth: bool
    """Whether it changes little by little as pictures are left out."""
    meaning: str
    k: int = NEIGHBOURS
    version: int = 1
    needs: tuple[str, str] = (DISTANCE_IMAGE, DISTANCE_REFERENCE)
    higher_is_better: bool = True
    unit: str = "proportion"

    @property
    def details(self) -> str:
        """Which neighbour a ball reaches to."""
        return f"k={self.k}·f64"

    def measure(self, evidence: Evidence) -> Outcome:
        """Return the share with its jackknife interval."""
        fake, real = (evidence.features[key] for key in self.needs)
        if min(len(real), len(fake)) <= self.k:
            return _too_few(self.k)
        block = blocks(evidence.sources)
        count = int(block.max()) + 1
        cuts = quarters(count)
        rough = not self.smooth and len(fake) - (cuts @ np.bincount(block)).max() > self.k
        out = np.vstack([one_by_one(count), cuts]) if rough else one_by_one(count)
        shares = self.without_blocks(real, fake, block=block, out=out, k=self.k)
        value = float(shares[count])
        estimate = jackknife_estimate(
            value,
            without=lambda _: shares[:count],
            sources=evidence.sources,
            least=self.k + 1,
            bounds=(0.0, 1.0),
            standard_error=quarters_standard_error(value, shares[count + 1 :], block=block) if rough else None,
            note=f"{', quarters left out' if rough else ''}, reference held fixed, n={len(fake)}, m={len(real)}",
        )
        return Outcome(estimate=estimate)


def _too_few(k: int) -> Outcome:
    return Outcome(estimate=undefined_estimate(f"{k} neighbours need {k + 1} pictures"))


precision = OfEachPicture(
    name="precision",
    values=lambda balls: (balls > 0).astype(np.float64),
    estimate=proportion_estimate,
    unit="proportion",
    meaning="The share of made pictures that lie among the real ones: how real single pictures look.",
)
recall = OfAllPictures(
    name="recall",
    without_blocks=recall_without_blocks,
    smooth=False,  # without its neighbour, a picture's ball reaches to the next at once
    meaning="The share of real pictures that lie among the made ones: how much of what is real can be made.",
)
density = OfEachPicture(
    name="density",
    values=lambda balls: balls,
    estimate=mean_estimate,
    unit="real neighbourhoods per picture, over k",
    meaning="How thick the real pictures lie around each made one, about 1 where both are distributed alike.",
)
coverage = OfAllPictures(
    name="coverage",
    without_blocks=coverage_without_blocks,
    smooth=True,
    meaning="The share of real pictures that have a made one in their neighbourhood: how varied the pictures are.",
)
