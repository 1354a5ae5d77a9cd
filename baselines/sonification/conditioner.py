"""The trainable part: from what CLAP and AST hear to the tokens and the vector that condition the generator.

The paper conditions a diffusion model on CLAP and AST embeddings; how they enter it, and every width, is our choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from torch import Tensor, nn

from baselines.trained import open_network, save_network

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS_FILE = "conditioner.safetensors"


@dataclass(frozen=True, kw_only=True)
class ConditionerConfig:
    """Sizes of the conditioner."""

    clap_width: int
    """Width of CLAP's audio embedding (512 for LAION-CLAP)."""
    ast_width: int
    """Width of AST's embedding (768)."""
    text_tokens: int
    """Tokens for the generator."""
    text_width: int
    """Width of such a token (4096 for FLUX.1)."""
    pooled_width: int
    """Width of the generator's pooled vector (768 for FLUX.1)."""
    hidden: tuple[int, ...]
    """Hidden widths; the first is that of each branch."""


class Conditioner(nn.Module):
    """Two normalised branches, a shared trunk, and one head for each of the generator's inputs."""

    def __init__(self, config: ConditionerConfig) -> None:
        super().__init__()
        self.config = config
        self.clap_branch = _branch(config.clap_width, config.hidden[0])
        self.ast_branch = _branch(config.ast_width, config.hidden[0])
        layers = [nn.Sequential(nn.Linear(*widths), nn.GELU()) for widths in pairwise(config.hidden)]
        self.trunk = nn.Sequential(nn.GELU(), *layers)
        self.tokens = nn.Linear(config.hidden[-1], config.text_tokens * config.text_width)
        self.token_norm = nn.LayerNorm(config.text_width)
        self.pooled = nn.Linear(config.hidden[-1], config.pooled_width)
        self.pooled_norm = nn.LayerNorm(config.pooled_width)

    def forward(self, clap: Tensor, ast: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, clap_width) and (B, ast_width) to (B, text_tokens, text_width) and (B, pooled_width)."""
        # A sum of branches is a linear layer over both embeddings, each normalised by itself.
        heard = self.trunk(self.clap_branch(clap) + self.ast_branch(ast))
        # The text encoders end in a normalisation too: so the tokens begin in the range that the generator knows.
        tokens = self.token_norm(self.tokens(heard).unflatten(-1, (self.config.text_tokens, self.config.text_width)))
        return tokens, self.pooled_norm(self.pooled(heard))

    def save(self, folder: Path) -> None:
        """Write ``config.json`` and ``conditioner.safetensors`` (float16) into ``folder``."""
        save_network(folder, WEIGHTS_FILE, config=self.config, weights=self.state_dict())

    @classmethod
    def load(cls, folder: Path) -> Conditioner:
        """Open a saved conditioner in float32 and eval mode. Raises ``UserError`` where the folder holds none."""
        fields, weights = open_network(folder, WEIGHTS_FILE, what="conditioner")
        conditioner = cls(ConditionerConfig(**{**fields, "hidden": tuple(fields["hidden"])}))
        conditioner.load_state_dict(weights, strict=True)
        return conditioner.eval()


def _branch(width: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.LayerNorm(width), nn.Linear(width, hidden))
