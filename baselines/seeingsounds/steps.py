"""What a step of the training hears: which lessons, and how much of each.

Two sounds at once are learnt first. Beside single ones they hardly are: heard in equal parts from the first step on,
they were no nearer to their words after 16,000 steps than they come alone in 1,000 (docs/baselines.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from torch import Tensor

    from evalsuite.training import Draw

BATCH = 64
JOINED_FIRST = 0.07
"""For this share of the steps only sounds that hold two sources are heard."""
JOINED_LATER = 0.6
"""How many of the sounds of a later step hold two."""
TOKENS = 48
"""A step hears so many of the audio tokens, or a third of them where that is more, and each step others: no less is
learnt, and many more steps are taken in the same time."""
ALWAYS = 2
"""The first tokens are heard at every step: an AST's class and distillation tokens, which speak for the whole sound."""


@dataclass(frozen=True)
class Steps:
    """Draws from the lessons that are not held out."""

    single: Tensor
    """Rows of the lessons whose words name one source."""
    joined: Tensor
    """Rows of those whose words name two."""
    tokens: int
    """How many audio tokens a lesson has."""

    @classmethod
    def of(cls, joined: Tensor, *, held_out: Tensor, tokens: int) -> Steps:
        """Return the steps over lessons of which some are ``joined`` and some ``held_out``, both bool (n,)."""
        met = ~held_out
        return cls((met & ~joined).nonzero().flatten(), (met & joined).nonzero().flatten(), tokens)

    def rows(self, draw: Draw) -> Tensor:
        """Draw the lessons of a step, (64,)."""
        share = JOINED_LATER if draw.progress >= JOINED_FIRST else 1.0
        if not len(self.single) or not len(self.joined):
            share = float(len(self.joined) > 0)
        count = int(draw.rng.binomial(BATCH, share))
        parts = (self.joined, count), (self.single, BATCH - count)
        return torch.cat([rows[draw.rng.integers(max(1, len(rows)), size=some)] for rows, some in parts])

    def heard(self, draw: Draw) -> Tensor:
        """Draw which tokens of them are heard."""
        always = min(ALWAYS, self.tokens)
        others = min(self.tokens, max(TOKENS, self.tokens // 3)) - always
        drawn = draw.rng.choice(self.tokens - always, size=others, replace=False)
        return torch.from_numpy(np.r_[:always, always + drawn])
