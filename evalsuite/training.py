"""One training loop for every stage: seeded by step, so that a run resumed after a kill ends at the same weights.

Several processes may train one stage together (``torch.distributed``): each draws its own share of the batch, and the
gradients are averaged. On a CPU that is faster than several threads, whose every operation waits for the slowest.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, distributed, nn

from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

_SECONDS_BETWEEN_SAVES = 60.0
_SECONDS_BETWEEN_LINES = 20.0


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


class _State:
    """Modules, optimiser and averages, as they are saved and taken up again."""

    def __init__(self, modules: nn.ModuleDict, schedule: Schedule, file: Path) -> None:
        self.modules, self.file = modules, file
        self.optimiser = torch.optim.AdamW(
            [parameter for parameter in modules.parameters() if parameter.requires_grad],
            lr=schedule.rate,
            weight_decay=schedule.weight_decay,
            betas=(0.9, 0.99),
            fused=True,
        )
        self.parameters = list(modules.parameters())
        self.average = [p.detach().clone() for p in self.parameters] if schedule.ema else []
        self.step, self.recent = 0, math.nan

    def load(self) -> None:
        if not self.file.is_file():
            return
        saved: dict[str, Any] = torch.load(self.file, weights_only=True)
        self.modules.load_state_dict(saved["modules"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average = saved["average"]
        self.step, self.recent = saved["step"], saved["recent"]
        log.info("taken up at step %d", self.step)

    def save(self) -> None:
        content = {
            "modules": self.modules.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average,
            "step": self.step,
            "recent": self.recent,
        }
        temporary = self.file.with_suffix(".partial")
        torch.save(content, temporary)
        temporary.replace(self.file)

    def update_average(self, decay: float) -> None:
        # A young average follows faster, or the random start would weigh on it for thousands of steps.
        decay = min(decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self.average, [p.detach() for p in self.parameters], 1 - decay)


def fit(
    modules: dict[str, nn.Module],
    loss: Callable[[Draw], Tensor],
    *,
    schedule: Schedule,
    seed: int,
    state: Path,
) -> float:
    """Train ``modules`` in place on ``loss`` and leave them in eval mode, averaged where the schedule says so.

    ``loss`` is called once a step with a :class:`Draw` that depends on ``seed`` and the step alone; torch's own
    generator is seeded likewise. ``state`` is where the training is saved every minute, and taken up from.
    Returns the mean loss of the last steps.
    """
    together = nn.ModuleDict(modules).train()
    kept = _State(together, schedule, state)
    kept.load()
    saved = said = time.monotonic()
    began, first = saved, kept.step
    while kept.step < schedule.steps:
        value = _step(kept, loss, schedule, derive_seed(seed, rank()))
        kept.recent = value if math.isnan(kept.recent) else 0.98 * kept.recent + 0.02 * value
        now = time.monotonic()
        if now - said > _SECONDS_BETWEEN_LINES or kept.step == schedule.steps:
            left = (now - began) / (kept.step - first) * (schedule.steps - kept.step)
            log.info("step %d/%d  loss %.4f  %.1f min left", kept.step, schedule.steps, kept.recent, left / 60)
            said = now
        if rank() == 0 and (now - saved > _SECONDS_BETWEEN_SAVES or kept.step == schedule.steps):
            kept.save()
            saved = now
    if kept.average:
        for parameter, average in zip(kept.parameters, kept.average, strict=True):
            parameter.data.copy_(average)
    together.eval()
    return kept.recent


def workers() -> int:
    """Return how many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Return which of them this process is."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def _average_gradients(parameters: list[nn.Parameter]) -> None:
    if workers() == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= workers()
    for gradient, part in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def _step(kept: _State, loss: Callable[[Draw], Tensor], schedule: Schedule, seed: int) -> float:
    step_seed = derive_seed(seed, "step", kept.step)
    torch.manual_seed(step_seed)
    for group in kept.optimiser.param_groups:
        group["lr"] = schedule.rate * schedule.factor(kept.step)
    value = loss(Draw(kept.step, kept.step / schedule.steps, np.random.default_rng(step_seed)))
    kept.optimiser.zero_grad(set_to_none=True)
    value.backward()  # type: ignore[no-untyped-call]
    _average_gradients(kept.parameters)
    nn.utils.clip_grad_norm_(kept.parameters, 1.0)
    kept.optimiser.step()
    kept.step += 1
    if schedule.ema:
        kept.update_average(schedule.ema)
    return value.item()
