"""The sweep: what a control protocol does to its sounds, and which answers it looks for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evalsuite.registry import registered

Measure = Literal[
    "size",
    "count",
    "recognition",
    "presence",
    "second_presence",
    "both_present",
    "balance",
    "area_balance",
    "contrast",
    "brightness",
    "saturation",
    "warmth",
]
"""What can be read off a picture; see :mod:`evalsuite.control.responses`."""
OF_PAIRS = frozenset({"presence", "second_presence", "both_present", "balance", "area_balance"})
"""Measures that ask for two sounds."""
Expectation = Literal["rising", "falling", "none", "unknown"]
"""What should happen to a response when the dose rises."""


class ResponseSpec(BaseModel):
    """One answer that is looked for in the pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    """The name of the number («apparent_size»); its trends are called by it («apparent_size_spearman»)."""
    measure: Measure
    """What is read off a picture."""
    phrases: tuple[str, str] | None = None
    """Of a contrast: the sentence that should fit better as the response rises, and the one that should fit worse;
    «{label}» stands for the class."""
    expects: Expectation = "rising"
    """What should happen when the dose rises. «none»: the dose must not matter; «unknown»: nobody has said."""
    margin: float | None = Field(default=None, gt=0)
    """A change from the lowest dose to another that is smaller than this counts as none, in the response's unit."""

    @model_validator(mode="after")
    def _phrases_of_a_contrast(self) -> ResponseSpec:
        if (self.measure == "contrast") != (self.phrases is not None):
            raise ValueError("phrases: a contrast has two of them, no other measure has any")
        return self


class Sweep(BaseModel):
    """What a control protocol does to its sounds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    transform: Annotated[str, registered("transforms")]
    """The transform: a registered name or «module:attribute»."""
    doses: Annotated[tuple[float, ...], Field(min_length=1)]
    """The doses in the transform's unit, rising."""
    clips: int = Field(default=50, ge=1)
    """How many clips go through the sweep, balanced over the classes; ``pairs`` makes more of them."""
    classes: tuple[str, ...] = ()
    """The classes whose clips go through the sweep, all of the protocol's by default. A data set that lacks some is
    swept without them, and the run says so."""
    pairs: Literal["ring", "grid"] | None = None
    """For a transform of two sounds, who is joined with whom: each clip with that of the next class, or one clip of
    every class with every other. A grid also has each class alone."""
    takes: int = Field(default=1, ge=1)
    """How many pictures are drawn of each sound, from seeds of their own."""
    responses: tuple[ResponseSpec, ...] = ()
    """Which answers are looked for, the foremost first."""

    @model_validator(mode="after")
    def _doses_rise(self) -> Sweep:
        if list(self.doses) != sorted(set(self.doses)):
            raise ValueError(f"doses: should rise, found {list(self.doses)}")
        asking = [response.measure for response in self.responses if response.measure in OF_PAIRS]
        if asking and self.pairs is None:
            raise ValueError(f"responses: {asking[0]!r} asks for two sounds: say `pairs: ring` or `grid`")
        names = [response.name for response in self.responses]
        if len(set(names)) < len(names):
            raise ValueError("responses: two have the same name")
        return self
