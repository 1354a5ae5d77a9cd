"""The trainable part of SeeingSounds: adapters A_T, A_V and attention-pooling projectors P_T, P_V.

With z = E_A(x) the audio tokens, h_T = P_T(A_T(z)) imitates the T5 token embeddings of the class name and
h_V = P_V(A_V(z)) the CLIP pooled embedding. The paper describes the parts; their sizes are reconstructed from public
code of the same laboratory (lucapalazzo/fedgfe), which is ours to say and not the authors' claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from baselines.trained import open_network, save_network

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS_FILE = "adapters.safetensors"
TAGS_SCALE = 0.5
"""Of logits, which are large beside what else a new layer gives."""


@dataclass(frozen=True, kw_only=True)
class AdapterConfig:
    """Sizes of both branches."""

    audio_width: int
    """Width of the audio tokens (768 for AST)."""
    text_tokens: int
    """T5 tokens (17)."""
    text_width: int
    """Width of a T5 token (4096)."""
    pooled_width: int
    """Width of the CLIP pooled embedding (768)."""
    text_hidden: tuple[int, ...]
    """Hidden widths of A_T."""
    pooled_hidden: tuple[int, ...]
    """Hidden widths of A_V."""
    heads: int
    """Attention heads of the projectors."""
    expansion: int = 4
    """How many times as wide P_T's feed-forward network is within."""
    pooled_expansion: int | None = None
    """The same of P_V's, which makes one vector in place of many; ``None`` is as wide."""


def adapter(widths: tuple[int, ...]) -> nn.Sequential:
    """Return a GELU network through ``widths``, applied to every audio token by itself."""
    layers: list[nn.Module] = []
    for width_in, width_out in pairwise(widths):
        layers += [nn.Linear(width_in, width_out), nn.GELU()]
    return nn.Sequential(*layers[:-1])


class AttentionPooling(nn.Module):
    """Learnable queries attend to a sequence of any length: (B, T, width) to (B, queries, width)."""

    def __init__(self, width: int, *, queries: int, heads: int, expansion: int) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.randn(queries, width) * width**-0.5)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm = nn.LayerNorm(width)
        within = expansion * width
        self.feed_forward = nn.Sequential(nn.Linear(width, within), nn.GELU(), nn.Linear(within, width))
        self.final_norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return one vector per query."""
        queries = self.latents.expand(len(tokens), -1, -1)
        attended = self.norm(queries + self.attention(queries, tokens, tokens, need_weights=False)[0])
        pooled: Tensor = self.final_norm(attended + self.feed_forward(attended))
        return pooled


class Adapters(nn.Module):
    """Both branches: audio tokens in, the two conditions of the generator out."""

    def __init__(self, config: AdapterConfig) -> None:
        super().__init__()
        self.config = config
        self.text_adapter = adapter((config.audio_width, *config.text_hidden, config.text_width))
        self.pooled_adapter = adapter((config.audio_width, *config.pooled_hidden, config.pooled_width))
        self.text_projector = AttentionPooling(
            config.text_width, queries=config.text_tokens, heads=config.heads, expansion=config.expansion
        )
        self.pooled_projector = AttentionPooling(
            config.pooled_width, queries=1, heads=config.heads, expansion=config.pooled_expansion or config.expansion
        )

    def forward(self, audio_tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Map audio tokens (B, T, audio_width) to (B, text_tokens, text_width) and (B, pooled_width)."""
        text = self.text_projector(self.text_adapter(audio_tokens))
        pooled = self.pooled_projector(self.pooled_adapter(audio_tokens))[:, 0]
        return text, pooled

    @torch.no_grad()
    def begin_with_tags(self, weight: Tensor, bias: Tensor) -> None:
        """Let the first units of A_T hear a tag each: ``weight`` (tags, audio_width) and ``bias`` (tags,) of a head."""
        tags = min(len(weight), self.config.text_hidden[0])
        for name, begun in (("weight", weight), ("bias", bias)):
            self.text_adapter[0].get_parameter(name)[:tags] = TAGS_SCALE * begun[:tags]

    def check(self, prompt_embeds: Tensor, pooled_embeds: Tensor) -> None:
        """Raise ``ValueError`` unless the targets are T5 tokens and CLIP pooled, in that order and of these sizes.

        The public code stores the two under swapped names; here a swap cannot pass.
        """
        config = self.config
        wanted = ((config.text_tokens, config.text_width), (config.pooled_width,))
        found = (tuple(prompt_embeds.shape[1:]), tuple(pooled_embeds.shape[1:]))
        if found != wanted:
            raise ValueError(f"T5 and CLIP embeddings have shapes {found}, not {wanted}: swapped, or of another model")

    def save(self, folder: Path) -> None:
        """Write ``config.json`` and ``adapters.safetensors`` (float16) into ``folder``."""
        save_network(folder, WEIGHTS_FILE, config=self.config, weights=self.state_dict())

    @classmethod
    def load(cls, folder: Path) -> Adapters:
        """Open saved adapters in float32 and eval mode. Raises ``UserError`` where the folder holds none."""
        fields, weights = open_network(folder, WEIGHTS_FILE, what="adapters")
        hidden = {key: tuple(fields[key]) for key in ("text_hidden", "pooled_hidden")}
        adapters = cls(AdapterConfig(**{**fields, **hidden}))
        adapters.load_state_dict(weights, strict=True)
        return adapters.eval()
