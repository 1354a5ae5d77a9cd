"""A pool: pictures alone or sounds alone, from which pairs are made by retrieval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from evalsuite.datasets.base import DatasetCard

Holding = Literal["pictures", "sounds"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolItem:
    """One picture or one sound of a pool; plain and small, because pools hold a million of them."""

    id: str
    """Unique within the pool."""
    sha256: str
    """Hash of the file, or of the recipe of what is drawn or synthesised."""
    source: str
    """What the item was taken from, such as a video. A picture and a sound of one source are never paired."""
    label: str | None = None
    """What it truly shows or sounds like, in plain words, for measuring alone; ``None`` where nobody knows."""


@runtime_checkable
class Pool(Protocol):
    """A set of pictures, or a set of sounds."""

    @property
    def card(self) -> DatasetCard:
        """What the pool is."""
        ...

    @property
    def holds(self) -> Holding:
        """Which of the two it is a set of."""
        ...

    def items(self) -> tuple[PoolItem, ...]:
        """Return one item per picture or sound, in a fixed order, without decoding any. Raises ``UserError``."""
        ...

    def load(self, item: PoolItem) -> Any:
        """Return the picture, uint8 (H, W, 3), or the :class:`~evalsuite.audio.clip.Clip`, without its label.

        Raises ``UserError`` naming a file that cannot be read.
        """
        ...


class PoolFactory(Protocol):
    """What the entry points of the group ``evalsuite.pools`` name."""

    def __call__(self) -> Pool:
        """Open the pool."""
        ...
