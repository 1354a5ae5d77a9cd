"""What a profile may set for the cascade."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, PositiveInt

from baselines.settings import Settings

NAME = "cascade"


def _template(template: str) -> str:
    if "{labels}" not in template:
        message = f"should hold {{labels}}, where the names of the tags go, found {template!r}"
        raise ValueError(message)
    return template


class CascadeSettings(Settings):
    """The tagger, the generator, and how tags become a prompt."""

    tagger: str
    """An AST with its classification head: «mini:NAME», a folder or a hub name."""
    generator: str
    """A FLUX pipeline: «mini:NAME», a folder or a hub name."""
    labels: PositiveInt = 1
    """How many tags to name, the likeliest first."""
    template: Annotated[str, AfterValidator(_template)] = "{labels}"
    """The prompt; «{labels}» stands for the names of the tags, joined by «and»."""
    ignore: tuple[str, ...] = ()
    """Tags that are never named, as the tagger writes them."""
    text_tokens: PositiveInt = Field(le=512)
    """Tokens of the prompt that the generator reads."""
    steps: PositiveInt
    """Denoising steps."""
    guidance: float = Field(default=1.0, ge=1)
    """Strength of classifier-free guidance; 1 is none."""
    batch: PositiveInt = 32
    """Clips heard and pictures drawn at once. Batches are filled up to this size: no picture depends on its batch."""
