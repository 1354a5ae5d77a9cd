"""The evaluated data set of the miniature world, a mini ESC-50, and the pictures to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.clip import Clip
from evalsuite.datasets.base import ClipInfo, DatasetCard
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file, sha256_json, sha256_tree
from evalsuite.miniworld.concepts import CONCEPTS, ESC50_CONCEPTS, Concept
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.audio.clip import Picture
    from evalsuite.miniworld.scenes import Scene
    from evalsuite.miniworld.soundscape import Recording

SAMPLE_RATE = 16_000
FOLDS = 5
CLIPS_PER_FOLD = 8
TAKES_PER_SOURCE = 2
LICENCE = "Apache-2.0 (made by this package)"


def scene_of(concept: Concept, *key: str | int) -> Scene:
    """Return the scene that ``key`` draws for a concept: distance, time and place with equal chances."""
    from evalsuite.miniworld.scenes import DISTANCES, PLACES, TIMES, Scene

    rng = np.random.default_rng(derive_seed(0, "scene", concept.name, *key))
    distance = DISTANCES[int(rng.integers(len(DISTANCES)))]
    time = TIMES[int(rng.integers(len(TIMES)))]
    return Scene((concept.name,), distance, time, PLACES[int(rng.integers(len(PLACES)))])


@dataclass(frozen=True)
class _MiniClip:
    info: ClipInfo
    scene: Scene
    source: str
    take: int


class MiniEsc50:
    """Fifty classes of forty clips in five folds, like ESC-50; two takes come from each recording."""

    def __init__(self, *, root: Path | None = None) -> None:
        if root is not None:
            raise UserError("miniworld_esc50 is synthesised and takes no folder; for recordings use --data esc50=PATH")

    @cached_property
    def card(self) -> DatasetCard:
        """What the data set is."""
        from evalsuite.miniworld.soundscape import code_version

        return DatasetCard(
            name="miniworld_esc50",
            version=code_version()[:12],
            description="Synthesised sounds of the 50 ESC-50 classes from the miniature world, 40 clips of 5 s each.",
            synthetic=True,
            licence=LICENCE,
            citation="evalsuite; classes and layout after Piczak (2015), ESC",
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """The fifty classes in words, in the order of ESC-50's targets."""
        return tuple(concept.label for concept in ESC50_CONCEPTS)

    @cached_property
    def _clips(self) -> dict[str, _MiniClip]:
        return {clip.info.id: clip for clip in _mini_esc50()}

    def manifest(self) -> tuple[ClipInfo, ...]:
        """Return the 2,000 rows. Nothing is synthesised for it."""
        return tuple(clip.info for clip in self._clips.values())

    def load(self, info: ClipInfo) -> Clip:
        """Synthesise one clip."""
        from evalsuite.miniworld.soundscape import Recording

        clip = self._clips[info.id]
        return replace(played(Recording(clip.scene, clip.source, clip.take), label=info.label), id=info.id)

    def scene(self, clip_id: str) -> Scene | None:
        """Return the known truth about a clip, or ``None`` where the clip is not of this data set."""
        clip = self._clips.get(clip_id)
        return clip.scene if clip else None


def _mini_esc50() -> Iterator[_MiniClip]:
    from evalsuite.miniworld.soundscape import Recording

    for target, concept in enumerate(ESC50_CONCEPTS):
        for fold in range(1, FOLDS + 1):
            for number in range(CLIPS_PER_FOLD):
                source = f"esc50/{concept.name}/{fold}/{number // TAKES_PER_SOURCE}"
                take = number % TAKES_PER_SOURCE
                # Takes of one recording were made in one place, at one distance and time.
                scene = scene_of(concept, source)
                info = ClipInfo(
                    id=f"{fold}-{target:02d}{number // TAKES_PER_SOURCE}-{'AB'[take]}-{target}",
                    sha256=Recording(scene, source, take).sha256,
                    label=concept.label,
                    source=source,
                    fold=fold,
                )
                yield _MiniClip(info, scene, source, take)


def recordings_of(draw: str, *, per_concept: int) -> list[Recording]:
    """Return ``per_concept`` recordings of every concept, concept by concept.

    ``draw`` names the draw: recordings of different names are never the same, nor are they those of a data set here.
    """
    from evalsuite.miniworld.soundscape import Recording

    sources = [(concept, f"{draw}/{concept.name}/{number}") for concept in CONCEPTS for number in range(per_concept)]
    return [Recording(scene_of(concept, source), source) for concept, source in sources]


def played(recording: Recording, *, label: str) -> Clip:
    """Synthesise a recording as a clip."""
    from evalsuite.miniworld.soundscape import record

    return Clip(
        id=recording.source,
        waveform=record(recording),
        sample_rate=SAMPLE_RATE,
        sha256=recording.sha256,
        label=label,
    )


class MiniPictures:
    """The drawings that belong to clips: of a mini clip its true scene, of a real recording a scene of its class."""

    @cached_property
    def card(self) -> DatasetCard:
        """What the pictures are."""
        return DatasetCard(
            name="miniworld_pictures",
            version=picture_version()[:12],
            description="Drawings of the class, 64x64, from the miniature world.",
            synthetic=True,
            licence=LICENCE,
        )

    def true_picture(self, info: ClipInfo) -> Picture | None:
        """Return the clip's picture, uint8 (64, 64, 3), or ``None`` for a class that the world does not have."""
        return self._draw(info, "true", known=_esc50().scene(info.id) if info.source.startswith("esc50/") else None)

    def reference_picture(self, info: ClipInfo) -> Picture | None:
        """Return another picture of the clip's class, drawn independently of the clip."""
        return self._draw(info, "reference", known=None)

    def _draw(self, info: ClipInfo, purpose: str, *, known: Scene | None) -> Picture | None:
        from evalsuite.miniworld.scenes import render

        concept = _BY_LABEL.get(info.label)
        if concept is None:
            return None
        return render(known or scene_of(concept, "picture", purpose, info.id))


_BY_LABEL = {concept.label: concept for concept in ESC50_CONCEPTS}


@cache
def _esc50() -> MiniEsc50:
    return MiniEsc50()


@cache
def picture_version() -> str:
    """Return the hash of the code that draws the pictures."""
    here = Path(__file__).parent
    files = [sha256_file(here / name) for name in ("scenes.py", "backgrounds.py", "pen.py", "concepts.py")]
    return sha256_json([*files, sha256_tree(here / "drawings", "*.py")])
