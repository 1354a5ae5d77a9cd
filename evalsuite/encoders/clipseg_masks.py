"""A CLIPSeg opened by transformers: where in a picture is what a phrase names."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.encoders.pixels import Squash, normalised
from evalsuite.encoders.tower import inferred
from evalsuite.encoders.weights import load_state, open_pretrained, published_folder, read_json, weights_folder
from evalsuite.encoders.weights_file import fill
from evalsuite.errors import UserError
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from torch import Tensor
    from transformers import CLIPSegForImageSegmentation

    from evalsuite.audio.clip import Picture

    Masks = npt.NDArray[np.float32]

CONFIG_NAME = "config.json"
PREPROCESSOR_NAME = "preprocessor_config.json"
WEIGHTS_NAME = "model.safetensors"

BATCH = 16
"""Pictures per pass of the network, always: a pixel near a threshold must not change sides with the last bits of its
probability, which depend on the size of the batch."""


def open_segmenter(*, weights: Path | str, device: str, clip: str | None = None) -> Segmenter:
    """Open a saved ``CLIPSegForImageSegmentation`` (Lüddecke & Ecker, CVPR 2022, arXiv:2112.10003).

    ``weights`` is a folder or the hub's name of one that was fetched before («CIDAS/clipseg-rd64-refined»). CLIPSeg is
    a frozen CLIP with a small decoder; a folder that holds the decoder alone needs ``clip``, whatever a profile may
    call the ``CLIPModel`` that it was trained on. Nothing is loaded before first use, and no code of the files is run.
    Raises ``UserError`` where a folder is none or holds another kind of network; on first use, where a weight is
    missing or has another shape.
    """
    folder = weights_folder(_folder(weights, kind="clipseg"), holding=PREPROCESSOR_NAME)
    return Segmenter(folder=folder, device=device, clip=None if clip is None else _folder(clip, kind="clip"))


def _folder(weights: Path | str, *, kind: str) -> Path:
    folder = published_folder(resolve_weights(weights) if isinstance(weights, str) else weights, holding=CONFIG_NAME)
    if (found := read_json(folder / CONFIG_NAME).get("model_type")) != kind:
        raise UserError(f"expected a network of transformers whose model_type is {kind!r}, not {found!r}", file=folder)
    return folder


@dataclass(frozen=True, kw_only=True)
class Segmenter:
    """The network with its tokenizer, opened on first use."""

    folder: Path
    """Where network and ``preprocessor_config.json`` lie."""
    device: str
    """Where it computes, as torch calls it."""
    clip: Path | None = None
    """Where CLIP and tokenizer lie, where not with the rest."""
    _told: dict[str, Tensor] = field(default_factory=dict, repr=False)
    """What CLIP makes of the phrases met so far."""

    @cached_property
    def squash(self) -> Squash:
        """What brings a picture to the network's square, whatever its aspect: shares of the area stay what they are."""
        return Squash(self._front_end["size"]["height"], self._front_end["resample"])

    def masks(self, asked: Sequence[tuple[Picture, str]]) -> Masks:
        """Return how likely each pixel shows what is asked for: float32 (n, side, side) in [0, 1].

        ``asked`` holds pictures, uint8 (H, W, 3), of any sizes, each with a phrase.
        """
        nothing = np.zeros((0, self.squash.side, self.squash.side), np.float32)
        parts = [self._batch([asked[row] for row in rows])[:real] for real, rows in _full_batches(len(asked))]
        return np.concatenate([nothing, *parts])

    def _batch(self, asked: Sequence[tuple[Picture, str]]) -> Masks:
        import torch

        mean, std = self._front_end["image_mean"], self._front_end["image_std"]
        pixels = normalised([self.squash(picture) for picture, _ in asked], mean=mean, std=std, device=self.device)
        told = torch.cat([self._embedding(phrase) for _, phrase in asked])

        def encode(pixels: Tensor) -> Tensor:
            probabilities: Tensor = self.net(pixel_values=pixels, conditional_embeddings=told).logits.sigmoid()
            return probabilities

        return inferred(encode, pixels)

    def _embedding(self, phrase: str) -> Tensor:
        """Return CLIP's embedding of a phrase, (1, width). Phrases are read one by one: none is padded for another."""
        import torch

        if phrase not in self._told:
            ids = self.tokenizer([phrase], truncation=True, return_tensors="pt").input_ids.to(self.device)
            with torch.inference_mode():
                self._told[phrase] = self.net.clip.get_text_features(ids).pooler_output
        return self._told[phrase]

    @cached_property
    def _front_end(self) -> dict[str, Any]:
        return read_json(self.folder / PREPROCESSOR_NAME)

    @cached_property
    def tokenizer(self) -> Any:
        """What makes numbers of words."""
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self.clip or self.folder, local_files_only=True)

    @cached_property
    def net(self) -> CLIPSegForImageSegmentation:
        """The network, in eval mode, in float32."""
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import CLIPSegForImageSegmentation

        if self.clip is None:
            whole: CLIPSegForImageSegmentation = open_pretrained(CLIPSegForImageSegmentation, self.folder)
            return whole.to(self.device)
        return with_clip(self.folder, load_state(self.folder / WEIGHTS_NAME), clip=self.clip).to(self.device)


def with_clip(folder: Path, decoder: dict[str, Tensor], *, clip: Path) -> CLIPSegForImageSegmentation:
    """Return the network that ``folder`` describes: its ``decoder`` and, frozen, the ``CLIPModel`` in ``clip``."""
    from transformers import CLIPModel, CLIPSegConfig, CLIPSegForImageSegmentation

    net = CLIPSegForImageSegmentation(CLIPSegConfig.from_pretrained(folder))
    shared = {f"clip.{name}": tensor for name, tensor in open_pretrained(CLIPModel, clip).state_dict().items()}
    fill(net, shared | decoder, file=folder, kind=f"a CLIPSeg on the CLIP {clip.name}")
    return net


def _full_batches(count: int) -> Iterator[tuple[int, list[int]]]:
    """Yield, batch by batch, how many rows count and the rows to compute: the last row fills a batch up."""
    for start in range(0, count, BATCH):
        yield min(BATCH, count - start), [min(row, count - 1) for row in range(start, start + BATCH)]
