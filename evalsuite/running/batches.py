"""Cutting a sequence into batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH = 64
"""How many pictures are made, or media embedded, at once; an interrupt loses at most so many."""

Item = TypeVar("Item")


def batches(items: Sequence[Item], *, size: int = BATCH) -> Iterator[Sequence[Item]]:
    """Cut ``items`` into runs of ``size``; the last may be shorter.

    >>> list(batches("abcde", size=2))
    ['ab', 'cd', 'e']
    """
    for start in range(0, len(items), size):
        yield items[start : start + size]
