"""Stage «inception»: an image classifier whose features serve where papers use Inception's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.pretrain.pictures import Scenery
from evalsuite.miniworld.pretrain.views import gather
from evalsuite.miniworld.scenes import DISTANCES, PLACES, TIMES
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor
    from transformers import ConvNextImageProcessor, ResNetForImageClassification

    from evalsuite.miniworld.scenes import Scene

SCHEDULE = Schedule(steps=500, rate=2e-3, weight_decay=0.02, anneal=0.6)
BATCH = 96
PAIRS = 0.3
SCENERY = Scenery(pairs=3000)
TAGS = (*(concept.name for concept in CONCEPTS), *DISTANCES, *TIMES, *PLACES)
"""What the taggers of the miniature world tell: the concepts, and the attributes of the scene."""


def tags_of(scenes: Sequence[Scene]) -> Tensor:
    """Return which tags are true of each scene, float (n, tags) in {0, 1}."""
    facts = [{*scene.concepts, scene.distance, scene.time, scene.place} for scene in scenes]
    return torch.tensor([[float(tag in true) for tag in TAGS] for true in facts])


def new_classifier() -> ResNetForImageClassification:
    """Return the classifier with random weights."""
    from transformers import ResNetConfig, ResNetForImageClassification

    config = ResNetConfig(
        embedding_size=24,
        hidden_sizes=[24, 48, 96, 128],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        hidden_act="relu",
        id2label=dict(enumerate(TAGS)),
        label2id={tag: index for index, tag in enumerate(TAGS)},
        problem_type="multi_label_classification",
    )
    return ResNetForImageClassification(config)


def new_image_processor() -> ConvNextImageProcessor:
    """Return the front end: 64 x 64 pixels in [-1, 1]; ResNets of transformers have ConvNeXT's."""
    from transformers import ConvNextImageProcessor

    return ConvNextImageProcessor(size={"shortest_edge": 64}, crop_pct=1.0, image_mean=[0.5] * 3, image_std=[0.5] * 3)


def train(
    folder: Path, *, autoencoder_folder: Path, seed: int, schedule: Schedule = SCHEDULE, scenery: Scenery = SCENERY
) -> dict[str, float]:
    """Train the classifier and save it in transformers' format."""
    torch.manual_seed(seed)
    classifier = new_classifier()
    views = gather(autoencoder_folder, scenery=scenery, rng=np.random.default_rng(seed))

    def loss(draw: Draw) -> Tensor:
        scenes, pixels = views.draw(draw.rng, BATCH, pairs=PAIRS)
        logits = classifier(pixels).logits
        return functional.binary_cross_entropy_with_logits(logits, tags_of(scenes)) * len(TAGS)

    last = fit({"classifier": classifier}, loss, schedule=schedule, seed=seed, state=folder.with_suffix(".state")).loss
    classifier.save_pretrained(folder)
    new_image_processor().save_pretrained(folder)
    return {"loss": last}
