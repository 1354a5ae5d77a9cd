"""The defects: what may be wrong with pictures, and at which strengths it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.calibration import damage, pairing
from evalsuite.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evalsuite.audio.clip import Picture
    from evalsuite.calibration.draws import Rows
    from evalsuite.metrics.base import IntArray


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One kind of damage."""

    name: str
    meaning: str
    """What is done, in one sentence."""
    unit: str
    """What the strength counts."""
    strengths: tuple[float, ...]
    """Rising; 0, undamaged, goes without saying."""


@dataclass(frozen=True, kw_only=True)
class Spoiling(Defect):
    """Damage to each picture."""

    spoil: Callable[[Picture, float, int], Picture]
    """From a picture, a strength and a seed to the damaged picture."""
    version: int = 1
    """Rises when the damaged pictures change: features are kept by it."""


@dataclass(frozen=True, kw_only=True)
class Misplacing(Defect):
    """Damage to which picture is shown for which clip."""

    shown: Callable[[IntArray, float, int], Rows]
    """From the clips' classes (n,), a strength and a seed to the row of the picture shown for each, (n,)."""


SHARES = (0.1, 0.2, 0.4, 0.6, 0.8)
DEFECTS: tuple[Spoiling | Misplacing, ...] = (
    Spoiling(
        name="blur",
        meaning="Every picture is blurred.",
        unit="standard deviation, share of the side",
        strengths=(0.0075, 0.015, 0.025, 0.04, 0.065),
        spoil=damage.blur,
    ),
    Spoiling(
        name="jpeg",
        meaning="Every picture is compressed as JPEG.",
        unit="share of the quality lost",
        strengths=(0.2, 0.5, 0.75, 0.9, 0.95),
        spoil=damage.jpeg,
    ),
    Spoiling(
        name="noise",
        meaning="Noise is added to every picture.",
        unit="standard deviation, share of the range",
        strengths=(0.025, 0.05, 0.1, 0.2, 0.4),
        spoil=damage.noise,
    ),
    Spoiling(
        name="grey",
        meaning="Every picture loses colour.",
        unit="share of the colour lost",
        strengths=(0.2, 0.4, 0.6, 0.8, 1.0),
        spoil=damage.grey,
    ),
    Misplacing(
        name="dropped_classes",
        meaning="Some classes are never drawn; their clips get good pictures of other classes.",
        unit="share of the classes",
        strengths=SHARES,
        shown=pairing.drop_classes,
    ),
    Misplacing(
        name="swapped_labels",
        meaning="Some clips get one another's pictures, of another class; the set of pictures stays as it is.",
        unit="share of the clips",
        strengths=SHARES,
        shown=pairing.swap_labels,
    ),
    Misplacing(
        name="duplicates",
        meaning="Few of each class's pictures are drawn, and these for all its clips.",
        unit="share of the pictures that are repeats",
        strengths=(0.2, 0.4, 0.6, 0.8, 0.95),
        shown=pairing.repeat,
    ),
)
"""In the order of the figure."""

FEWER_SAMPLES = Defect(
    name="fewer_samples",
    meaning="Nothing is wrong with the pictures, but there are few of them.",
    unit="clips",
    strengths=(50, 100, 200, 500, 1000, 2000),
)
"""No damage: what it shows is the fault of the metric. Numbers of clips, as far as there are so many."""
YARDSTICK = ("dropped_classes", 0.2)
"""What the errors of few clips are held against: every fifth class is never drawn, which no reader wants to miss."""


def choose(names: Sequence[str]) -> tuple[Defect, ...]:
    """Return the defects of these names, all where none is given; with fewer samples comes their yardstick.

    Raises ``UserError`` with the nearest name where one is unknown.
    """
    known: dict[str, Defect] = {defect.name: defect for defect in (*DEFECTS, FEWER_SAMPLES)}
    for name in names:
        if name not in known:
            raise UserError(f"unknown defect {name!r}{did_you_mean(name, known)}")
    wanted = {*names, YARDSTICK[0]} if FEWER_SAMPLES.name in names else {*names} or known.keys()
    return tuple(defect for name, defect in known.items() if name in wanted)
