"""Measures what retrieval over large pools takes: ``python -m baselines.sonification.capacity --help``.

Features are synthetic and clustered, because real ones are not at hand by the million; every picture has a text of its
own, which is the worst case. Everything after embedding is measured: index, retrieval, assignment and manifest.
"""

from __future__ import annotations

import resource
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from baselines.sonification.captioning import Concept
from baselines.sonification.index import build_index, normalised_rows
from baselines.sonification.making import Embedded, Tagged
from baselines.sonification.pairing import make_pairing
from baselines.sonification.pairs import PAIRS_FILE, PairSettings
from evalsuite.datasets.pool import PoolItem
from evalsuite.hashing import sha256_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.encoders.base import Features, Modality

DIM = 512
"""LAION-CLAP's."""
TOPICS = 5_000
HIDDEN = 64
"""Features lie near a space of so many dimensions: trained features have far fewer than their width."""
SPREAD, NOISE = 0.08, 0.01
"""Deviation per hidden dimension around a topic, and per dimension of the feature."""
ASKED = 500
"""Queries that recall is measured on."""
SOUNDS_SEED, QUERIES_SEED = 2**32, 2**32 + 1
"""Apart from the texts' seeds, which are picture numbers."""


class SyntheticTexts:
    """A text tower whose features are made up: a text is its picture's number, which seeds it."""

    name, fingerprint, dim = "synthetic", "synthetic-1", DIM
    modality: Modality = "text"

    def embed(self, batch: Sequence[Any]) -> Features:
        """Return one made-up feature per text, float32 (texts, 512)."""
        return clustered(len(batch), seed=int(batch[0]))


def clustered(count: int, *, seed: int) -> Features:
    """Return features around shared topics near a space of few dimensions, float32 (count, 512), normalised."""
    topics, axes = _world()
    rng = np.random.default_rng([1, seed])
    hidden = topics[rng.integers(TOPICS, size=count)]
    hidden += np.float32(SPREAD) * rng.standard_normal((count, HIDDEN), dtype=np.float32)
    made: Features = hidden @ axes
    made += np.float32(NOISE) * rng.standard_normal((count, DIM), dtype=np.float32)
    return normalised_rows(made)


@cache
def _world() -> tuple[Features, Features]:
    """Return the topics, (topics, hidden), and the hidden space's axes, (hidden, 512): orthonormal rows."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.standard_normal((DIM, HIDDEN), dtype=np.float32))[0].T
    return normalised_rows(rng.standard_normal((TOPICS, HIDDEN), dtype=np.float32)), axes


def measure(pictures: int, clips: int) -> dict[str, float]:
    """Pair ``pictures`` with ``clips`` and return pairs, minutes, peak resident memory in GB, and recall at 10."""
    started = time.monotonic()
    seen = Tagged(
        items=_items("p", pictures), concepts=[[Concept(str(n), 1.0)] for n in range(pictures)], unreadable={}
    )
    heard = Embedded(items=_items("s", clips), features=clustered(clips, seed=SOUNDS_SEED), unreadable={})
    settings = PairSettings(query="{concept}", similarity_threshold=0.2)
    pairing = make_pairing(seen, heard, text=SyntheticTexts(), settings=settings)
    matches = list(pairing.matches())
    with tempfile.TemporaryDirectory() as folder:
        pairing.table(matches, captioner="synthetic", clap="synthetic").to_parquet(Path(folder) / PAIRS_FILE)
    minutes = (time.monotonic() - started) / 60
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {"pairs": len(matches), "minutes": minutes, "peak_rss_gb": peak, "recall_at_10": recall(heard.features)}


def recall(features: Features) -> float:
    """Return which share of the 10 nearest sounds is among the first 10 that the index by cells finds."""
    queries = clustered(ASKED, seed=QUERIES_SEED)
    _, exact = build_index(features, exact_up_to=len(features)).search(queries, k=10)
    _, found = build_index(features, exact_up_to=1).search(queries, k=PairSettings().nearest)
    return float(np.mean([np.isin(true, rows).mean() for true, rows in zip(exact, found[:, :10], strict=True)]))


def _items(kind: str, count: int) -> tuple[PoolItem, ...]:
    names = (f"{kind}{number}" for number in range(count))
    return tuple(PoolItem(id=name, sha256=sha256_bytes(name.encode()), source=name) for name in names)


@click.command()
@click.option("--pictures", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="How many.")
@click.option("--clips", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="How many.")
def main(*, pictures: int, clips: int) -> None:
    """Measure time, memory and recall of pairing PICTURES with CLIPS, with made-up features."""
    for name, value in measure(pictures, clips).items():
        click.echo(f"{name:14}{value:>12,.2f}")


if __name__ == "__main__":
    main()
