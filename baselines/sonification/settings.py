"""What a profile may set for the sonification-trained system."""

from __future__ import annotations

from pydantic import Field, NonNegativeFloat, PositiveInt

from baselines.settings import Settings

NAME = "sonification"
PAIRING = "sonify"
"""Under this name a profile says how pairs are made."""


class SonificationSettings(Settings):
    """The backbones, the sizes and the training pairs of one sonification-trained system."""

    clap: str
    """The CLAP whose audio embedding conditions the generator: «mini:NAME», a folder or a hub name."""
    ast: str
    """The AST, likewise."""
    generator: str
    """The FLUX pipeline that is conditioned: «mini:NAME», a folder or a hub name."""
    conditioner: str | None
    """The trained conditioner: «mini:NAME» or a folder; ``None`` where it has yet to be trained."""
    text_tokens: PositiveInt = Field(le=512)
    """Tokens that condition the generator, as many as the words of the other systems take."""
    steps: PositiveInt
    """Denoising steps."""
    guidance: float = Field(default=1.0, ge=1)
    """Strength of classifier-free guidance; 1 is none."""
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
    batch: PositiveInt = 32
    """Clips heard and pictures drawn at once. Batches are filled up to this size: no picture depends on its batch."""
