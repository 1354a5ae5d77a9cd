"""What the tags of the pictures and the features of the sounds come to: wishes, neighbours, matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from baselines.sonification.index import build_index
from baselines.sonification.pairs import COLUMNS
from baselines.sonification.retrieval import Wish, assign, barred_pairs, nearest_sounds, reciprocal
from evalsuite.errors import UserError
from evalsuite.running.batches import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from baselines.sonification.making import Embedded, Tagged
    from baselines.sonification.pairs import PairSettings
    from baselines.sonification.retrieval import Barred, Match, Nearest
    from evalsuite.encoders.base import FeatureExtractor, Features


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairing:
    """All that matches are made from, so that they can be made at any threshold."""

    pictures: Tagged
    sounds: Embedded
    concepts: tuple[str, ...]
    """The distinct texts."""
    wishes: tuple[Wish, ...]
    nearest: Nearest
    barred: Barred
    near_identical: int
    """How many of the sounds found all but equal a nearer one."""
    settings: PairSettings

    def matches(self, threshold: float | None = None) -> Iterator[Match]:
        """Match pictures and sounds at a similarity threshold, by default the settings' own."""
        return assign(
            self.wishes,
            self.nearest,
            threshold=self.settings.similarity_threshold if threshold is None else threshold,
            uses=self.settings.uses_per_sound,
            barred=self.barred,
            sounds=len(self.sounds.items),
        )

    def table(self, matches: Sequence[Match], *, captioner: str, clap: str) -> pd.DataFrame:
        """Return the manifest, sorted by picture and concept."""
        import pandas as pd

        pictures, sounds = self.pictures.items, self.sounds.items
        ordered = sorted(matches, key=lambda match: (match.wish.picture, match.wish.concept))
        seen = [pictures[match.wish.picture] for match in ordered]
        heard = [sounds[match.sound] for match in ordered]
        columns: dict[str, Any] = {
            "picture_id": [item.id for item in seen],
            "picture_sha256": [item.sha256 for item in seen],
            "audio_id": [item.id for item in heard],
            "audio_sha256": [item.sha256 for item in heard],
            "concept": [self.concepts[match.wish.concept] for match in ordered],
            "concept_score": [match.wish.score for match in ordered],
            "similarity": [match.similarity for match in ordered],
            "rank": [match.rank for match in ordered],
            "picture_label": [item.label for item in seen],
            "audio_label": [item.label for item in heard],
            "captioner": captioner,
            "clap": clap,
        }
        return pd.DataFrame(columns, index=range(len(ordered))).astype(COLUMNS)

    def counts(self, matches: Sequence[Match]) -> dict[str, int]:
        """Return what became of every picture and sound."""
        wishing = {wish.picture for wish in self.wishes}
        paired = {match.wish.picture for match in matches}
        return {
            "pictures": len(self.pictures.items),
            "pictures_unreadable": len(self.pictures.unreadable),
            "pictures_without_concept": len(self.pictures.items) - len(wishing),
            "pictures_without_sound": len(wishing - paired),
            "pictures_paired": len(paired),
            "sounds": len(self.sounds.items),
            "sounds_unreadable": len(self.sounds.unreadable),
            "sounds_near_identical": self.near_identical,
            "sounds_used": len({match.sound for match in matches}),
            "concepts": len(self.concepts),
            "barred_pairs": sum(map(len, self.barred.values())),
            "pairs": len(matches),
        }


def make_pairing(pictures: Tagged, sounds: Embedded, *, text: FeatureExtractor, settings: PairSettings) -> Pairing:
    """Look every distinct concept up among the sounds. Raises ``UserError`` where there is nothing to pair."""
    concepts = tuple(sorted({concept.text for found in pictures.concepts for concept in found}))
    if not concepts:
        hint = f"the concept threshold is {settings.concept_threshold}, see `models: sonify:` of a profile"
        raise UserError(f"nothing that sounds was found in {len(pictures.items)} pictures; {hint}")
    if not sounds.items:
        raise UserError(
            f"none of {len(sounds.unreadable)} sounds can be read: {next(iter(sounds.unreadable.values()))}"
        )
    number = len(sounds.items)
    index = build_index(sounds.features, exact_up_to=settings.exact_up_to)
    texts = _embedded([settings.query.replace("{concept}", concept) for concept in concepts], text)
    nearest = nearest_sounds(texts, index, k=settings.nearest, near_identical=settings.near_identical)
    alike = np.unique(nearest.rows[~nearest.usable & (nearest.rows >= 0)])
    return Pairing(
        pictures=pictures,
        sounds=sounds,
        concepts=concepts,
        wishes=_wishes(pictures, concepts),
        nearest=reciprocal(nearest, margin=settings.margin, sounds=number),
        barred=barred_pairs(pictures.items, sounds.items, copies=sounds.copies),
        near_identical=len(alike),
        settings=settings,
    )


def _embedded(texts: Sequence[str], tower: FeatureExtractor) -> Features:
    return np.concatenate([tower.embed(some) for some in batches(texts)])


def _wishes(pictures: Tagged, concepts: Sequence[str]) -> tuple[Wish, ...]:
    rows = {text: row for row, text in enumerate(concepts)}
    return tuple(
        Wish(picture, rows[concept.text], concept.score)
        for picture, found in enumerate(pictures.concepts)
        for concept in found
    )
