"""The features of an image classifier, for distances between sets of pictures: a ResNet saved by transformers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.encoders.pixels import Fit, normalised
from evalsuite.encoders.tower import Tower, inferred, inferred_rows
from evalsuite.encoders.weights import folder_fingerprint, open_pretrained, read_json, weights_folder
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor
    from transformers import ResNetForImageClassification

    from evalsuite.audio.clip import Picture
    from evalsuite.encoders.base import Features, Modality

PREPROCESSING = "image-classifier-2"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

MIDDLE_GREY = (0.5, 0.5, 0.5)
TWO_CLASSES = ("0", "1")
"""What transformers takes a configuration to mean that names no classes."""


def image_classifier_towers(*, weights: Path | str, device: str) -> dict[Modality, Tower]:
    """Open a saved ``ResNetForImageClassification``.

    ``image`` gives the pooled maps before the classifier, ``head`` makes logits of them, one per class, bias included.
    ``preprocessor_config.json`` gives ``image_mean``, ``image_std`` and ``size``; without it, mean and deviation are
    0.5 and pictures keep their own size. The folder's name is the encoder's. Raises ``UserError`` where the folder is
    none or holds another kind of network.
    """
    folder = weights_folder(weights, holding="config.json")
    config = read_json(folder / "config.json")
    if config.get("model_type") != "resnet" or not config.get("hidden_sizes"):
        raise UserError("not a ResNet of transformers: model_type is not 'resnet'", file=folder / "config.json")
    loaded = _Loaded(folder=folder, device=device)
    side = loaded.side
    tower = partial(Tower, name=folder.name, fingerprint=folder_fingerprint(folder, preprocessing=PREPROCESSING))
    width, classes = int(config["hidden_sizes"][-1]), len(config.get("id2label", TWO_CLASSES))
    prepare = (lambda: Fit(side)) if side else None
    return {
        "image": tower(modality="image", dim=width, encode=loaded.pictures, preparation=prepare),
        "head": tower(modality="head", dim=classes, encode=loaded.logits),
    }


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The network, opened on first use."""

    folder: Path
    device: str

    @cached_property
    def preprocessing(self) -> dict[str, Any]:
        path = self.folder / "preprocessor_config.json"
        return read_json(path) if path.is_file() else {}

    @cached_property
    def net(self) -> ResNetForImageClassification:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import ResNetForImageClassification

        net: ResNetForImageClassification = open_pretrained(ResNetForImageClassification, self.folder)
        return net.to(self.device)

    @property
    def side(self) -> int | None:
        """The side of the pictures the network was trained on, where that was written down."""
        size = self.preprocessing.get("size", {})
        side = size if isinstance(size, int) else size.get("shortest_edge", size.get("height"))
        return None if side is None else int(side)

    def pictures(self, pictures: Sequence[Picture]) -> Features:
        if len({picture.shape for picture in pictures}) > 1:
            return np.concatenate([self.pictures([picture]) for picture in pictures])
        mean = self.preprocessing.get("image_mean", MIDDLE_GREY)
        std = self.preprocessing.get("image_std", MIDDLE_GREY)
        return inferred(self._pooled, normalised(pictures, mean=mean, std=std, device=self.device))

    def logits(self, rows: Sequence[Features]) -> Features:
        return inferred_rows(self.net.classifier, rows, device=self.device)

    def _pooled(self, pixels: Tensor) -> Tensor:
        pooled: Tensor = self.net.resnet(pixels).pooler_output.flatten(1)
        return pooled
