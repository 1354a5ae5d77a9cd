"""The stages of the recipe: what each trains, what it needs, and under which name it ships."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from evalsuite.miniworld.pretrain import growth
from evalsuite.miniworld.pretrain.pictures import Scenery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evalsuite.training import Schedule

TRIAL_VIEWS = 64
"""How many views the segmenter learns from in a trial."""
TRIAL_SCENERY = Scenery(pairs=64, every=16)
"""What a stage learns from in a trial: of one source, scenes of every concept."""


@dataclass(frozen=True)
class Job:
    """One stage to run, with everything it needs; it travels to the worker processes."""

    stage: str
    output: Path
    steps: int | None
    seed: int
    earlier: Path | None = None
    """Checkpoints of a smaller world to begin from."""

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
        """Return the stage's schedule, shortened where it grows or where the user asked for it."""
        schedule = schedule if self.earlier is None else growth.shortened(schedule, self.stage)
        return schedule if self.steps is None else replace(schedule, steps=self.steps)

    def scenery(self, scenery: Scenery) -> Scenery:
        """Return what to learn from; a shortened stage is a trial and needs little."""
        return scenery if self.steps is None else TRIAL_SCENERY


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
        scenery=job.scenery(decoder.SCENERY),
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
            scenery=job.scenery(stage.SCENERY),
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
    from evalsuite.miniworld.pretrain import flow

    return flow.train(
        job.folder,
        autoencoder_folder=job.autoencoder,
        seed=job.seed,
        schedule=job.schedule(flow.SCHEDULE),
        scenery=job.scenery(flow.SCENERY),
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
        scenery=job.scenery(audioclip.SCENERY),
    )


def _unclip(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import unclip

    return unclip.train(
        job.folder,
        autoencoder_folder=job.autoencoder,
        clip_folder=job.work / "clip",
        seed=job.seed,
        schedule=job.schedule(unclip.SCHEDULE),
        scenery=job.scenery(unclip.SCENERY),
    )


def _segmenter(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import segmenter

    return segmenter.train(
        job.folder,
        autoencoder_folder=job.autoencoder,
        clip_folder=job.work / "clip",
        seed=job.seed,
        schedule=job.schedule(segmenter.SCHEDULE),
        views=segmenter.VIEWS if job.steps is None else TRIAL_VIEWS,
    )


def _slim(job: Job) -> dict[str, float]:
    from evalsuite.miniworld.pretrain import flow, slim

    return slim.train(
        job.folder,
        flux_folder=job.work / "flux",
        seed=job.seed,
        schedule=job.schedule(slim.SCHEDULE),
        scenery=job.scenery(flow.SCENERY),
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
    "segmenter": _segmenter,
}
"""Every stage, in the order of their seeds. `judge_clip`, `audioclip`, `inception`, `wav2clip` and `segmenter` are
scorers: nothing that makes pictures is ever trained against them. The segmenter sees through `clip`, as systems do."""

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
    "segmenter": ("decoder", "clip"),
}
"""Stages that look through another stage's result."""

SHIPS_AS = {"autoencoder": None, "decoder": None, "flux": None, "slim": "flux", "segmenter": "clipseg"}
"""Under which name a stage's result ships, where not under its own; ``None`` for what only other stages need."""

TOGETHER = ("autoencoder", "flux", "unclip", "slim")
"""Stages that several processes train together."""
