"""The features of an image classifier, for distances between sets of pictures: a ResNet saved by transformers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.encoders.pixels import normalised, stacked
from evalsuite.encoders.tower import Tower, inferred
from evalsuite.encoders.weights import folder_fingerprint, read_json, weights_folder
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from evalsuite.audio.clip import Picture
    from evalsuite.encoders.base import Features, Modality

PREPROCESSING = "image-classifier-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

MIDDLE_GREY = (0.5, 0.5, 0.5)


def image_classifier_towers(*, weights: Path | str, device: str) -> dict[Modality, Tower]:
    """Open a saved ``ResNetForImageClassification``; its features are the pooled maps before the classifier.

    ``preprocessor_config.json`` gives ``image_mean``, ``image_std`` and ``size``; without it, mean and deviation are
    0.5 and pictures keep their own size. The folder's name is the encoder's. Raises ``UserError`` where the folder is
    none or holds another kind of network.
    """
    folder = weights_folder(weights, holding="config.json")
    config = read_json(folder / "config.json")
    if config.get("model_type") != "resnet" or not config.get("hidden_sizes"):
        raise UserError("not a ResNet of transformers: model_type is not 'resnet'", file=folder / "config.json")
    tower = Tower(
        name=folder.name,
        fingerprint=folder_fingerprint(folder, preprocessing=PREPROCESSING),
        modality="image",
        dim=int(config["hidden_sizes"][-1]),
        encode=_Loaded(folder=folder, device=device).pictures,
    )
    return {"image": tower}


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The network without its classifier, opened on first use."""

    folder: Path
    device: str

    @cached_property
    def preprocessing(self) -> dict[str, Any]:
        path = self.folder / "preprocessor_config.json"
        return read_json(path) if path.is_file() else {}

    @cached_property
    def pooled(self) -> Callable[[Tensor], Tensor]:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import ResNetForImageClassification

        net = ResNetForImageClassification.from_pretrained(self.folder, local_files_only=True, dtype="float32")
        backbone: Any = net.resnet
        backbone.to(self.device).eval()
        return lambda pixels: backbone(pixels).pooler_output.flatten(1)

    def pictures(self, pictures: Sequence[Picture]) -> Features:
        side = self._side()
        if side is None and len({picture.shape for picture in pictures}) > 1:
            return np.concatenate([self.pictures([picture]) for picture in pictures])
        batch = stacked(pictures, side) if side else np.stack(pictures)
        mean = self.preprocessing.get("image_mean", MIDDLE_GREY)
        std = self.preprocessing.get("image_std", MIDDLE_GREY)
        return inferred(self.pooled, normalised(batch, mean=mean, std=std).to(self.device))

    def _side(self) -> int | None:
        """Return the side of the pictures the network was trained on, where that was written down."""
        size = self.preprocessing.get("size", {})
        side = size if isinstance(size, int) else size.get("shortest_edge", size.get("height"))
        return None if side is None else int(side)
