"""The videos that a reference knows: some of every class of a training set, with their frames."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from baselines.trained import concepts_of, stamp_of, training_videos
from evalsuite.datasets.base import by_id
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo


class Examples:
    """The training set of ``model``, by its registered name. Raises ``UserError`` where its clips have no frames."""

    def __init__(self, training_set: str, *, model: str) -> None:
        self._videos = training_videos(training_set, model=model)
        self.stamp = stamp_of(self._videos.card)

    @cached_property
    def concepts(self) -> tuple[str, ...]:
        """The plain names of its classes («crackling fire»)."""
        return concepts_of(self._videos)

    def of_each_concept(self, count: int) -> Mapping[str, Sequence[ClipInfo]]:
        """Return the first ``count`` clips of every class, by its plain name."""
        concept_of = dict(zip(self._videos.classes, self.concepts, strict=True))
        found: dict[str, list[ClipInfo]] = defaultdict(list)
        for info in self._videos.manifest():
            found[concept_of[info.label]].append(info)
        return {concept: infos[:count] for concept, infos in found.items()}

    def load(self, info: ClipInfo) -> Clip:
        """Read the sound of a clip."""
        return self._videos.load(info)

    @cached_property
    def by_id(self) -> dict[str, ClipInfo]:
        """All clips by their ids."""
        return by_id(self._videos.manifest())

    def frames(self, infos: Sequence[ClipInfo]) -> npt.NDArray[np.uint8]:
        """Return the frames of some clips, uint8 (frames, H, W, 3). Raises ``UserError`` where they differ in size."""
        frames: list[Picture] = list(chain.from_iterable(map(self._videos.frames, infos)))
        shapes = {frame.shape for frame in frames}
        if len(shapes) != 1:
            raise UserError(f"the frames of {self.stamp} must be there and of one size, found {sorted(shapes)}")
        return np.stack(frames)
