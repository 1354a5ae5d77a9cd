"""What a profile may set for SeeingSounds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt

from baselines.settings import DrawsWithFlux, HearsWith, Settings
from evalsuite.registry import registered

NAME = "seeingsounds"


class Treatment(Settings):
    """How often and at which doses one transform of the sounds is met in training."""

    doses: Annotated[tuple[float, ...], Field(min_length=1)]
    """Each treated sound has one of these."""
    versions: PositiveInt = 1
    """How many treated sounds are made of every clip."""


class SeeingSoundsSettings(DrawsWithFlux):
    """The backbones and sizes of one SeeingSounds model.

    ``generator`` is D with E_T and E_V; ``text_tokens`` is 17 in the reconstruction.
    """

    audio_encoder: HearsWith
    """E_A: an AST, or EfficientAT."""
    adapters: str | None
    """The trained adapters: «mini:NAME» or a folder; ``None`` where they have yet to be trained."""
    training_set: str | None = None
    """Registered name of the data set that ``evalsuite train`` fits the adapters to."""
    control: dict[Annotated[str, registered("transforms")], Treatment] = Field(default_factory=dict)
    """The transforms that the adapters learn to answer, with the words of :mod:`evalsuite.control.prompts`; none is the
    plain loss. See :mod:`baselines.seeingsounds.lessons`."""
    text_hidden: tuple[PositiveInt, ...] = (1024, 2048, 2048)
    """Hidden widths of A_T."""
    pooled_hidden: tuple[PositiveInt, ...] = (1024, 2048)
    """Hidden widths of A_V."""
    heads: PositiveInt = 8
    """Attention heads of P_T and P_V."""
    expansion: PositiveInt = 4
    """How many times as wide the feed-forward network of P_T is within."""
    pooled_expansion: PositiveInt | None = None
    """The same of P_V; ``None`` is as wide."""
    begin_with_tags: bool = False
    """Whether the first units of A_T begin as the head of the audio encoder's tagger, and not at random."""
