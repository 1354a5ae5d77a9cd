"""What a run's record keeps of a sweep: which doses were given, and how every model answered."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from evalsuite.measurement import Estimate


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class DoseStamp(_Section):
    """One dose of a sweep."""

    asked: float
    """The dose asked for."""
    measured: float
    """The mean of what was measured in the sounds."""
    spread: float
    """The standard deviation of what was measured."""


class ResponseStamp(_Section):
    """One answer that was looked for."""

    name: str
    """Its name («apparent_size»)."""
    meaning: str
    """What it says, in one sentence for the report."""
    unit: str
    """The unit of its values («proportion»)."""
    expects: Literal["rising", "falling", "none", "unknown"]
    """What should happen when the dose rises."""
    margin: float | None
    """A change from the lowest dose to another that is smaller than this counts as none."""


class SweepStamp(_Section):
    """What was done to the sounds."""

    transform: str
    """Name of the transform."""
    title: str
    """What the dose is («loudness»)."""
    unit: str
    """The unit of the dose; empty where the doses only number the steps."""
    sounds: int
    """How many sounds each step joins."""
    pairs: Literal["ring", "grid"] | None
    """Who was joined with whom."""
    doses: tuple[DoseStamp, ...]
    """The doses, rising."""
    takes: int
    """How many pictures were drawn of each sound."""
    subjects: int
    """How many clips, or pairs of clips, went through the sweep."""
    responses: tuple[ResponseStamp, ...]
    """What was looked for, the foremost first."""


class CurvePoint(_Section):
    """All subjects at one dose."""

    dose: float
    """The dose asked for."""
    measured: float
    """The mean of what was measured in these sounds: where the point stands on the axis."""
    estimate: Estimate
    """The mean response over the subjects."""
    isotonic: float
    """The value of the monotone curve that fits best, rising or falling as expected, or whichever fits better."""


class Equivalence(_Section):
    """Whether no dose changes anything: for each, two one-sided tests against a margin declared before.

    Told is the dose whose interval reaches farthest from none, which decides.
    """

    margin: float
    """What counts as none."""
    change: Estimate
    """Its mean change from the lowest dose, with the 90 % interval that the test rests on."""
    p_value: float
    """The larger of the two one-sided p-values."""
    equivalent: bool
    """Whether the interval lies within plus and minus the margin."""


class Curve(_Section):
    """How one model answered, by one response. Its trends are among the run's measurements."""

    model: str
    """Name of the model."""
    response: str
    """Name of the response."""
    points: tuple[CurvePoint, ...]
    """One for each dose."""
    equivalence: Equivalence | None = None
    """Whether there is no effect; ``None`` where the response has no margin."""
