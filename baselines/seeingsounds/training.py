"""Training the adapters: L = MSE(h_T, E_T(y)) + MSE(h_V, E_V(y)).

y is the class name of the sound, or what the grammar says of a treated one: see :mod:`baselines.seeingsounds.lessons`.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import torch

from baselines.seeingsounds.adapters import AdapterConfig, Adapters
from baselines.seeingsounds.lessons import Curriculum, Lesson
from baselines.seeingsounds.model import CITATION
from baselines.seeingsounds.settings import NAME
from baselines.seeingsounds.steps import BATCH, Steps
from baselines.trained import concepts_of, finish, stamp_of, state_file, training_set
from evalsuite.lookahead import ahead
from evalsuite.training import Schedule, fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from baselines.seeingsounds.model import SeeingSounds
    from evalsuite.datasets.base import Dataset

log = logging.getLogger(__name__)

SCHEDULE = Schedule(steps=82_000, rate=2e-3, weight_decay=1e-2, anneal=0.7, check_every=8_200, patience=6)
GROUP = 16
"""Clips whose lessons are made together, while those of others are heard."""
NOISE = 0.1
"""What is added to the tokens at every step, as a share of their spread: the same recording is never heard twice."""
EVERY = slice(None)


@dataclass(frozen=True)
class _Lessons:
    """All that the adapters learn from."""

    audio: Tensor
    """Audio tokens (n, T, width) in bfloat16."""
    held_out: Tensor
    """Which are kept out of the training, bool (n,)."""
    targets: Tensor
    """What each may be called, as rows of the next two: (n, 2) where some have two orders, else (n, 1)."""
    prompt_embeds: Tensor
    """T5 token embeddings of the words (words, tokens, width)."""
    pooled: Tensor
    """CLIP pooled embeddings of the words (words, width)."""

    @property
    def joined(self) -> Tensor:
        """Which of them name two sources, bool (n,)."""
        return self.targets[:, 0] != self.targets[:, -1]

    @cached_property
    def spread(self) -> Tensor:
        """Standard deviation of the tokens (width,), from some of them."""
        return self.audio[:: len(self.audio) // 2000 + 1].float().std(dim=(0, 1))

    def loss(self, adapters: Adapters, rows: Tensor, tokens: Tensor | slice = EVERY, *, noise: float = 0.0) -> Tensor:
        """Return the mean loss over some of them, hearing some of their tokens; of two orders the nearer counts."""
        heard = self.audio[rows][:, tokens].float()
        text, pooled = adapters(heard + noise * self.spread * torch.randn_like(heard))
        apart = [
            (text - self.prompt_embeds[wanted]).square().mean(dim=(1, 2))
            + (pooled - self.pooled[wanted]).square().mean(dim=1)
            for wanted in self.targets[rows].T
        ]
        return torch.stack(apart).amin(dim=0).mean()


def train_adapters(model: SeeingSounds, output: Path, *, seed: int, schedule: Schedule) -> None:
    """Train adapters for ``model``'s frozen parts; write them, and beside them what they were trained on.

    Stops early where the loss on the recordings that are held out falls no more. Raises ``UserError`` where the profile
    names no training set.
    """
    began = time.monotonic()
    dataset = training_set(model.settings.training_set, model=NAME)
    curriculum = Curriculum(dataset, model.settings.control, seed=seed)
    clips, held_out_clips = len(curriculum.manifest), int(curriculum.held_out.sum())
    lessons = _lessons(model, curriculum)
    del curriculum  # it keeps the sounds that it joined
    adapters = _new_adapters(model, lessons, seed)
    steps = Steps.of(lessons.joined, held_out=lessons.held_out, tokens=lessons.audio.shape[1])
    others = lessons.held_out.nonzero().flatten()
    output.mkdir(parents=True, exist_ok=True)
    fitted = fit(
        {"adapters": adapters},
        lambda draw: lessons.loss(adapters, steps.rows(draw), steps.heard(draw), noise=NOISE),
        schedule=schedule,
        seed=seed,
        state=_state_file(model, dataset, output, seed=seed, schedule=schedule),
        held_out=(lambda: _mean_loss(lessons, adapters, others)) if len(others) else None,
        device=model.device,
    )
    adapters.save(output)
    finish(
        output,
        fitted,
        began=began,
        seed=seed,
        schedule=schedule,
        clips=clips,
        held_out_clips=held_out_clips,
        **_origin(model, dataset),
    )


def _origin(model: SeeingSounds, dataset: Dataset) -> dict[str, Any]:
    """Return what a training record says of the model and its data."""
    return {
        "model": NAME,
        "profile": model.profile,
        "trained_on": (stamp_of(dataset.card),),
        "concepts_met": concepts_of(dataset),
        "encoders": model.encoders,
        "licence": model.licence,
        "citation": CITATION,
    }


def _state_file(model: SeeingSounds, dataset: Dataset, output: Path, *, seed: int, schedule: Schedule) -> Path:
    settings = model.settings.model_dump(exclude={"adapters"})
    return state_file(output, settings, stamp_of(dataset.card), seed, asdict(schedule))


def _lessons(model: SeeingSounds, curriculum: Curriculum) -> _Lessons:
    """Listen to everything once, which is enough: the ears are frozen."""
    clips = len(curriculum.manifest)
    log.info("listening to %d clips", clips)
    audio, words, held_out = [], [], []
    groups = [range(start, min(start + GROUP, clips)) for start in range(0, clips, GROUP)]
    for group in ahead(groups, partial(_lessons_of, curriculum), at_most=2):
        audio.append(model.ears.listen([lesson.clip for lesson, _ in group]).bfloat16())
        words += [lesson.words for lesson, _ in group]
        held_out += [kept_out for _, kept_out in group]
    row_of = {each: row for row, each in enumerate(dict.fromkeys(chain.from_iterable(words)))}
    prompt_embeds, pooled = model.generator.encode_text(list(row_of))
    orders = max(map(len, words))
    return _Lessons(
        audio=torch.cat(audio),
        held_out=torch.tensor(held_out),
        targets=torch.tensor([[row_of[each[order % len(each)]] for order in range(orders)] for each in words]),
        prompt_embeds=prompt_embeds.float(),
        pooled=pooled.float(),
    )


def _lessons_of(curriculum: Curriculum, places: Sequence[int]) -> list[tuple[Lesson, bool]]:
    """Return all lessons of some clips, and of each whether it is kept out of the training."""
    return [(lesson, bool(curriculum.held_out[place])) for place in places for lesson in curriculum.lessons(place)]


def _new_adapters(model: SeeingSounds, lessons: _Lessons, seed: int) -> Adapters:
    config = AdapterConfig(
        audio_width=lessons.audio.shape[-1],
        text_tokens=model.settings.text_tokens,
        text_width=lessons.prompt_embeds.shape[-1],
        pooled_width=lessons.pooled.shape[-1],
        text_hidden=model.settings.text_hidden,
        pooled_hidden=model.settings.pooled_hidden,
        heads=model.settings.heads,
        expansion=model.settings.expansion,
        pooled_expansion=model.settings.pooled_expansion,
    )
    torch.manual_seed(seed)
    adapters = Adapters(config).to(lessons.audio.device)
    adapters.check(lessons.prompt_embeds, lessons.pooled)
    if model.settings.begin_with_tags:
        adapters.begin_with_tags(*model.ears.head)
    return adapters


def _mean_loss(lessons: _Lessons, adapters: Adapters, rows: Tensor) -> float:
    """Return the mean loss over ``rows``, in batches."""
    return sum(lessons.loss(adapters, some).item() * len(some) for some in torch.split(rows, BATCH)) / len(rows)
