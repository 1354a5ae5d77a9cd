"""The drawings: one small function per concept, gathered by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.drawings import animals, indoors, nature, outdoors, people

if TYPE_CHECKING:
    from evalsuite.miniworld.pen import Drawing

_ROOMS = (animals, people, nature, indoors, outdoors)

DRAWINGS: dict[str, Drawing] = {
    concept.name: next(getattr(room, concept.name) for room in _ROOMS if hasattr(room, concept.name))
    for concept in CONCEPTS
}
"""The drawing of every concept."""
