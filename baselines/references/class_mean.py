"""The yardstick: the mean picture of the class."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pydantic import PositiveInt

from baselines.references.examples import Examples
from baselines.settings import Settings, settings_of
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.model import Images
    from evalsuite.profile import Profile

NAME = "class_mean"
VERSION = 1


class ClassMeanSettings(Settings):
    """What the means are taken over."""

    training_set: str
    """Registered name of a data set of videos."""
    clips_per_class: PositiveInt = 10
    """How many clips of each class, with all their frames."""


class ClassMean:
    """Told the class, gives back the pixel-wise mean of its training frames: a blur in the colours of the class.

    It is what a model that minimises squared error over pixels would end at. A class that the training set lacks gets
    the mean over all of them.
    """

    def __init__(self, *, profile: Profile, device: str) -> None:  # noqa: ARG002 - nothing is computed on a device
        self._settings = settings_of(profile, NAME, ClassMeanSettings)
        self._examples = Examples(self._settings.training_set, model=NAME)

    @cached_property
    def card(self) -> ModelCard:
        """See :class:`~evalsuite.model.AudioToImageModel`."""
        return ModelCard(
            name=NAME,
            fingerprint=sha256_json([NAME, VERSION, self._examples.stamp, self._settings.clips_per_class]),
            role="reference",
            bound="yardstick",
            sees=frozenset({"label"}),
            description="The mean picture of the class's training frames; of all frames where the class is new.",
            trained_on=(self._examples.stamp,),
            concepts_met=self._examples.concepts,
        )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:  # noqa: ARG002 - nothing is drawn
        """Return the mean picture of each clip's label, uint8 (B, H, W, 3). Raises ``UserError`` without a label."""
        means, overall = _means(self._settings)
        if any(clip.label is None for clip in clips):
            raise UserError("the mean of a class was asked of a clip without a label")
        return np.stack([means.get(str(clip.label), overall) for clip in clips])


@lru_cache(maxsize=2)
def _means(settings: ClassMeanSettings) -> tuple[Mapping[str, Picture], Picture]:
    """Return the mean picture of each class by its plain name, and the mean of these means."""
    examples = Examples(settings.training_set, model=NAME)
    means = {
        concept: examples.frames(infos).mean(axis=0)
        for concept, infos in examples.of_each_concept(settings.clips_per_class).items()
    }
    overall = np.mean(list(means.values()), axis=0)
    return {concept: _rounded(mean) for concept, mean in means.items()}, _rounded(overall)


def _rounded(mean: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Picture:
    return np.rint(mean).astype(np.uint8)
