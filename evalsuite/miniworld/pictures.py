"""The drawings that belong to clips, and the version of everything that draws."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from evalsuite.control.steps import StepInfo
from evalsuite.datasets.base import ClipInfo, DatasetCard
from evalsuite.hashing import sha256_file, sha256_json, sha256_tree
from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.dataset import (
    LICENCE,
    MiniDataset,
    MiniEsc50,
    MiniLandscape,
    MiniRavdess,
    MiniVegas,
    MiniVggSound50,
    scene_of,
)

if TYPE_CHECKING:
    from evalsuite.audio.clip import Picture
    from evalsuite.miniworld.scenes import Scene


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
        if isinstance(info, StepInfo):
            from evalsuite.miniworld.treated import treated_scene

            scenes = [scene for clip in info.clips if (scene := _true_scene(clip))]
            if len(scenes) < len(info.clips):
                return None
            return _drawn(treated_scene(scenes, transform=info.transform, dose=info.dose, wording=info.wording))
        return _drawn(_true_scene(info))

    def reference_picture(self, info: ClipInfo) -> Picture | None:
        """Return another picture of the clip's class, drawn independently of the clip."""
        return _drawn(_another_scene(info, "reference"))


_BY_LABEL = {wording: concept for concept in CONCEPTS for wording in (concept.label, *concept.classes.values())}
_DATASETS: dict[str, type[MiniDataset]] = {
    dataset.of: dataset for dataset in (MiniEsc50, MiniVegas, MiniVggSound50, MiniLandscape, MiniRavdess)
}
"""By what the sources of their clips begin with."""


@cache
def _opened(prefix: str) -> MiniDataset:
    return _DATASETS[prefix]()


def _dataset_of(info: ClipInfo) -> MiniDataset | None:
    """Return the data set of a clip of the miniature world, ``None`` for a recording."""
    prefix = info.source.partition("/")[0]
    return _opened(prefix) if prefix in _DATASETS else None


def _true_scene(info: ClipInfo) -> Scene | None:
    """Return the scene of a clip, of a recording one of its class; ``None`` for an unknown class."""
    dataset = _dataset_of(info)
    known = dataset.scene(info.id) if dataset else None
    return known or _another_scene(info, "true")


def _another_scene(info: ClipInfo, purpose: str) -> Scene | None:
    """Return a scene of the clip's class that does not follow from the clip; ``None`` for an unknown class."""
    concept = _BY_LABEL.get(info.label)
    if concept is None:
        return None
    dataset = _dataset_of(info)
    return (dataset.another_scene if dataset else scene_of)(concept, "picture", purpose, info.id)


def _drawn(scene: Scene | None) -> Picture | None:
    from evalsuite.miniworld.scenes import render

    return None if scene is None else render(scene)


@cache
def picture_version() -> str:
    """Return the hash of the code that draws the pictures."""
    here = Path(__file__).parent
    files = [
        sha256_file(here / name)
        for name in ("scenes.py", "backgrounds.py", "pen.py", "concepts.py", "dataset.py", "pictures.py", "treated.py")
    ]
    words = sha256_file(here.parent / "control" / "prompts.py")  # they decide what a treated sound shows
    return sha256_json([*files, words, sha256_tree(here / "drawings", "*.py")])
