"""SeeingSounds trained in seconds: its own training, on a few plain videos, for as many steps as are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from baselines.seeingsounds.model import SeeingSounds
from evalsuite.miniworld.concepts import TRAINING_CONCEPTS
from evalsuite.miniworld.videos import MiniVideos
from evalsuite.profile import load_profile
from evalsuite.resources import locate

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.datasets.base import ClipInfo

CLASSES = (
    "chainsaw",
    "clock tick",
    "crackling fire",
    "crying baby",
    "dog",
    "helicopter",
    "rain",
    "rooster",
    "sea waves",
)
"""Those of ESC-10 that the training set has."""
SHIPPED = "adapters: mini:seeingsounds"


class FewVideos(MiniVideos):
    """Twenty videos of each of :data:`CLASSES`."""

    clips_per_class = 20

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(concept.video_label for concept in TRAINING_CONCEPTS if concept.label in CLASSES)

    def manifest(self) -> tuple[ClipInfo, ...]:
        return tuple(info for info in super().manifest() if info.label in self.classes)


def trained(folder: Path, *, steps: int) -> Path:
    """Train adapters for so many steps into ``folder`` and return a copy of the mini profile that names them."""
    from baselines.seeingsounds.training import SCHEDULE

    model = SeeingSounds(profile=load_profile("mini"), device="cpu")
    plain = {"training_set": f"{__name__}:{FewVideos.__name__}", "control": {}}
    model.settings = model.settings.model_copy(update=plain)
    model.train(folder, seed=0, schedule=replace(SCHEDULE, steps=steps, warmup=10))
    profile = folder / "mini.yaml"
    text = locate("protocols/profiles/mini.yaml").read_text()
    assert SHIPPED in text
    profile.write_text(text.replace(SHIPPED, f"adapters: {folder}"))
    return profile
