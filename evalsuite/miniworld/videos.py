"""The training set of the baselines: videos of the miniature world, sounds with frames."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.datasets.base import ClipInfo, DatasetCard
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json
from evalsuite.miniworld.concepts import TRAINING_CONCEPTS
from evalsuite.miniworld.dataset import LICENCE, played, scene_of
from evalsuite.miniworld.pictures import picture_version
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.miniworld.scenes import Scene
    from evalsuite.miniworld.soundscape import Recording

FRAMES = 8
SOURCE_IN_SIGHT = 0.5
"""Share of the frames that show what sounds."""


class MiniVideos:
    """The training set of the baselines: videos, labelled as a video data set labels them.

    It has every concept but ten of ESC-50's, and shares no recording with what is evaluated.
    As in real videos, the source is in sight in some frames only: the others show another thing or the empty place.
    """

    name = "miniworld_videos"
    clips_per_class = 40

    def __init__(self, *, root: Path | None = None) -> None:
        if root is not None:
            raise UserError(f"{self.name} is synthesised and takes no folder")

    @cached_property
    def card(self) -> DatasetCard:
        """What the data set is."""
        from evalsuite.miniworld.soundscape import code_version

        return DatasetCard(
            name=self.name,
            version=sha256_json([code_version(), picture_version(), FRAMES, SOURCE_IN_SIGHT])[:SHORT],
            description="Synthesised sounds and drawn frames of 96 concepts, worded like a video data set's labels.",
            synthetic=True,
            licence=LICENCE,
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels («dog barking»)."""
        return tuple(concept.video_label for concept in TRAINING_CONCEPTS)

    @property
    def plain_names(self) -> dict[str, str]:
        """The plain name of every label («dog»)."""
        return {concept.video_label: concept.label for concept in TRAINING_CONCEPTS}

    @cached_property
    def _recordings(self) -> dict[str, Recording]:
        from evalsuite.miniworld.soundscape import Recording

        sources = {
            f"videos/{concept.name}/{number}": concept
            for concept in TRAINING_CONCEPTS
            for number in range(self.clips_per_class)
        }
        return {source: Recording(scene_of(concept, source), source) for source, concept in sources.items()}

    def manifest(self) -> tuple[ClipInfo, ...]:
        """Return one row per clip. Nothing is synthesised for it."""
        labels = {concept.name: concept.video_label for concept in TRAINING_CONCEPTS}
        return tuple(
            ClipInfo(id=source, sha256=made.sha256, label=labels[made.scene.concepts[0]], source=source, fold=1)
            for source, made in self._recordings.items()
        )

    def load(self, info: ClipInfo) -> Clip:
        """Synthesise one clip."""
        return played(self._recordings[info.id], label=info.label)

    def frames(self, info: ClipInfo) -> list[Picture]:
        """Return the clip's frames, each uint8 (64, 64, 3)."""
        from evalsuite.miniworld.scenes import render

        return [render(scene) for scene in self.frame_scenes(info)]

    def frame_scenes(self, info: ClipInfo) -> list[Scene]:
        """Return what each frame shows: the known truth that frame selection is measured against."""
        scene = self._recordings[info.id].scene
        rng = np.random.default_rng(derive_seed(0, "frames", info.id))
        return [_seen(scene, rng) for _ in range(FRAMES)]

    def shows_source(self, info: ClipInfo) -> list[bool]:
        """Return for each frame whether it shows what sounds."""
        return [seen.concepts == self._recordings[info.id].scene.concepts for seen in self.frame_scenes(info)]


class ManyMiniVideos(MiniVideos):
    """Four times as many of the same draw; the first forty of each class are those of :class:`MiniVideos`.

    Two sounds at once are told apart by their kind only where a kind was met in many recordings: docs/baselines.md.
    """

    name = "miniworld_many_videos"
    clips_per_class = 160


def _seen(scene: Scene, rng: np.random.Generator) -> Scene:
    """Return the scene itself, or where the camera looks in its place."""
    if rng.random() < SOURCE_IN_SIGHT:
        return scene
    other = TRAINING_CONCEPTS[int(rng.integers(len(TRAINING_CONCEPTS)))].name
    return replace(scene, concepts=(other,) if rng.random() < 0.5 else ())
