"""Verdicts: from curves to what a reader should know before believing a metric."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from evalsuite.calibration_record import References, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from evalsuite.calibration_record import Curve, SizeCurve

Mistake = Literal["blind", "wrong way"]
AS_IN_A_RUN: References = "all"
WORDS: dict[Mistake, str] = {"blind": "does not see {}", "wrong way": "takes some {} for an improvement"}
CLEARLY = 2
"""Another metric is worth reading instead where it holds from so many times fewer clips."""


def verdicts(
    curves: Sequence[Curve], sizes: Sequence[SizeCurve], *, alternatives: Mapping[str, str], flattered: Collection[str]
) -> tuple[Verdict, ...]:
    """Return what follows from the curves.

    ``alternatives`` names for some metrics the one meant for few clips. ``flattered`` names the metrics that compare a
    picture with the clip's real one: here that is the same picture, so that they see any damage, and none is advised.
    """
    in_a_run = {size.metric: size for size in sizes if size.references == AS_IN_A_RUN}
    too_few = [_too_few(size, in_a_run.get(alternatives.get(metric, ""))) for metric, size in in_a_run.items()]
    found = [verdict for verdict in too_few if verdict]
    for kind in WORDS:
        for metric in dict.fromkeys(curve.metric for curve in curves if curve.reading == kind):
            defects = tuple(curve.defect for curve in curves if (curve.metric, curve.reading) == (metric, kind))
            seeing = [curve for curve in curves if curve.defect in defects and curve.metric not in flattered]
            found.append(_mistaken(metric, kind, defects, instead=_sees_all(seeing, defects)))
    return tuple(found)


def _too_few(size: SizeCurve, other: SizeCurve | None) -> Verdict | None:
    """Return the verdict on a metric that few clips of a perfect system move by more than the true defect does."""
    below = _unreadable_below(size)
    if below is None:
        return None
    instead = other.metric if other and _holds_from(other) <= below / CLEARLY else None
    advice = f": read {instead}, which holds from {_holds_from(other):,.0f}" if instead else ""
    per_dimension = round(below / size.dimensions, 2) if size.dimensions else None
    features = f" ({per_dimension:.1f} per feature)" if per_dimension else ""
    return Verdict(
        kind="too few clips",
        metric=size.metric,
        instead=instead,
        below_n=below,
        below_n_per_dimension=per_dimension,
        sentence=f"Under {below:,} clips{features}, {size.metric} of a perfect system is off by more than never drawing"
        f" every fifth class would change it{advice}.",
    )


def _mistaken(metric: str, kind: Mistake, defects: tuple[str, ...], *, instead: str | None) -> Verdict:
    advice = f": read {instead} beside it" if instead else ""
    sentence = f"{metric} {WORDS[kind].format(_listed(defects))}{advice}."
    return Verdict(kind=kind, metric=metric, defects=defects, instead=instead, sentence=sentence)


def _sees_all(curves: Sequence[Curve], defects: Sequence[str]) -> str | None:
    """Return the metric that all of the ``defects`` make steadily worse, the one whose least harm is the greatest."""
    seen: dict[str, list[float]] = {}
    for curve in curves:
        if curve.reading == "monotone" and curve.harm is not None:
            seen.setdefault(curve.metric, []).append(curve.harm)
    full = {metric: min(harms) for metric, harms in seen.items() if len(harms) == len(defects)}
    return max(full, key=lambda metric: full[metric], default=None)


def _unreadable_below(size: SizeCurve) -> int | None:
    """Return the number of clips below which the metric is not to be read, ``None`` where nothing speaks against it."""
    if size.tolerance is None or len(size.points) < 2:
        return None
    below = math.ceil(size.points[-1].n if size.readable_from is None else size.readable_from)
    return below if below > size.points[0].n else None


def _holds_from(size: SizeCurve | None) -> float:
    return math.inf if size is None or size.readable_from is None else math.ceil(size.readable_from)


def _listed(defects: Sequence[str]) -> str:
    """Return «blur, grey and noise»."""
    words = [defect.replace("_", " ") for defect in defects]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
