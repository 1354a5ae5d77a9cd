"""Training the conditioner: the frozen generator's own objective on the pictures of pairs, given their sounds.

A concept's text only says which pictures a retrieved sound may stand for, unless the profile sets an ``alignment``.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from baselines.holdout import held_out_mask
from baselines.sonification.conditioner import Conditioner, ConditionerConfig
from baselines.sonification.lessons import Exchange, Lessons, Material, open_material, prepare
from baselines.sonification.model import CITATION
from baselines.sonification.settings import NAME
from baselines.trained import finish, stamp_of, state_file
from evalsuite.training import Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from baselines.sonification.model import Sonification

SCHEDULE = Schedule(
    steps=3000, rate=1e-3, warmup=100, weight_decay=1e-2, anneal=0.6, ema=0.99, check_every=100, patience=8
)
BATCH = 64


def train_conditioner(model: Sonification, output: Path, *, seed: int, schedule: Schedule) -> None:
    """Train a conditioner for ``model``'s frozen parts; write it, and beside it what it was trained on.

    Stops early where the loss on the sounds that are held out falls no more. Raises ``UserError`` where the profile
    names no pools, or pairs of other pools.
    """
    began = time.monotonic()
    output.mkdir(parents=True, exist_ok=True)
    material = open_material(model, output)
    lessons = prepare(model, material)
    conditioner = _new_conditioner(model, lessons, seed)
    held_out = held_out_mask(material.paired_sounds, seed=seed)
    kept, others = np.flatnonzero(~held_out), torch.from_numpy(np.flatnonzero(held_out))
    exchange = Exchange(kept, concepts=material.pairs.concept.iloc[kept].tolist())
    fitted = fit(
        {"conditioner": conditioner},
        lambda draw: lessons.loss(conditioner, *exchange.draw(draw.rng, size=BATCH)),
        schedule=schedule,
        seed=seed,
        state=_state_file(model, material, output, seed=seed, schedule=schedule),
        held_out=(lambda: _mean_loss(lessons, conditioner, others)) if len(others) else None,
        device=model.device,
    )
    conditioner.save(output)
    finish(
        output,
        fitted,
        began=began,
        seed=seed,
        schedule=schedule,
        clips=len(held_out),
        held_out_clips=len(others),
        **_origin(model, material),
    )


def _origin(model: Sonification, material: Material) -> dict[str, Any]:
    """Return what a training record says of the model and its data."""
    facts = material.facts
    return {
        "model": NAME,
        "profile": model.profile,
        "trained_on": tuple(map(stamp_of, (facts.picture_pool, facts.sound_pool))),
        "concepts_met": material.concepts_met,
        # The pairs were made by a captioner and by a CLAP, which may be another than the one that conditions.
        "encoders": tuple(dict.fromkeys((*model.encoders, facts.settings.clap, facts.settings.captioner_weights))),
        "licence": model.licence,
        "citation": CITATION,
        "extra": {} if facts.precision is None else {"pair_precision": facts.precision},
    }


def _state_file(model: Sonification, material: Material, output: Path, *, seed: int, schedule: Schedule) -> Path:
    settings = model.settings.model_dump(exclude={"conditioner"})
    return state_file(output, settings, material.facts.pairs_sha256, seed, asdict(schedule))


def _new_conditioner(model: Sonification, lessons: Lessons, seed: int) -> Conditioner:
    text_width, pooled_width = model.generator.widths
    config = ConditionerConfig(
        clap_width=lessons.clap.shape[1],
        ast_width=lessons.ast.shape[1],
        text_tokens=model.settings.text_tokens,
        text_width=text_width,
        pooled_width=pooled_width,
        hidden=model.settings.hidden,
    )
    torch.manual_seed(seed)
    return Conditioner(config)


def _mean_loss(lessons: Lessons, conditioner: Conditioner, rows: Tensor) -> float:
    """Return the mean loss over ``rows``, in batches, at noises and times that are the same at every look."""
    batches = torch.split(rows, BATCH)
    return sum(lessons.loss(conditioner, some, some).item() * len(some) for some in batches) / len(rows)
