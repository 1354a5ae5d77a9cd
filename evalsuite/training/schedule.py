"""How long and how fast to learn, and what a loss may draw from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long and how fast a stage learns: a linear warm-up, a constant rate, a cosine to zero."""

    steps: int
    """Optimiser steps in all."""
    rate: float
    """The constant learning rate of AdamW."""
    warmup: int = 50
    """Steps of warm-up."""
    anneal: float = 0.4
    """The share of the steps, at the end, over which the rate falls to zero."""
    weight_decay: float = 1e-3
    """AdamW's decoupled weight decay."""
    ema: float | None = None
    """Decay of the exponential moving average that is kept in place of the last weights; ``None`` for none."""
    check_every: int = 50
    """Optimiser steps between looks at the held-out loss."""
    patience: int | None = None
    """Looks without improvement before training stops early, with the best weights; ``None`` never stops."""

    def factor(self, step: int) -> float:
        """Return the learning rate at ``step`` as a share of the constant rate."""
        start = self.steps * (1 - self.anneal)
        tail = max(0.0, step - start) / max(1.0, self.steps - start)
        return min(1.0, (step + 1) / max(1, self.warmup)) * 0.5 * (1 + math.cos(math.pi * min(1.0, tail)))


@dataclass(frozen=True)
class Draw:
    """What a loss function may draw from at one step."""

    step: int
    progress: float
    """Share of the steps already done, in [0, 1)."""
    rng: np.random.Generator
