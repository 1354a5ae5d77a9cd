"""The procedural grammar: from what was done to a sound to the words for what it then shows.

========================  =====================================  ========================
transform                 dose                                   words
========================  =====================================  ========================
``volume``                below -30 LUFS                         distant dog
..                        from -22 LUFS                          dog close up
``distance``              at most 2 m                            dog close up
..                        from 16 m                              distant dog
``reverb``                an RT60 of 1 s or more                 dog in a hall
``pitch``                 lower by 4 semitones or more           low-pitched dog
..                        higher by 4 semitones or more          high-pitched dog
``mixing``                the first louder by 10 LU or more      dog
..                        the second louder by 10 LU or more     rain
``interpolation``         t below 0.25                           dog
..                        t above 0.75                           rain
any other dose            one sound                              dog
..                        two sounds                             dog and rain
========================  =====================================  ========================

The table is the suite's own: the papers tell of such prompts («a distant thunder»), their tables of words are not
known. A transform that it does not know has plain words; a package that brings one may enter it into :data:`WORDS` or
:data:`MENTIONED`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
LABEL = "{label}"
"""Stands for the class in a wording."""
PLAIN = LABEL
DISTANT = f"distant {LABEL}"
NEAR = f"{LABEL} close up"

WORDS: dict[str, dict[str, Callable[[float], bool]]] = {
    "volume": {DISTANT: lambda lufs: lufs < -30, NEAR: lambda lufs: lufs >= -22},
    "distance": {NEAR: lambda metres: metres <= 2, DISTANT: lambda metres: metres >= 16},
    "reverb": {f"{LABEL} in a hall": lambda seconds: seconds >= 1},
    "pitch": {
        f"low-pitched {LABEL}": lambda semitones: semitones <= -4,
        f"high-pitched {LABEL}": lambda semitones: semitones >= 4,
    },
}
"""By transform, the wordings it has and the doses of each; at any other dose the words are plain."""

MENTIONED: dict[str, tuple[Callable[[float], bool], Callable[[float], bool]]] = {
    "mixing": (lambda louder: louder > -10, lambda louder: louder < 10),
    "interpolation": (lambda share: share <= 0.75, lambda share: share >= 0.25),
}
"""By transform of two sounds, at which doses the first is mentioned and at which the second."""


def wording(transform: str, dose: float) -> str:
    """Return the words for a dose alone, «{label}» standing for the class.

    >>> wording("volume", -40), wording("volume", -26), wording("volume", -16)
    ('distant {label}', '{label}', '{label} close up')
    >>> wording("noise", 0)
    '{label}'
    """
    rules = WORDS.get(transform, {})
    return next((words for words, holds in rules.items() if holds(dose)), PLAIN)


def caption(transform: str, dose: float, labels: Sequence[str]) -> str:
    """Return what a sound of one class, or a join of two, shows at a dose.

    Two are named in the order given.

    >>> caption("volume", -40, ["dog"])
    'distant dog'
    >>> caption("mixing", 0, ["dog", "rain"]), caption("mixing", 12, ["dog", "rain"])
    ('dog and rain', 'dog')
    """
    return wording(transform, dose).replace(LABEL, " and ".join(mentioned(transform, dose, labels)))


def mentioned(transform: str, dose: float, things: Sequence[T]) -> list[T]:
    """Return those of one or two ``things`` that are named at a dose, in the order given.

    >>> mentioned("mixing", -12, ["dog", "rain"])
    ['rain']
    """
    heard = MENTIONED.get(transform) if len(things) == 2 else None
    return [thing for thing, holds in zip(things, heard, strict=True) if holds(dose)] if heard else list(things)
