"""The truth about treated sounds: the scene that a sound would come from, had nobody treated it.

The words of the procedural grammar decide it: what is called distant is drawn far away. What the world's pictures
do not show, as pitch, leaves the scene as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evalsuite.control.prompts import DISTANT, LABEL, NEAR, PLAIN, WORDS, mentioned
from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.scenes import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN: dict[str, dict[str, Any]] = {
    DISTANT: {"distance": "far"},
    NEAR: {"distance": "near"},
    f"{LABEL} in a hall": {"place": "hall"},
}
"""What a wording changes of a scene."""
_PLACES = {concept.name: place for place, concept in enumerate(CONCEPTS)}


def treated_scene(scenes: Sequence[Scene], *, transform: str, dose: float, wording: str) -> Scene:
    """Return what is to be seen of the one or two ``scenes`` whose sounds were treated.

    Two that both can be heard stand side by side at middle distance, by day in a field, as all pairs do that captions
    leave unsaid.
    """
    heard = mentioned(transform, dose, scenes)
    if len(heard) == 2:
        return Scene(tuple(sorted((scene.concepts[0] for scene in heard), key=_PLACES.__getitem__)))
    if wording == PLAIN and any(words in SHOWN and "distance" in SHOWN[words] for words in WORDS.get(transform, {})):
        return replace(heard[0], distance="mid")  # neither near nor far, whatever the recording came with
    return replace(heard[0], **SHOWN.get(wording, {}))
