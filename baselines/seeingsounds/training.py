"""Training the adapters: L = MSE(h_T, E_T(y)) + MSE(h_V, E_V(y)), y the class name of the sound."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from baselines.seeingsounds.adapters import AdapterConfig, Adapters
from baselines.seeingsounds.model import TRAINING_FILE
from evalsuite.datasets.base import Dataset, WordsConcepts
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json
from evalsuite.registry import resolve
from evalsuite.seeds import derive_seed
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from baselines.seeingsounds.model import SeeingSounds
    from evalsuite.datasets.base import ClipInfo

log = logging.getLogger(__name__)

SCHEDULE = Schedule(steps=1200, rate=1e-3, weight_decay=1e-2, anneal=0.7)
BATCH = 64
HELD_OUT = 10
"""One recording in so many is kept out of the training, to tell how well the adapters generalise."""


@dataclass(frozen=True)
class _Lessons:
    """All that the adapters learn from."""

    audio: Tensor
    """Audio tokens (n, T, width) in bfloat16."""
    targets: Tensor
    """Class of each clip (n,), a row of the next two."""
    prompt_embeds: Tensor
    """T5 token embeddings of the class names (classes, tokens, width)."""
    pooled: Tensor
    """CLIP pooled embeddings of the class names (classes, width)."""

    def loss(self, adapters: Adapters, rows: Tensor) -> Tensor:
        """Return the mean loss over some clips."""
        text, pooled = adapters(self.audio[rows].float())
        wanted = self.targets[rows]
        return functional.mse_loss(text, self.prompt_embeds[wanted]) + functional.mse_loss(pooled, self.pooled[wanted])


def train_adapters(model: SeeingSounds, output: Path, *, seed: int, schedule: Schedule) -> None:
    """Train adapters for ``model``'s frozen parts; write them, and beside them what they were trained on.

    Raises ``UserError`` where the profile names no training set.
    """
    dataset = _training_set(model)
    manifest = dataset.manifest()
    lessons = _lessons(model, dataset, manifest)
    adapters = _new_adapters(model, lessons, seed)
    held_out = torch.tensor([derive_seed(seed, info.source) % HELD_OUT == 0 for info in manifest])
    rows = (~held_out).nonzero().flatten()

    def loss(draw: Draw) -> Tensor:
        return lessons.loss(adapters, rows[draw.rng.integers(len(rows), size=BATCH)])

    output.mkdir(parents=True, exist_ok=True)
    state = _state_file(model, output, seed, schedule)
    facts = {
        "trained_on": [f"{dataset.card.name}@{dataset.card.version}"],
        "concepts_met": _concepts(dataset),
        "clips": len(manifest),
        "seed": seed,
        "steps": schedule.steps,
        "loss": fit({"adapters": adapters}, loss, schedule=schedule, seed=seed, state=state),
        "held_out_loss": _mean_loss(lessons, adapters, held_out.nonzero().flatten()),
    }
    adapters.save(output)
    (output / TRAINING_FILE).write_text(json.dumps(facts, indent=1) + "\n")
    for left in output.glob("*.state"):
        left.unlink()


def _state_file(model: SeeingSounds, output: Path, seed: int, schedule: Schedule) -> Path:
    """Return where this training keeps its state; one of another profile or seed is never taken up by mistake."""
    key = sha256_json([model.settings.model_dump(exclude={"adapters"}), seed, asdict(schedule)])
    return output / f"training-{key[:SHORT]}.state"


def _training_set(model: SeeingSounds) -> Dataset:
    name = model.settings.training_set
    if name is None:
        raise UserError(
            "the profile names no `training_set` under models.seeingsounds: add one (evalsuite ls datasets)"
        )
    dataset: Dataset = resolve("datasets", name)(root=None)
    return dataset


def _concepts(dataset: Dataset) -> list[str]:
    names = dataset.plain_names if isinstance(dataset, WordsConcepts) else {}
    return [names.get(label, label) for label in dataset.classes]


def _lessons(model: SeeingSounds, dataset: Dataset, manifest: Sequence[ClipInfo]) -> _Lessons:
    log.info("listening to %d clips of %s", len(manifest), dataset.card.name)
    labels = list(dataset.classes)
    prompt_embeds, pooled = model.generator.encode_text(labels)
    return _Lessons(
        audio=_listen(model, dataset, manifest),
        targets=torch.tensor([labels.index(info.label) for info in manifest]),
        prompt_embeds=prompt_embeds.float(),
        pooled=pooled.float(),
    )


def _listen(model: SeeingSounds, dataset: Dataset, manifest: Sequence[ClipInfo]) -> Tensor:
    """Return the audio tokens of all clips, (n, T, width) in bfloat16: the encoder is frozen, so once is enough."""
    parts = []
    for start in range(0, len(manifest), BATCH):
        clips = [dataset.load(info) for info in manifest[start : start + BATCH]]
        parts.append(model.ears.listen(clips).bfloat16())
    return torch.cat(parts)


def _new_adapters(model: SeeingSounds, lessons: _Lessons, seed: int) -> Adapters:
    config = AdapterConfig(
        audio_width=lessons.audio.shape[-1],
        text_tokens=model.settings.text_tokens,
        text_width=lessons.prompt_embeds.shape[-1],
        pooled_width=lessons.pooled.shape[-1],
        text_hidden=model.settings.text_hidden,
        pooled_hidden=model.settings.pooled_hidden,
        heads=model.settings.heads,
    )
    torch.manual_seed(seed)
    adapters = Adapters(config).to(lessons.audio.device)
    adapters.check(lessons.prompt_embeds, lessons.pooled)
    return adapters


@torch.inference_mode()
def _mean_loss(lessons: _Lessons, adapters: Adapters, rows: Tensor) -> float | None:
    """Return the mean loss over ``rows``, in batches; ``None`` where there are none."""
    total = sum(lessons.loss(adapters, some).item() * len(some) for some in torch.split(rows, BATCH))
    return total / len(rows) if len(rows) else None
