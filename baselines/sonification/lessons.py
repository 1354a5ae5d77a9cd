"""What the conditioner learns from: pairs of pictures and sounds, as the frozen networks see and hear them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch

from baselines.sonification.alignment import Alignment
from baselines.sonification.objective import Objective
from baselines.sonification.pairs import load_pairs
from baselines.sonification.pools import open_pool
from baselines.sonification.settings import NAME, PAIRING
from baselines.sonification.sonify import make_order, sonify
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from torch import Tensor

    from baselines.sonification.conditioner import Conditioner
    from baselines.sonification.index import Rows
    from baselines.sonification.model import Sonification
    from baselines.sonification.pairs import PairFacts
    from evalsuite.datasets.pool import Pool, PoolItem

log = logging.getLogger(__name__)

Item = TypeVar("Item")


@dataclass(frozen=True)
class Material:
    """The pairs, and the pools that their pictures and sounds are in."""

    pairs: pd.DataFrame
    """One row per pair, with :data:`~baselines.sonification.pairs.COLUMNS`."""
    facts: PairFacts
    pictures: Pool
    sounds: Pool

    @cached_property
    def paired_pictures(self) -> list[PoolItem]:
        """The picture of each pair. Raises ``UserError`` where the pool has it no more, or another of its name."""
        return _items(self.pictures, self.pairs.picture_id, self.pairs.picture_sha256)

    @cached_property
    def paired_sounds(self) -> list[PoolItem]:
        """The sound of each pair. Raises ``UserError`` likewise."""
        return _items(self.sounds, self.pairs.audio_id, self.pairs.audio_sha256)

    @property
    def concepts_met(self) -> tuple[str, ...] | None:
        """What was truly heard or seen in the pairs, of all that sounds are; ``None`` where nobody knows."""
        audible = {item.label for item in self.sounds.items()}
        met = {item.label for item in (*self.paired_pictures, *self.paired_sounds)}
        return None if None in audible | met else tuple(sorted(label for label in audible & met if label is not None))


def open_material(model: Sonification, output: Path) -> Material:
    """Open the profile's pairs, or make them below ``output``. Raises ``UserError`` where it names too little."""
    folder = _pairs_folder(model, output)
    table, facts = load_pairs(folder)
    if table.empty:
        raise UserError(f"no pairs to learn from: lower the thresholds under models.{PAIRING}", file=folder)
    return Material(
        table, facts, open_pool(facts.pictures, holding="pictures"), open_pool(facts.sounds, holding="sounds")
    )


def _pairs_folder(model: Sonification, output: Path) -> Path:
    settings = model.settings
    if settings.pairs is not None:
        return Path(settings.pairs).expanduser()
    if settings.pictures is None or settings.sounds is None:
        raise UserError(
            f"the profile names no `pairs` under models.{NAME}, nor `pictures` and `sounds` to make them of:"
            " add them (evalsuite ls pools)"
        )
    sonify(
        make_order(settings.pictures, settings.sounds, settings=model.pairing, device=model.device),
        output=output / "pairs",
    )
    return output / "pairs"


def _items(pool: Pool, names: Iterable[str], hashes: Iterable[str]) -> list[PoolItem]:
    known = {(item.id, item.sha256): item for item in pool.items()}
    asked = list(zip(names, hashes, strict=True))
    for place in asked:
        if place not in known:
            raise UserError(
                f"the pairs have {pool.holds} that pool {pool.card.name!r} has not: {place[0]!r}; make them again"
            )
    return [known[place] for place in asked]


@dataclass(frozen=True)
class Lessons:
    """The pairs as tensors, and what a conditioner's answer to them costs."""

    clap: Tensor
    """CLAP's embeddings of the distinct sounds (sounds, width)."""
    ast: Tensor
    """AST's embeddings of them (sounds, width)."""
    latents: Tensor
    """The distinct pictures (pictures, channels, height, width)."""
    sound_of: Tensor
    """The sound of each pair (n,), a row of ``clap`` and ``ast``."""
    picture_of: Tensor
    """The picture of each pair (n,), a row of ``latents``."""
    objective: Objective
    alignment: Alignment | None

    def loss(self, conditioner: Conditioner, heard: Tensor, seen: Tensor) -> Tensor:
        """Return the mean loss of the pictures of the pairs ``seen``, given the sounds of the pairs ``heard``.

        Noises and times are drawn by torch's own generator.
        """
        sounds = self.sound_of[heard]
        tokens, pooled = conditioner(self.clap[sounds], self.ast[sounds])
        loss = self.objective.loss(self.latents[self.picture_of[seen]], tokens, pooled)
        return loss if self.alignment is None else loss + self.alignment.loss(tokens, pooled, rows=heard)


class Exchange:
    """Pairs of one concept exchange their pictures: a sound that was retrieved for a concept suits them all.

    With its own picture alone, a sound would be learnt by heart as the picture's time and place, which are not heard.
    """

    def __init__(self, rows: Rows, *, concepts: Sequence[str]) -> None:
        """Exchange among the pairs ``rows`` alone; ``concepts`` has one text for each of these."""
        codes = np.unique(np.asarray(concepts, str), return_inverse=True)[1]
        order = np.argsort(codes, kind="stable")
        self._rows, codes = rows[order], codes[order]
        self._first, self._count = np.searchsorted(codes, codes), np.bincount(codes)[codes]

    def draw(self, rng: np.random.Generator, *, size: int) -> tuple[Tensor, Tensor]:
        """Return the pairs to hear and, of the same concepts, the pairs to see, each (size,)."""
        places = rng.integers(len(self._rows), size=size)
        others = self._first[places] + rng.integers(self._count[places])
        return torch.from_numpy(self._rows[places]), torch.from_numpy(self._rows[others])


def prepare(model: Sonification, material: Material) -> Lessons:
    """Hear every sound and encode every picture once: the networks that do are frozen."""
    sounds, sound_of = _distinct(material.paired_sounds)
    pictures, picture_of = _distinct(material.paired_pictures)
    objective = Objective(model.generator.pipeline)
    log.info("encoding %d pictures", len(pictures))
    latents = [
        objective.encode([material.pictures.load(item) for item in some]) for some in _in_batches(pictures, model)
    ]
    log.info("listening to %d sounds", len(sounds))
    heard = [model.hear([material.sounds.load(item) for item in some]) for some in _in_batches(sounds, model)]
    clap, ast = (torch.cat(parts) for parts in zip(*heard, strict=True))
    return Lessons(clap, ast, torch.cat(latents), sound_of, picture_of, objective, _alignment(model, material))


def _alignment(model: Sonification, material: Material) -> Alignment | None:
    weight = model.settings.alignment
    return Alignment(model.generator, concepts=material.pairs.concept.tolist(), weight=weight) if weight else None


def _distinct(items: Sequence[PoolItem]) -> tuple[list[PoolItem], Tensor]:
    """Return the distinct items, and the place among them of each."""
    distinct = list(dict.fromkeys(items))
    places = {item: place for place, item in enumerate(distinct)}
    return distinct, torch.tensor([places[item] for item in items])


def _in_batches(items: Sequence[Item], model: Sonification) -> Iterator[Sequence[Item]]:
    size = model.settings.batch
    return (items[start : start + size] for start in range(0, len(items), size))
