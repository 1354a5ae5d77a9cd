"""What a profile may set for the sonification-trained system."""

from __future__ import annotations

from pydantic import Field, NonNegativeFloat, PositiveInt

from baselines.settings import DrawsWithFlux

NAME = "sonification"
PAIRING = "sonify"
"""Under this name a profile says how pairs are made."""


class SonificationSettings(DrawsWithFlux):
    """The backbones, the sizes and the training pairs of one sonification-trained system."""

    clap: str
    """The CLAP whose audio embedding conditions the generator: «mini:NAME», a folder or a hub name."""
    ast: str
    """The AST, likewise."""
    conditioner: str | None
    """The trained conditioner: «mini:NAME» or a folder; ``None`` where it has yet to be trained."""
    hidden: tuple[PositiveInt, ...] = Field(default=(1024, 1024), min_length=1)
    """Hidden widths of the conditioner; the first is that of each of its branches."""
    pairs: str | None = None
    """A folder that ``evalsuite sonify`` wrote; ``None`` where training makes the pairs, as ``models.sonify`` says."""
    pictures: str | None = None
    """Where training makes the pairs: the pool of pictures, a registered name or a folder."""
    sounds: str | None = None
    """The pool of sounds, likewise."""
    alignment: NonNegativeFloat = 0.0
    """Weight of an auxiliary loss in training, which draws conditions to the words of the retrieved concepts. The paper
    has none, which is 0."""
