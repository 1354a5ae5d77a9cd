"""The recipe: every checkpoint of the miniature world, from nothing, in the order in which they need each other."""

from __future__ import annotations

import logging
import os
import shutil
import time
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from evalsuite.errors import UserError, did_you_mean
from evalsuite.miniworld.pretrain import manifest
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evalsuite.training import Schedule

log = logging.getLogger(__name__)

WORKERS = 2
"""Processes that train the two long stages together. Another number draws other batches, so it is fixed."""

TRIAL_SCENES = 64
"""Scenes of two sources that a shortened stage learns from."""


@dataclass(frozen=True)
class Job:
    """One stage to run, with everything it needs; it travels to the worker processes."""

    stage: str
    output: Path
    steps: int | None
    seed: int

    @property
    def work(self) -> Path:
        """Where states, full-precision weights and sound banks are kept."""
        return self.output / ".work"

    @property
    def folder(self) -> Path:
        """Where the stage leaves its full-precision result."""
        return self.work / self.stage

    @property
    def autoencoder(self) -> Path:
        """The finished autoencoder, through which the other stages look."""
        return self.work / "decoder"

    def schedule(self, schedule: Schedule) -> Schedule:
        """Return the stage's schedule, shortened where the user asked for it."""
        return schedule if self.steps is None else replace(schedule, steps=self.steps)

    def some(self, scenes: int) -> int:
        """Return how many of ``scenes`` to learn from; a shortened stage is a trial and needs few."""
        return scenes if self.steps is None else TRIAL_SCENES


def _autoencoder(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import autoencoder

    return autoencoder.train(job.folder, seed=job.seed, schedule=job.schedule(autoencoder.SCHEDULE))


def _decoder(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import decoder

    return decoder.train(
        job.folder,
        autoencoder_folder=job.work / "autoencoder",
        seed=job.seed,
        schedule=job.schedule(decoder.SCHEDULE),
        pairs=job.some(decoder.SCENES_OF_TWO),
    )


def _looking(module: str) -> Callable[[Job], dict[str, float]]:
    """Return a stage that learns from scenes and from what the autoencoder makes of them."""

    def train(job: Job) -> dict[str, float]:
        stage = import_module(f"evalsuite.miniworld.pretrain.{module}")
        figures: dict[str, float] = stage.train(
            job.folder,
            autoencoder_folder=job.autoencoder,
            seed=job.seed,
            schedule=job.schedule(stage.SCHEDULE),
            pairs=job.some(stage.SCENES_OF_TWO),
        )
        return figures

    return train


def _listening(module: str) -> Callable[[Job], dict[str, float]]:
    """Return a stage that learns from a bank of recordings."""

    def train(job: Job) -> dict[str, float]:
        stage = import_module(f"evalsuite.miniworld.pretrain.{module}")
        figures: dict[str, float] = stage.train(
            job.folder,
            work=job.work,
            seed=job.seed,
            schedule=job.schedule(stage.SCHEDULE),
            per_concept=_per_concept(job),
        )
        return figures

    return train


def _flux(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import flow, pictures

    return flow.train(
        job.folder,
        autoencoder_folder=job.autoencoder,
        seed=job.seed,
        schedule=job.schedule(flow.SCHEDULE),
        pairs=job.some(len(pictures.training_pairs())),
    )


def _audioclip(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import audioclip

    return audioclip.train(
        job.folder,
        autoencoder_folder=job.autoencoder,
        work=job.work,
        seed=job.seed,
        schedule=job.schedule(audioclip.SCHEDULE),
        per_concept=_per_concept(job),
        pairs=job.some(audioclip.SCENES_OF_TWO),
    )


def _unclip(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import pictures, unclip

    return unclip.train(
        job.folder,
        autoencoder_folder=job.autoencoder,
        clip_folder=job.work / "clip",
        seed=job.seed,
        schedule=job.schedule(unclip.SCHEDULE),
        pairs=job.some(len(pictures.training_pairs())),
    )


def _slim(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import pictures, slim

    return slim.train(
        job.folder,
        flux_folder=job.work / "flux",
        seed=job.seed,
        schedule=job.schedule(slim.SCHEDULE),
        pairs=job.some(len(pictures.training_pairs())),
    )


def _per_concept(job: Job) -> int:
    """Return how many recordings of each concept to learn from; a shortened stage is a trial and needs few."""
    return 60 if job.steps is None else 1


STAGES: dict[str, Callable[[Job], dict[str, float]]] = {
    "autoencoder": _autoencoder,
    "decoder": _decoder,
    "flux": _flux,
    "ast": _listening("ast"),
    "clap": _listening("clap"),
    "judge_clip": _looking("judge"),
    "audioclip": _audioclip,
    "inception": _looking("inception"),
    "clip": _looking("clip"),
    "unclip": _unclip,
    "slim": _slim,
    "wav2clip": _listening("wav2clip"),
}
"""Every stage, in the order of their seeds. `judge_clip`, `audioclip`, `inception` and `wav2clip` are scorers: nothing
that makes pictures is ever trained against them."""

NEEDS = {
    "decoder": ("autoencoder",),
    "flux": ("decoder",),
    "judge_clip": ("decoder",),
    "audioclip": ("decoder",),
    "inception": ("decoder",),
    "clip": ("decoder",),
    "unclip": ("decoder", "clip"),
    "slim": ("flux",),
    "wav2clip": ("judge_clip",),
}
"""Stages that look through another stage's result."""

SHIPS_AS = {"autoencoder": None, "decoder": None, "flux": None, "slim": "flux"}
"""Under which name a stage's result ships, where not under its own; ``None`` for what only other stages need."""

TOGETHER = ("autoencoder", "flux", "unclip", "slim")
"""Stages that several processes train together."""


def pretrain(stages: Sequence[str] | None, *, output: Path, steps: int | None, seed: int) -> None:
    """Train ``stages`` (all of them by default) into ``output``, each taken up where it was interrupted.

    ``steps`` shortens every stage, for a trial. Raises ``UserError`` for an unknown stage.
    """
    names = list(stages or STAGES)
    for name in names:
        if name not in STAGES:
            raise UserError(f"no stage {name!r} in the recipe{did_you_mean(name, STAGES)}")
    register_missing_operators()
    output.mkdir(parents=True, exist_ok=True)
    for name in names:
        # Every stage has a seed of its own, so that no two share an initial weight or a batch.
        _run(Job(name, output, steps, seed * 1000 + list(STAGES).index(name)))


def _run(job: Job) -> None:
    missing = [name for name in NEEDS.get(job.stage, ()) if not (job.work / name).is_dir()]
    if missing:
        raise UserError(f"stage {job.stage!r} needs stage {missing[0]!r}: evalsuite miniworld pretrain {missing[0]}")
    log.info("stage %s", job.stage)
    began = time.monotonic()
    job.work.mkdir(parents=True, exist_ok=True)
    figures = _together(job) if job.stage in TOGETHER else STAGES[job.stage](job)
    minutes = (time.monotonic() - began) / 60
    shipped = SHIPS_AS.get(job.stage, job.stage)
    if shipped is not None:
        shutil.rmtree(job.output / shipped, ignore_errors=True)
        shutil.copytree(job.folder, job.output / shipped)
        manifest.halve(job.output / shipped)
        manifest.forget_origin(job.output / shipped)
    manifest.enter(job.output, job.stage, shipped=shipped, minutes=minutes, seed=job.seed, figures=figures)


def _together(job: Job) -> dict[str, float]:
    """Run one stage in :data:`WORKERS` processes with a thread each, and return the first one's figures."""
    from torch.multiprocessing import get_context
    from torch.multiprocessing.spawn import start_processes

    queue = get_context("spawn").SimpleQueue()
    meeting = job.work / f"meeting-{os.getpid()}"
    meeting.unlink(missing_ok=True)
    worker = partial(_worker, job=job, meeting=meeting, queue=queue)
    start_processes(worker, nprocs=WORKERS, start_method="spawn")  # type: ignore[no-untyped-call]
    meeting.unlink(missing_ok=True)
    figures: dict[str, float] = queue.get()
    return figures


def _worker(rank: int, *, job: Job, meeting: Path, queue: object) -> None:
    import torch

    from evalsuite.training.processes import joined

    if rank == 0:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    register_missing_operators()
    torch.set_num_threads(1)
    with joined(rank=rank, workers=WORKERS, meeting=meeting):
        figures = STAGES[job.stage](job)
        if rank == 0:
            queue.put(figures)  # type: ignore[attr-defined]
