"""What a profile may set for SeeingSounds."""

from __future__ import annotations

from pydantic import Field, PositiveInt

from baselines.settings import Settings

NAME = "seeingsounds"


class SeeingSoundsSettings(Settings):
    """The backbones and sizes of one SeeingSounds model."""

    audio_encoder: str
    """E_A, an AST: «mini:NAME», a folder or a hub name."""
    generator: str
    """D with E_T and E_V, a FLUX pipeline: «mini:NAME», a folder or a hub name."""
    adapters: str | None
    """The trained adapters: «mini:NAME» or a folder; ``None`` where they have yet to be trained."""
    text_tokens: PositiveInt = Field(le=512)
    """T5 tokens that condition the generator (17 in the reconstruction)."""
    steps: PositiveInt
    """Denoising steps."""
    guidance: float = Field(default=1.0, ge=1)
    """Strength of classifier-free guidance; 1 is none."""
    training_set: str | None = None
    """Registered name of the data set that ``evalsuite train`` fits the adapters to."""
    text_hidden: tuple[PositiveInt, ...] = (1024, 2048, 2048)
    """Hidden widths of A_T."""
    pooled_hidden: tuple[PositiveInt, ...] = (1024, 2048)
    """Hidden widths of A_V."""
    heads: PositiveInt = 8
    """Attention heads of P_T and P_V."""
    batch: PositiveInt = 32
    """Clips heard and pictures drawn at once. Batches are filled up to this size: no picture depends on its batch."""
