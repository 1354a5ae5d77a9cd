"""Stage «slim»: the generator's transformer at a third of its depth, trained on against the text encoders as they are.

The deep transformer is needed while text encoders and pictures find to each other; once they are frozen, two of its
six blocks draw as well, in a third of the time and half the space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from evalsuite.miniworld.pretrain import flow
from evalsuite.training import Schedule, fit, rank

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from diffusers import FluxTransformer2DModel
    from torch import Tensor

    from evalsuite.miniworld.pretrain.pictures import Scenery

SCHEDULE = Schedule(steps=3000, rate=1e-3, warmup=100, anneal=0.7, ema=0.999, weight_decay=1e-3)
KEPT = {"transformer_blocks": (0,), "single_transformer_blocks": (3,)}
"""Which blocks the slim transformer starts from: the first that joins words and picture, the last that draws."""


def slimmed(deep: FluxTransformer2DModel) -> FluxTransformer2DModel:
    """Return a transformer of a few of ``deep``'s blocks, with their weights."""
    double, single = (len(numbers) for numbers in KEPT.values())
    slim: FluxTransformer2DModel = type(deep).from_config(
        {**deep.config, "num_layers": double, "num_single_layers": single}
    )
    slim.load_state_dict(_renumbered(deep.state_dict()))
    return slim


def _renumbered(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return what is kept of the deep transformer's weights, its blocks numbered from zero."""
    kept = {}
    for name, tensor in weights.items():
        blocks, _, rest = name.partition(".")
        number, _, parameter = rest.partition(".")
        if blocks not in KEPT:
            kept[name] = tensor
        elif int(number) in KEPT[blocks]:
            kept[f"{blocks}.{KEPT[blocks].index(int(number))}.{parameter}"] = tensor
    return kept


def train(
    folder: Path, *, flux_folder: Path, seed: int, schedule: Schedule = SCHEDULE, scenery: Scenery = flow.SCENERY
) -> dict[str, float]:
    """Train the slim transformer, save the whole pipeline to ``folder`` and return the last loss.

    ``scenery`` is what to learn from.
    """
    from diffusers import FluxPipeline

    torch.manual_seed(seed)
    pipeline = FluxPipeline.from_pretrained(flux_folder, torch_dtype=torch.float32)
    parts = flow.FluxParts(
        pipeline.text_encoder.requires_grad_(False).eval(),
        pipeline.text_encoder_2.requires_grad_(False).eval(),
        slimmed(pipeline.transformer),
    )
    pools = [flow.encode_scenes(pipeline.vae, scenes) for scenes in scenery.draw(np.random.default_rng(seed))]
    state = folder.with_suffix(".state")
    modules = {"transformer": parts.transformer}
    last = fit(modules, flow.Loss(parts, pools), schedule=schedule, seed=seed, state=state).loss
    if rank() == 0:
        flow.pipeline(parts, pipeline.vae).save_pretrained(folder)
    return {"loss": last}
