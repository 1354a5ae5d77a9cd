"""What every diffusers pipeline here needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from diffusers import DiffusionPipeline

    Pipeline = TypeVar("Pipeline", bound=DiffusionPipeline)


def ready(pipeline: Pipeline, device: str) -> Pipeline:
    """Return the pipeline on ``device``, without progress bars; on a CPU its decoder is laid out for convolutions."""
    pipeline.set_progress_bar_config(disable=True)
    if device == "cpu":
        import torch

        pipeline.vae.to(memory_format=torch.channels_last)
    moved: Pipeline = pipeline.to(device)
    return moved


def drawn_on(device: str) -> tuple[str, ...]:
    """Return what ``device`` adds to a generator's fingerprint: its kind, unless that is a CPU.

    Elsewhere networks compute in bfloat16, so that the pictures are others.
    """
    kind = device.partition(":")[0]
    return () if kind == "cpu" else (kind,)


def own_copy(pipeline: Pipeline) -> Pipeline:
    """Return a pipeline that shares all networks and has a scheduler of its own, for use in another thread.

    A scheduler counts the steps of the batch it is at, and a pipeline keeps that batch's settings: two batches at once
    need two of each.
    """
    scheduler = type(pipeline.scheduler).from_config(pipeline.scheduler.config)
    copy: Pipeline = type(pipeline)(**{**pipeline.components, "scheduler": scheduler})
    copy.set_progress_bar_config(disable=True)
    return copy
