"""Readings: what can be read off the picture of a step. Each takes evidence and returns a value per row.

A row has one sound or two. Where a reading asks for two, a row of one has no value (NaN).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

import numpy as np

from evalsuite.metrics.base import EXTENT, JUDGE_CLASSES, JUDGE_IMAGE, JUDGE_PAIRS, PHRASE, SECOND_EXTENT
from evalsuite.metrics.control.ladders import steps_of
from evalsuite.metrics.retrieval import class_similarities, top_k_hits
from evalsuite.metrics.similarity import cosine_matrix, cosine_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    from evalsuite.metrics.base import Evidence, IntArray
    from evalsuite.metrics.rows import Rows

    Hits = npt.NDArray[np.bool_]

SEGMENTER_EXTENT, SEGMENTER_SECOND_EXTENT = f"segmenter.{EXTENT}", f"segmenter.{SECOND_EXTENT}"
"""The segmenter says how much of a picture shows a class."""
SHARE, PIECES = 0, 1
"""Columns of what it says."""
PIXELS_IMAGE = "pixels.image"
"""Descriptors that are computed from the pixels alone; see :mod:`evalsuite.encoders.pixel_descriptors`."""
BRIGHTNESS, SATURATION, WARMTH = 0, 1, 2
"""Columns of them."""


class Reading(Protocol):
    """One thing that can be read off pictures."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The feature keys it reads."""
        ...

    @property
    def hits(self) -> bool:
        """Whether its values are hits (1) and misses (0)."""
        ...

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return a value for each row, float64 (n,). Raises ``ValueError`` where it needs steps and there are none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the features of a picture."""

    key: str
    index: int
    hits: ClassVar[bool] = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The features alone."""
        return (self.key,)

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return the column."""
        return evidence.features[self.key][:, self.index].astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Whether the judge names the class of the sound before any other, in a sweep of single sounds.

    A tie counts against the class, as everywhere in :mod:`evalsuite.metrics.retrieval`.
    """

    needs: ClassVar[tuple[str, str]] = (JUDGE_IMAGE, JUDGE_CLASSES)
    hits: ClassVar[bool] = True

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return hits."""
        return top_k_hits(class_similarities(evidence, needs=self.needs), evidence.targets, k=1).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class PresenceInMix:
    """Whether the judge names what is heard, in a sweep that joins sounds.

    It chooses among the sentences about each class and about each two classes («a photo of dog and rain»), and so names
    one class or two. Asked for the two nearest of the single sentences instead, it would miss half of the drawings that
    show both: beside what it likes best, its second choice resembles the first and not what else is there.
    """

    of: Literal["first", "second", "both"]
    needs: ClassVar[tuple[str, ...]] = (JUDGE_IMAGE, JUDGE_CLASSES, JUDGE_PAIRS)
    hits: ClassVar[bool] = True

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return hits; NaN on rows of one sound."""
        named, second = named_classes(evidence), _second(evidence)
        sees_first = _at(named, evidence.targets)
        sees_second = _at(named, np.where(second >= 0, second, evidence.targets))
        seen = {"first": sees_first, "second": sees_second, "both": sees_first & sees_second}[self.of]
        return _of_pairs(seen.astype(np.float64), second)


@dataclass(frozen=True, kw_only=True)
class PresenceAlone:
    """What :class:`PresenceInMix` of both scores without mixing: does the picture of one sound pass for that of two?

    The picture of class a alone is held against every class b that the sweep joins a with, in either order: the share
    of them for which the judge names a and b.
    """

    needs: ClassVar[tuple[str, ...]] = PresenceInMix.needs
    hits: ClassVar[bool] = False

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return shares in [0, 1]; NaN on rows of two sounds, and of a class that is joined with none."""
        alone = _second(evidence) < 0
        named, own = named_classes(evidence)[alone], evidence.targets[alone]
        partners = _joined(evidence)[own]
        passing, counts = (named & partners).sum(axis=1) * _at(named, own), partners.sum(axis=1)
        values = np.full(len(alone), np.nan)
        values[alone] = np.divide(passing, counts, out=np.full(len(own), np.nan), where=counts > 0)
        return values


@dataclass(frozen=True, kw_only=True)
class Balance:
    """How much nearer the judge finds the picture to the first sound's class than to the second's, in [-2, 2]."""

    needs: ClassVar[tuple[str, str]] = Presence.needs
    hits: ClassVar[bool] = False

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return differences of cosines; NaN on rows of one sound."""
        pictures, classes = (evidence.features[key] for key in self.needs)
        second = _second(evidence)
        towards_second = cosine_rows(pictures, classes, which=np.where(second >= 0, second, evidence.targets))
        return _of_pairs(cosine_rows(pictures, classes, which=evidence.targets) - towards_second, second)


@dataclass(frozen=True, kw_only=True)
class AreaBalance:
    """The area of the first sound's class less that of the second's, as shares of the picture, in [-1, 1]."""

    needs: ClassVar[tuple[str, str]] = (SEGMENTER_EXTENT, SEGMENTER_SECOND_EXTENT)
    hits: ClassVar[bool] = False

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return differences; NaN on rows of one sound."""
        first, second = (Column(key=key, index=SHARE)(evidence) for key in self.needs)
        return _of_pairs(first - second, _second(evidence))


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """How much nearer the judge finds the picture to one sentence about its class than to another, in [-2, 2]."""

    more: str
    less: str
    hits: ClassVar[bool] = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The pictures, and either sentence about every class."""
        return JUDGE_IMAGE, f"judge.{PHRASE}:{self.more}", f"judge.{PHRASE}:{self.less}"

    def __call__(self, evidence: Evidence, /) -> Rows:
        """Return differences of cosines."""
        pictures, *sentences = (evidence.features[key] for key in self.needs)
        more, less = (cosine_rows(pictures, rows, which=evidence.targets) for rows in sentences)
        return more - less


def _second(evidence: Evidence) -> IntArray:
    """Return the class of each row's second sound, -1 where there is none."""
    return steps_of(evidence).second


def _of_pairs(values: Rows, second: IntArray) -> Rows:
    return np.where(second >= 0, values, np.nan)


def named_classes(evidence: Evidence) -> Hits:
    """Return which classes the judge names in each picture, bool (n, classes): one in a row, or two.

    They are those of the nearest among the sentences about each class and about each two. Where several are equally
    near, none is named: a tie counts against a class here, too.
    """
    pictures, singles, pairs = (evidence.features[key] for key in PresenceInMix.needs)
    cosines = cosine_matrix(pictures, np.concatenate([singles, pairs]))
    nearest = cosines.argmax(axis=1)
    together = np.array(list(combinations(range(len(singles)), 2))).reshape(-1, 2)
    among = np.concatenate([np.repeat(np.arange(len(singles))[:, None], 2, axis=1), together])
    named = np.zeros((len(pictures), len(singles)), dtype=np.bool_)
    np.put_along_axis(named, among[nearest], values=True, axis=1)
    clear = (cosines == cosines.max(axis=1, keepdims=True)).sum(axis=1) == 1
    found: Hits = named & clear[:, None]
    return found


def _at(rows: Hits, columns: IntArray) -> Hits:
    """Return one column of each row, (n,)."""
    found: Hits = np.take_along_axis(rows, columns[:, None], axis=1)[:, 0]
    return found


def _joined(evidence: Evidence) -> Hits:
    """Return which classes the sweep joins, (classes, classes), in either order."""
    second, joined = _second(evidence), np.zeros((len(evidence.classes),) * 2, dtype=np.bool_)
    joined[evidence.targets[second >= 0], second[second >= 0]] = True
    return joined | joined.T
