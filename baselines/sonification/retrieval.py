"""Stage (b): sounds for concepts, and which picture gets which of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from baselines.sonification.index import normalised_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from baselines.sonification.index import Rows, SoundIndex
    from evalsuite.datasets.pool import PoolItem
    from evalsuite.encoders.base import Features

QUERIES_AT_ONCE = 512


@dataclass(frozen=True, kw_only=True, eq=False)
class Nearest:
    """The sounds nearest to each concept, the nearest first; all arrays (concepts, k)."""

    rows: Rows
    """Rows of the sounds."""
    similarities: Features
    """Cosine of text and sound."""
    usable: npt.NDArray[np.bool_]
    """False for what is no sound and for a sound that all but equals a nearer one."""


class Wish(NamedTuple):
    """A picture that wants a sound for one of its concepts."""

    picture: int
    """The picture's row."""
    concept: int
    """The row of the concept's text."""
    score: float
    """How sure the captioner is."""


class Match(NamedTuple):
    """A wish that was granted."""

    wish: Wish
    sound: int
    """The sound's row."""
    similarity: float
    """Cosine of text and sound."""
    rank: int
    """The sound's place among the nearest to the concept, from 1."""


Barred = dict[int, frozenset[int]]
"""Sounds that a picture may not get, by their rows."""


def nearest_sounds(texts: Features, index: SoundIndex, *, k: int, near_identical: float) -> Nearest:
    """Find the ``k`` sounds nearest to each text, (texts, dim); sounds more alike than ``near_identical`` count once.

    ``near_identical`` is a cosine between sounds.
    """
    parts = [
        _nearest(normalised_rows(texts[start : start + QUERIES_AT_ONCE]), index, k=k, near_identical=near_identical)
        for start in range(0, len(texts), QUERIES_AT_ONCE)
    ]
    return Nearest(
        rows=np.concatenate([part.rows for part in parts]),
        similarities=np.concatenate([part.similarities for part in parts]),
        usable=np.concatenate([part.usable for part in parts]),
    )


def _nearest(queries: Features, index: SoundIndex, *, k: int, near_identical: float) -> Nearest:
    similarities, rows = index.search(queries, k=k)
    sounds = index.features[rows]
    alike = np.tril(sounds @ sounds.transpose(0, 2, 1) > near_identical, k=-1)
    return Nearest(rows=rows, similarities=similarities, usable=(rows >= 0) & ~alike.any(axis=2))


def reciprocal(nearest: Nearest, *, margin: float, sounds: int) -> Nearest:
    """Let a sound serve the concept it is nearest to, and those at most ``margin`` of cosine further away.

    A sound that is among the nearest of several concepts most likely is what the nearest of them says. Concepts that
    did not find the sound do not count. ``sounds`` is the number of all.
    """
    there = nearest.rows >= 0
    best = np.full(sounds, -np.inf, np.float32)
    np.maximum.at(best, nearest.rows[there], nearest.similarities[there])
    usable = nearest.usable & (nearest.similarities >= best[nearest.rows] - margin)
    return replace(nearest, usable=usable)


def barred_pairs(
    pictures: Sequence[PoolItem], sounds: Sequence[PoolItem], *, copies: Sequence[PoolItem] = ()
) -> Barred:
    """Return the sounds of each picture's own content or source: they would be true pairs.

    What has equal content is of all its sources: pictures among each other, and each of the ``sounds``, whose contents
    are distinct, with its ``copies``.
    """
    row_of = {sound.sha256: row for row, sound in enumerate(sounds)}
    sounds_of: defaultdict[str, set[int]] = defaultdict(set)
    for sound in (*sounds, *copies):
        for origin in (sound.source, sound.sha256):
            sounds_of[origin].add(row_of[sound.sha256])
    barred: defaultdict[str, set[int]] = defaultdict(set)
    for picture in pictures:
        barred[picture.sha256].update(sounds_of.get(picture.source, ()), sounds_of.get(picture.sha256, ()))
    return {row: frozenset(own) for row, picture in enumerate(pictures) if (own := barred[picture.sha256])}


def assign(
    wishes: Sequence[Wish], nearest: Nearest, *, threshold: float, uses: int, barred: Barred, sounds: int
) -> Iterator[Match]:
    """Grant wishes, the surest first: each gets the least used of its nearest sounds, and among those the nearest.

    A sound must be as similar as ``threshold``, is given ``uses`` times at most, and never to a picture it is barred
    from. ``sounds`` is their number. A wish that no sound is left for is passed over.
    """
    used = np.zeros(sounds, np.int64)
    eligible = nearest.usable & (nearest.similarities >= threshold)
    for wish in sorted(wishes, key=lambda wish: (-wish.score, wish.picture, wish.concept)):
        places = np.flatnonzero(eligible[wish.concept])
        rows = nearest.rows[wish.concept, places]
        if wish.picture in barred:
            kept = ~np.isin(rows, list(barred[wish.picture]))
            places, rows = places[kept], rows[kept]
        if len(rows) == 0 or (best := used[rows].argmin(), used[rows[best]])[1] >= uses:
            continue
        used[rows[best]] += 1
        place = places[best]
        yield Match(wish, int(rows[best]), float(nearest.similarities[wish.concept, place]), int(place) + 1)
