"""What an encoder offers: media in, features out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Prepare = Callable[[Any], Any]
    """Makes of one medium what a network takes of it. Two that compare equal do the same; it is called in threads."""

Features = npt.NDArray[np.float32]
Modality = Literal["image", "text", "audio", "head", "segment"]
"""What a tower reads: pictures, strings, clips; a head reads the features of the same encoder's image tower and gives
the logits of its classes, so that class probabilities cost no second look at a picture; a segment is a picture and a
phrase, and the tower says how much of the picture shows what the phrase names."""


@runtime_checkable
class FeatureExtractor(Protocol):
    """Turns one kind of media into vectors. In eval mode always: a row does not depend on its batch."""

    @property
    def name(self) -> str:
        """The short name used in passports («clip-mini»)."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and of the preprocessing. Reading it must not load the weights."""
        ...

    @property
    def modality(self) -> Modality:
        """Which media it reads."""
        ...

    @property
    def dim(self) -> int:
        """Length of a feature vector."""
        ...

    def embed(self, batch: Sequence[Any]) -> Features:
        """Return float32 features of shape (len(batch), dim), not normalised.

        ``batch`` holds uint8 pictures (H, W, 3), strings, :class:`~evalsuite.audio.clip.Clip` objects, feature
        vectors (d,) or tuples of a picture and a string, by modality.
        """
        ...


@runtime_checkable
class PreparesMedia(Protocol):
    """What an extractor may offer besides: its work on single media, resizing above all, apart from its network.

    That work can then run ahead in threads while the network computes, and is done once for all extractors that
    prepare media alike. ``embed(batch)`` is ``encode`` of the prepared media.
    """

    def open_preparation(self) -> Prepare:
        """Return what is done to one medium; may load the weights."""
        ...

    def encode(self, prepared: Sequence[Any], /) -> Features:
        """Return float32 features of shape (len(prepared), dim) of at least one prepared medium."""
        ...


class EncoderFactory(Protocol):
    """What the entry points of the group ``evalsuite.encoders`` name."""

    def __call__(self, *, weights: Path | str, device: str, **options: Any) -> Mapping[Modality, FeatureExtractor]:
        """Open the encoder's towers. Features of towers opened together live in one space.

        ``weights`` is a folder, a file, or whatever name the encoder's library knows; loading waits for first use.
        A factory of what needs no weights takes none.
        ``options`` are those of the profile's binding («resize: tf1»); a factory takes what it knows by keyword.
        """
        ...
