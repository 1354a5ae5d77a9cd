"""The loop itself."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from evalsuite.errors import UserError
from evalsuite.seeds import derive_seed
from evalsuite.training.processes import accelerator_on, average, average_gradients, rank
from evalsuite.training.schedule import Draw, Schedule
from evalsuite.training.state import State
from evalsuite.training_record import Point

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from accelerate import Accelerator
    from torch import Tensor

log = logging.getLogger(__name__)

_SECONDS_BETWEEN_SAVES = 60.0
_SECONDS_BETWEEN_LINES = 20.0
_POINTS = 50
"""Points of the curve where nothing is held out, at least."""


@dataclass(frozen=True)
class Fitted:
    """What a training came to."""

    loss: float
    """Smoothed training loss of the last steps."""
    held_out_loss: float | None
    """Loss on what was held out, of the weights that the modules hold now; ``None`` where nothing was."""
    curve: tuple[Point, ...]
    """Both losses in the course of the training."""
    steps: int
    """Optimiser steps taken."""
    stopped_early: bool
    """Whether patience ran out before the steps did."""
    device: str
    """Where it ran («cpu», «cuda:0»)."""


def fit(  # noqa: PLR0913 - the last two have defaults that most stages keep
    modules: dict[str, nn.Module],
    loss: Callable[[Draw], Tensor],
    *,
    schedule: Schedule,
    seed: int,
    state: Path,
    held_out: Callable[[], float] | None = None,
    device: str = "cpu",
) -> Fitted:
    """Train ``modules`` in place, on ``device``, and leave them there in eval mode with the weights to be kept.

    ``loss`` is called once a step with a :class:`Draw` that depends on ``seed`` and the step alone; torch's own
    generator is seeded likewise. ``state`` is where the training is saved every minute, and taken up from. On a CPU a
    resumed training ends at the same weights to the last bit.

    ``held_out`` is called every ``schedule.check_every`` steps and after the last, without gradients, with the modules
    in eval mode and averaged where the schedule says so. With ``schedule.patience`` the weights of its lowest value
    are those kept. Where it draws, torch's generator is seeded alike for every look.
    """
    with accelerator_on(device) as accelerator:
        together = nn.ModuleDict(modules).to(accelerator.device).train()
        kept = State(together, schedule, file=state, accelerator=accelerator)
        kept.load()
        _run(_Training(kept, accelerator, loss, held_out, seed))
        kept.deliver()
    return _fitted(kept)


def _run(training: _Training) -> None:
    """Take the steps that are left, saying and saving now and then how far the training is."""
    kept = training.kept
    saved = said = began = time.monotonic()
    first = kept.step
    while not kept.done:
        training.step()
        if training.looks_now:
            training.look()
        now = time.monotonic()
        if now - said > _SECONDS_BETWEEN_LINES or kept.done:
            _tell(kept, (now - began) / (kept.step - first))
            said = now
        if rank() == 0 and (now - saved > _SECONDS_BETWEEN_SAVES or kept.done):
            kept.save()
            saved = now


def _tell(kept: State, seconds_per_step: float) -> None:
    minutes = 0.0 if kept.done else (kept.schedule.steps - kept.step) * seconds_per_step / 60
    log.info("step %d/%d  loss %.4f  %.1f min left", kept.step, kept.schedule.steps, kept.recent, minutes)
    if kept.stopped_early:
        log.info("stopped early: %d looks without a lower held-out loss", kept.looks_since_best)


def _fitted(kept: State) -> Fitted:
    last = kept.curve[-1].held_out_loss if kept.curve else None
    return Fitted(
        loss=kept.recent,
        held_out_loss=kept.best_loss if kept.best else last,
        curve=tuple(kept.curve),
        steps=kept.step,
        stopped_early=kept.stopped_early,
        device=str(kept.device),
    )


@dataclass(frozen=True)
class _Training:
    kept: State
    accelerator: Accelerator
    loss: Callable[[Draw], Tensor]
    held_out: Callable[[], float] | None
    seed: int

    def step(self) -> None:
        """Take one optimiser step."""
        kept, schedule = self.kept, self.kept.schedule
        step_seed = derive_seed(derive_seed(self.seed, rank()), "step", kept.step)
        torch.manual_seed(step_seed)
        for group in kept.optimiser.param_groups:
            group["lr"] = schedule.rate * schedule.factor(kept.step)
        with self.accelerator.autocast():
            value = self.loss(Draw(kept.step, kept.step / schedule.steps, np.random.default_rng(step_seed)))
        told = value.item()
        if not math.isfinite(told):
            raise UserError(f"the loss is {told} at step {kept.step}: train with a lower rate", file=kept.file)
        kept.optimiser.zero_grad(set_to_none=True)
        self.accelerator.backward(value)
        average_gradients(self.accelerator, kept.parameters)
        self.accelerator.clip_grad_norm_(kept.parameters, 1.0)
        kept.optimiser.step()
        kept.step += 1
        if schedule.ema:
            kept.update_average(schedule.ema)
        kept.recent = told if math.isnan(kept.recent) else 0.98 * kept.recent + 0.02 * told

    @property
    def looks_now(self) -> bool:
        """Whether this step belongs on the curve."""
        schedule = self.kept.schedule
        every = schedule.check_every if self.held_out else max(1, schedule.steps // _POINTS)
        return self.kept.step % every == 0 or self.kept.step == schedule.steps

    def look(self) -> None:
        """Enter where the training stands into the curve."""
        held_out_loss = None if self.held_out is None else self._held_out_loss(self.held_out)
        self.kept.curve.append(Point(step=self.kept.step, loss=self.kept.recent, held_out_loss=held_out_loss))

    @torch.no_grad()
    def _held_out_loss(self, held_out: Callable[[], float]) -> float:
        torch.manual_seed(derive_seed(self.seed, "look"))
        with self.kept.as_delivered(), self.accelerator.autocast():
            value = average(self.accelerator, held_out())
            if self.kept.schedule.patience is not None:
                self.kept.judge(value)
        return value
