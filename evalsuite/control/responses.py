"""The responses of a sweep as metrics, with what they are called in words.

What a protocol names «size» is read off a picture by one of :mod:`evalsuite.metrics.control.readings`. Every response
gives a mean over all pictures and, where a sweep has three doses, the trends over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.control_record import ResponseStamp
from evalsuite.metrics.control.readings import (
    BRIGHTNESS,
    PIECES,
    PIXELS_IMAGE,
    SATURATION,
    SEGMENTER_EXTENT,
    SHARE,
    WARMTH,
    AreaBalance,
    Balance,
    Column,
    Contrast,
    Presence,
    PresenceAlone,
    PresenceInMix,
)
from evalsuite.metrics.control.responses import Response
from evalsuite.metrics.control.trends import FEWEST, trends_of

if TYPE_CHECKING:
    from evalsuite.control.sweep import Expectation, Measure, ResponseSpec, Sweep
    from evalsuite.metrics.base import Metric
    from evalsuite.metrics.control.readings import Reading

RISING: dict[Expectation, bool | None] = {"rising": True, "falling": False, "none": None, "unknown": None}
"""Whether a response should rise with the dose, where it should go anywhere."""


@dataclass(frozen=True)
class _Kind:
    """What is read off a picture."""

    reading: Reading
    what: str
    """In words, so that «the mean of …» and «… rises» are sentences."""
    unit: str


_KINDS: dict[Measure, _Kind] = {
    "size": _Kind(
        Column(key=SEGMENTER_EXTENT, index=SHARE), "the share of the picture that what sounds covers", "proportion"
    ),
    "count": _Kind(
        Column(key=SEGMENTER_EXTENT, index=PIECES), "the number of separate pieces of what sounds", "pieces"
    ),
    "recognition": _Kind(Presence(), "the presence of the sound's class in the picture, to the judge", "proportion"),
    "presence": _Kind(
        PresenceInMix(of="first"), "the presence of the first sound's class in the picture, to the judge", "proportion"
    ),
    "second_presence": _Kind(
        PresenceInMix(of="second"),
        "the presence of the second sound's class in the picture, to the judge",
        "proportion",
    ),
    "both_present": _Kind(
        PresenceInMix(of="both"), "the presence of both sounds' classes in one picture, to the judge", "proportion"
    ),
    "balance": _Kind(Balance(), "the judge's leaning to the first sound's class rather than the second's", "cosine"),
    "area_balance": _Kind(
        AreaBalance(), "the share of the picture of the first sound's class less that of the second's", "proportion"
    ),
    "brightness": _Kind(Column(key=PIXELS_IMAGE, index=BRIGHTNESS), "the brightness of the picture", "luma"),
    "saturation": _Kind(Column(key=PIXELS_IMAGE, index=SATURATION), "the saturation of the picture", "saturation"),
    "warmth": _Kind(
        Column(key=PIXELS_IMAGE, index=WARMTH), "the warmth of the picture, its red less its blue", "red less blue"
    ),
}
"""All measures but the contrast, which is told by its phrases."""


def metrics_of(sweep: Sweep, *, dose_unit: str) -> tuple[Metric, ...]:
    """Return what is measured of a sweep: of every response its trends, where doses suffice, then its mean.

    A grid, which has each class alone, also gives the score that pictures of one sound have by «both_present».
    """
    metrics: list[Metric] = []
    for spec in sweep.responses:
        response, what = response_of(spec), _kind(spec).what
        if len(sweep.doses) >= FEWEST:
            metrics += trends_of(response, what=what, rising=RISING[spec.expects], dose_unit=dose_unit)
        metrics.append(response)
        if spec.measure == "both_present" and sweep.pairs == "grid":
            metrics.append(_alone(spec))
    return tuple(metrics)


def stamps_of(sweep: Sweep) -> tuple[ResponseStamp, ...]:
    """Return what the record says of the responses that are looked for."""
    return tuple(
        ResponseStamp(
            name=spec.name,
            meaning=_sentence(_kind(spec).what),
            unit=_kind(spec).unit,
            expects=spec.expects,
            margin=spec.margin,
        )
        for spec in sweep.responses
    )


def response_of(spec: ResponseSpec) -> Response:
    """Return the metric that is a response's mean over all pictures."""
    kind = _kind(spec)
    return Response(
        name=spec.name,
        reading=kind.reading,
        unit=kind.unit,
        meaning=_sentence(f"{kind.what}, on average over all steps"),
        details=_details(spec),
    )


def _alone(spec: ResponseSpec) -> Response:
    return Response(
        name=f"{spec.name}_alone",
        reading=PresenceAlone(),
        unit="proportion",
        meaning="How often the picture of one sound alone passes for that of it and another: the floor of a mixture.",
        details=f"{_details(spec)}·alone",
    )


def _kind(spec: ResponseSpec) -> _Kind:
    if spec.phrases is None:
        return _KINDS[spec.measure]
    more, less = spec.phrases
    words = f"the judge's leaning to «{more}» rather than «{less}»"
    return _Kind(Contrast(more=more, less=less), words, "cosine")


def _details(spec: ResponseSpec) -> str:
    """Name what is read, so that responses of one name are told apart."""
    phrases = "" if spec.phrases is None else "({} | {})".format(*spec.phrases)
    return f"measure={spec.measure}{phrases}·f64"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
