"""The shared model interface: what a system must offer to be measured.

A model is any object with a ``card`` and a ``generate`` method; no base class is needed. In full::

    class MyModel:
        card = ModelCard(name="mine", fingerprint="v1")

        def generate(self, clips, *, seeds):
            return np.stack([draw(clip.waveform, seed) for clip, seed in zip(clips, seeds)])

and then ``evalsuite run PROTOCOL --models my_package.my_module:MyModel``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from evalsuite.audio.clip import Sense

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.profile import Profile

Images = npt.NDArray[np.uint8]


class ModelCard(BaseModel):
    """What a model is, for caches, reports and the contamination ledger."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """The name shown in reports."""
    fingerprint: str
    """Changes whenever the pictures might: a hash of the weights and of the version of the code."""
    role: Literal["system", "reference"] = "system"
    """A system is compared; a reference (floor, ceiling, control) says what the scores mean."""
    bound: Literal["ceiling", "floor", "yardstick"] | None = None
    """What a reference marks: what is scored with the answer at hand, what is scored without the right sound, neither
    («what would copying score?»). ``None`` for a system."""
    sees: frozenset[Sense] = frozenset({"audio"})
    """What of a clip the model is shown. Systems see the audio alone, or are told besides what was done to it
    («control»)."""
    description: str = ""
    """One sentence for the report."""
    trained_on: tuple[str, ...] | None = None
    """Names of the data sets the trainable parts were fitted to, «name» or «name@version»; empty where nothing was
    trained, ``None`` where it is not told."""
    concepts_met: tuple[str, ...] | None = None
    """Plain names of the classes met in training («crackling fire»); ``None`` where unknown or untrained."""
    encoders: tuple[str, ...] = ()
    """Encoders the model was trained or guided with. A scorer among them makes its score suspect."""
    sample_rate: int | None = None
    """Native sample rate in Hz; ``None`` where any will do."""
    image_size: int | None = None
    """Side of the pictures in pixels; ``None`` where it varies."""
    licence: str = ""
    """Licence of the weights."""
    citation: str = ""
    """Where the model is described."""


@runtime_checkable
class AudioToImageModel(Protocol):
    """The one interface every system and every reference implements."""

    @property
    def card(self) -> ModelCard:
        """What the model is. Reading it must be cheap: it may not load weights."""
        ...

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        """Return one picture per clip, uint8 of shape (len(clips), H, W, 3).

        A clip's picture depends on that clip, its seed and the model's fingerprint: not on the batch it was in, nor
        on the order. ``seeds`` holds one integer in [0, 2**63) per clip.
        """
        ...


@runtime_checkable
class DrawnElsewhere(Protocol):
    """A system whose pictures are there already, of whatever sizes: they are looked up by clip, none is drawn."""

    @property
    def card(self) -> ModelCard:
        """What the system is."""
        ...

    def picture_key(self, clip_id: str) -> str:
        """Name the content of a clip's picture, as the store knows it."""
        ...

    def picture(self, clip_id: str) -> Picture:
        """Read a clip's picture, uint8 (H, W, 3)."""
        ...


AnyModel = AudioToImageModel | DrawnElsewhere
"""What a run measures."""


@runtime_checkable
class HearsAnotherClip(Protocol):
    """A reference that is given another clip's sound than the one it is scored on."""

    def heard_instead(self, clip_ids: Sequence[str], *, seed: int) -> dict[str, str]:
        """Return, for every clip id, the id of the clip to be heard in its place."""
        ...


@runtime_checkable
class Trainable(Protocol):
    """A model whose trainable parts the suite can train."""

    def train(self, output: Path, *, seed: int) -> ModelCard:
        """Train, write the trained parts and their card into ``output``, and return the card.

        Trains on the profile's training data only, never on anything a protocol evaluates.
        """
        ...


class ModelFactory(Protocol):
    """What the entry points of the group ``evalsuite.models`` name."""

    def __call__(self, *, profile: Profile, device: str) -> AudioToImageModel:
        """Return the model with the profile's backbones, on ``device`` («cpu», «cuda», «cuda:1»)."""
        ...
