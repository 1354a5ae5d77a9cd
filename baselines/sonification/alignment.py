"""An auxiliary loss that a profile may switch on: conditions are drawn to the words of the retrieved concepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from baselines.backbones.flux import Generator


class Alignment:
    """Mean squared error to what the generator's own text encoders make of the concept that a sound was retrieved for.

    It makes another system of it: one that learns from words as well. A frozen generator that takes every caption for
    complete has no condition for «a dog, no matter when and where», and its own objective then drives the conditions
    towards the one that says nothing.
    """

    def __init__(self, generator: Generator, *, concepts: Sequence[str], weight: float) -> None:
        """Align with ``concepts``, one text per pair."""
        distinct = list(dict.fromkeys(concepts))
        tokens, pooled = generator.encode_text(distinct)
        self._tokens, self._pooled, self._weight = tokens.float(), pooled.float(), weight
        self._concept_of = torch.tensor([distinct.index(concept) for concept in concepts])

    def loss(self, tokens: Tensor, pooled: Tensor, *, rows: Tensor) -> Tensor:
        """Return the weighted loss of the conditions (B, T, width) and (B, width) of the pairs ``rows``."""
        wanted = self._concept_of[rows]
        error = functional.mse_loss(tokens, self._tokens[wanted]) + functional.mse_loss(pooled, self._pooled[wanted])
        return self._weight * error
