"""What a frozen network made of the sounds it heard: remembered while there is room."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from evalsuite.hashing import sha256_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from evalsuite.audio.clip import Clip


class Weighty(Protocol):
    """An array or a tensor."""

    @property
    def nbytes(self) -> int:
        """Bytes of its content."""
        ...


Item = TypeVar("Item", bound=tuple[Weighty, ...])


class Memory(Generic[Item]):
    """Tuples of arrays by name, of at most ``room`` bytes together: what was not asked for the longest is forgotten."""

    def __init__(self, *, room: int) -> None:
        self._room = room
        self._used = 0
        self._items: OrderedDict[str, Item] = OrderedDict()

    def recall(self, keys: Sequence[str], *, make: Callable[[list[int]], Iterable[Item]]) -> list[Item]:
        """Return the items of ``keys`` in order.

        ``make`` is called once at most, with a place in ``keys`` of each item that is not known, and gives these items.
        """
        known = {key: self._items[key] for key in keys if key in self._items}
        places = {key: place for place, key in enumerate(keys) if key not in known}
        if places:
            known |= zip(places, make(list(places.values())), strict=True)
        self.keep(known)
        return [known[key] for key in keys]

    def keep(self, items: Mapping[str, Item]) -> None:
        """Remember ``items`` as the latest asked for."""
        for key, item in items.items():
            self._used -= _weight(self._items.pop(key, ()))
            self._items[key] = item
            self._used += _weight(item)
        while self._used > self._room:
            self._used -= _weight(self._items.popitem(last=False)[1])


def _weight(item: tuple[Weighty, ...]) -> int:
    return sum(part.nbytes for part in item)


def sound_key(clip: Clip) -> str:
    """Name a sound by its samples: a control may change them and keep the clip's own hash."""
    return sha256_bytes(clip.waveform.tobytes() + str(clip.sample_rate).encode())
