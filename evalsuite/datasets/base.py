"""What a data set offers: a manifest that is cheap to read, and clips one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip, Picture


class DatasetCard(BaseModel):
    """What a data set is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """The name protocols use."""
    version: str
    """Changes with the content."""
    description: str = ""
    """One sentence for the report."""
    synthetic: bool = False
    """True where the clips were synthesised rather than recorded."""
    licence: str = ""
    """Licence of the clips."""
    citation: str = ""
    """Who made it."""


class ClipInfo(BaseModel):
    """One row of a manifest: all that is known of a clip without reading its sound."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Unique within the data set."""
    sha256: str
    """Hash of the file, or of the recipe of a synthesised clip."""
    label: str
    """The true class in words, one of the data set's classes."""
    source: str
    """The recording the clip was cut from. Clips of one recording are not independent: intervals cluster by it."""
    fold: int
    """The official fold, from 1."""


@runtime_checkable
class Dataset(Protocol):
    """A set of labelled clips."""

    @property
    def card(self) -> DatasetCard:
        """What the data set is."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in words, in the order of the official target numbers."""
        ...

    def manifest(self) -> tuple[ClipInfo, ...]:
        """Return one row per clip, in a fixed order, having checked that every clip's file is there and readable.

        Raises ``UserError`` naming the file at fault.
        """
        ...

    def load(self, info: ClipInfo) -> Clip:
        """Read or synthesise one clip, with its label and without a picture. Raises ``UserError``."""
        ...


@runtime_checkable
class WordsConcepts(Protocol):
    """A data set that words its classes in its own way and knows their plain names."""

    @property
    def plain_names(self) -> dict[str, str]:
        """The plain name of every class («dog barking» → «dog»): by these, data sets are compared."""
        ...


@runtime_checkable
class ShowsFrames(Protocol):
    """A data set of videos: what was in sight while a clip sounded."""

    def frames(self, info: ClipInfo) -> Sequence[Picture]:
        """Return the clip's frames, each uint8 (H, W, 3). Not every frame need show what sounds."""
        ...


@runtime_checkable
class PictureSource(Protocol):
    """Where real pictures come from: they show what a perfect system might draw and what distances refer to."""

    @property
    def card(self) -> DatasetCard:
        """What the pictures are."""
        ...

    def true_picture(self, info: ClipInfo) -> Picture | None:
        """Return the real picture of one clip, uint8 (H, W, 3), or ``None`` where there is none."""
        ...

    def reference_picture(self, info: ClipInfo) -> Picture | None:
        """Return a second picture of the same class, drawn independently of the clip, for the reference set."""
        ...


class DatasetFactory(Protocol):
    """What the entry points of the group ``evalsuite.datasets`` name."""

    def __call__(self, *, root: Path | None) -> Dataset:
        """Open the data set at the folder ``root`` (``None`` for one that needs no files). Raises ``UserError``."""
        ...


class PictureSourceFactory(Protocol):
    """What the entry points of the group ``evalsuite.pictures`` name."""

    def __call__(self) -> PictureSource:
        """Open the source of pictures."""
        ...


def by_id(manifest: Sequence[ClipInfo]) -> dict[str, ClipInfo]:
    """Index a manifest by clip id."""
    return {info.id: info for info in manifest}
