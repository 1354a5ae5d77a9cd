"""What the adapters learn from: the clips of the training set, as they are or treated, with words for each.

Without ``control`` every clip is heard as it is and named by its class. With it, x_g is a clip after a transform at one
of its doses, or two clips joined by one, and y_g what the procedural grammar says of it («distant dog», by the plain
name where the class is «dog barking»). The words follow the dose that was measured, not the one asked for: a knock
cannot be made as loud as a siren, and must not be called near because that was wanted. And then nothing is heard as it
is: the level at which a clip was recorded is a dose as well, of which the name of its class says nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from baselines.holdout import held_out_mask
from baselines.trained import concepts_of
from evalsuite.control.prompts import caption, mentioned
from evalsuite.registry import resolve
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from baselines.seeingsounds.settings import Treatment
    from evalsuite.audio.clip import Clip
    from evalsuite.audio.transforms.base import Transform
    from evalsuite.datasets.base import Dataset

KEPT_BYTES = 3 * 2**29
"""Room for sounds that were read and may be joined with others later: of 5,000 clips of 5 s at 16 kHz."""
UNSEEN_PAIRS = 6
"""One pair of classes in so many is never joined in training."""


class Lesson(NamedTuple):
    """A sound and what to make of it."""

    clip: Clip
    words: tuple[str, ...]
    """What it may be called: two that are joined in either order, for a sum has none."""


def is_unseen_pair(first: str, second: str) -> bool:
    """Whether two classes are never joined in training, so that what is drawn of both was composed and not remembered.

    It depends on their plain names alone («dog», not «dog barking»), in whichever order.

    >>> is_unseen_pair("dog", "rain") == is_unseen_pair("rain", "dog")
    True
    """
    return derive_seed(0, "pair", *sorted((first, second))) % UNSEEN_PAIRS == 0


class Curriculum:
    """All lessons that a training set gives."""

    def __init__(self, dataset: Dataset, control: Mapping[str, Treatment], *, seed: int) -> None:
        self._dataset, self._control, self._seed = dataset, control, seed
        self._transforms: dict[str, Transform] = {name: resolve("transforms", name) for name in control}
        self.manifest = dataset.manifest()
        self.held_out = held_out_mask(self.manifest, seed=seed)
        """Which clips are kept out of the training, bool (clips,)."""
        labels = list(dataset.classes)
        self._classes = np.array([labels.index(info.label) for info in self.manifest])
        self._names = concepts_of(dataset)
        self._joinable = _joinable(self._names)
        self._joins = any(transform.sounds > 1 for transform in self._transforms.values())
        self._kept: dict[int, Clip] = {}
        self._room = KEPT_BYTES

    def lessons(self, place: int) -> list[Lesson]:
        """Return the lessons of one clip, by its place in the manifest. Raises ``UserError`` for one that is silent.

        Several threads may ask at once.
        """
        clip = self._clip(place)
        if not self._control:
            return [Lesson(clip, (self.manifest[place].label,))]
        return [
            self._lesson(place, clip, name, version)
            for name, treatment in self._control.items()
            for version in range(treatment.versions)
        ]

    def _lesson(self, place: int, clip: Clip, name: str, version: int) -> Lesson:
        transform = self._transforms[name]
        seed = derive_seed(self._seed, name, self.manifest[place].id, version)
        rng = np.random.default_rng(seed)
        dose = float(rng.choice(self._control[name].doses))
        places = [place] if transform.sounds == 1 else [place, self._other(place, rng)]
        clips = [clip if other == place else self._clip(other) for other in places]
        (treated,) = transform.apply(clips, doses=[dose], seed=seed)
        names = list(dict.fromkeys(self._names[self._classes[other]] for other in places))
        both = len(mentioned(transform.name, treated.dose, names)) == 2
        orders = (names, names[::-1]) if both else (names,)
        words = tuple(caption(transform.name, treated.dose, order) for order in orders)
        return Lesson(replace(clip, waveform=treated.waveform), words)

    def _clip(self, place: int) -> Clip:
        """Return a clip by its place; it is kept, while there is room, for those that are joined with it later."""
        if place in self._kept:
            return self._kept[place]
        clip = self._dataset.load(self.manifest[place])
        if self._joins and clip.waveform.nbytes <= self._room:
            self._kept[place] = clip
            self._room -= clip.waveform.nbytes
        return clip

    def _other(self, place: int, rng: np.random.Generator) -> int:
        """Return a clip that may be joined with this one, or itself where there is none.

        What is held out is joined with what is held out.
        """
        may = self._joinable[self._classes[place], self._classes] & (self.held_out == self.held_out[place])
        return int(rng.choice(np.flatnonzero(may))) if may.any() else place


def _joinable(names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Return which classes may be joined, bool (classes, classes)."""
    return np.array([[one != other and not is_unseen_pair(one, other) for other in names] for one in names], dtype=bool)
