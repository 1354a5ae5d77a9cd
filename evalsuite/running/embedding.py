"""Embedding: each medium passes by once, and every encoder that has not seen it looks at it."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.hashing import sha256_json
from evalsuite.running.batches import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from evalsuite.encoders.base import FeatureExtractor, Features
    from evalsuite.running.store import Store
    from evalsuite.running.workshop import Workshop

    Load = Callable[[Sequence[int]], Iterator[Any]]
    """Yields the media at the indices it is given."""
    Places = Mapping[str, Sequence[int]]
    """Where each distinct identity stands."""


def embed(
    identities: Sequence[str], towers: Mapping[str, FeatureExtractor], *, load: Load, shop: Workshop, title: str
) -> dict[str, Features]:
    """Return for each of ``towers`` one vector per identity, float32 (n, dim), from the store where it has them.

    An identity says what a medium contains, most often by its hash. Each distinct one that some tower has not seen is
    loaded once and shown to those that have not; every batch is in the store before the next is begun.
    """
    distinct = {_stamp(tower): tower for tower in towers.values()}  # two roles may be played by one encoder
    rows = {stamp: np.empty((len(identities), tower.dim), np.float32) for stamp, tower in distinct.items()}
    places: dict[str, list[int]] = defaultdict(list)
    for index, identity in enumerate(identities):
        places[identity].append(index)
    lacking = {stamp: _fill(rows[stamp], tower, places, store=shop.store) for stamp, tower in distinct.items()}
    missing = [identity for identity in places if any(identity in unseen for unseen in lacking.values())]
    if missing:
        media = load([places[identity][0] for identity in missing])
        with shop.progress.step(title, total=len(missing)) as advance:
            for batch in batches(missing):
                shown = dict(zip(batch, islice(media, len(batch)), strict=True))
                for stamp, tower in distinct.items():
                    unseen = [identity for identity in batch if identity in lacking[stamp]]
                    vectors = _look(tower, [shown[identity] for identity in unseen])
                    for identity, vector in zip(unseen, vectors, strict=True):
                        rows[stamp][places[identity]] = vector
                    shop.store.put_many(
                        {_key(tower, identity): v.tobytes() for identity, v in zip(unseen, vectors, strict=True)}
                    )
                advance(len(batch))
    return {name: rows[_stamp(tower)] for name, tower in towers.items()}


def _fill(rows: Features, tower: FeatureExtractor, places: Places, *, store: Store) -> set[str]:
    """Write what the store holds into ``rows`` and return the identities that it lacks."""
    lacking = set()
    for some in batches(list(places), size=1024):
        keys = {identity: _key(tower, identity) for identity in some}
        held = store.get_many(keys.values())
        for identity, key in keys.items():
            if key in held:
                rows[places[identity]] = np.frombuffer(held[key], np.float32)
            else:
                lacking.add(identity)
    return lacking


def _look(tower: FeatureExtractor, media: Sequence[Any]) -> Features:
    vectors = tower.embed(media) if media else np.empty(0)
    return np.asarray(vectors, np.float32).reshape(len(media), tower.dim)


def _stamp(tower: FeatureExtractor) -> tuple[str, str]:
    return tower.fingerprint, tower.modality


def _key(tower: FeatureExtractor, identity: str) -> str:
    return sha256_json(["features", *_stamp(tower), identity])
