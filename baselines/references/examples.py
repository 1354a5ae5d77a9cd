"""The videos that a reference knows: some of every class of a training set, with their frames."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.datasets.base import Dataset, ShowsFrames, WordsConcepts, by_id
from evalsuite.errors import UserError
from evalsuite.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo


class Examples:
    """A training set of videos, by its registered name. Raises ``UserError`` where its clips have no frames."""

    def __init__(self, training_set: str) -> None:
        dataset: Dataset = resolve("datasets", training_set)(root=None)
        if not isinstance(dataset, ShowsFrames):
            raise UserError(f"training set {training_set!r} has sounds alone: name one of videos, with `frames`")
        self._dataset: Dataset = dataset
        self._videos: ShowsFrames = dataset
        self.stamp = f"{dataset.card.name}@{dataset.card.version}"

    @cached_property
    def concepts(self) -> tuple[str, ...]:
        """The plain names of its classes («crackling fire»)."""
        return tuple(map(self._plain_name, self._dataset.classes))

    def of_each_concept(self, count: int) -> Mapping[str, Sequence[ClipInfo]]:
        """Return the first ``count`` clips of every class, by its plain name."""
        found: dict[str, list[ClipInfo]] = defaultdict(list)
        for info in self._dataset.manifest():
            found[self._plain_name(info.label)].append(info)
        return {concept: infos[:count] for concept, infos in found.items()}

    def load(self, info: ClipInfo) -> Clip:
        """Read the sound of a clip."""
        return self._dataset.load(info)

    @cached_property
    def by_id(self) -> dict[str, ClipInfo]:
        """All clips by their ids."""
        return by_id(self._dataset.manifest())

    def frames(self, infos: Sequence[ClipInfo]) -> npt.NDArray[np.uint8]:
        """Return the frames of some clips, uint8 (frames, H, W, 3). Raises ``UserError`` where they differ in size."""
        frames: list[Picture] = list(chain.from_iterable(map(self._videos.frames, infos)))
        shapes = {frame.shape for frame in frames}
        if len(shapes) != 1:
            raise UserError(f"the frames of {self.stamp} must be there and of one size, found {sorted(shapes)}")
        return np.stack(frames)

    def _plain_name(self, label: str) -> str:
        return self._plain_names.get(label, label)

    @cached_property
    def _plain_names(self) -> dict[str, str]:
        return self._dataset.plain_names if isinstance(self._dataset, WordsConcepts) else {}
