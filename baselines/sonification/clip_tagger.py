"""A captioner without a language model: CLIP picks concepts from a vocabulary (zero-shot, arXiv:2103.00020)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from baselines.sonification.captioning import Concept
from evalsuite.encoders.weights import folder_fingerprint, published_folder, read_json
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor
    from transformers import CLIPModel

    from evalsuite.audio.clip import Picture
    from evalsuite.encoders.base import Features

VERSION = "clip-tagger-1"
TEXTS_AT_ONCE = 256


class ClipTagger:
    """A ``CLIPModel`` of transformers over a vocabulary: softmax over all concepts' prompts, the surest are kept."""

    def __init__(
        self,
        weights: Path | str,
        *,
        vocabulary: Sequence[str],
        prompt: str = "a photo of {concept}",
        threshold: float = 0.5,
        limit: int = 3,
        device: str = "cpu",
    ) -> None:
        """Name a folder with model, image processor and tokenizer, or the hub's name of a fetched one.

        At most ``limit`` concepts of probability ``threshold`` or more are kept. Raises ``UserError``.
        """
        self._folder = published_folder(weights, holding="config.json")
        if read_json(self._folder / "config.json").get("model_type") != "clip":
            raise UserError("not a CLIP of transformers: model_type is not 'clip'", file=self._folder / "config.json")
        self._vocabulary, self._prompt = tuple(vocabulary), prompt
        self._threshold, self._limit, self._device = threshold, limit, device

    @property
    def name(self) -> str:
        """The short name for manifests."""
        return f"clip-tagger {self._folder.name}"

    @cached_property
    def fingerprint(self) -> str:
        """Hash of weights, vocabulary, prompt, threshold and limit."""
        weights = folder_fingerprint(self._folder, preprocessing=VERSION)
        return sha256_json([weights, self._vocabulary, self._prompt, self._threshold, self._limit])[:SHORT]

    def concepts(self, pictures: Sequence[Picture]) -> list[list[Concept]]:
        """Return the concepts of each uint8 picture (H, W, 3), the surest first."""
        return [self._surest(row) for row in self.probabilities(pictures)] if len(pictures) else []

    def probabilities(self, pictures: Sequence[Picture]) -> Features:
        """Return the probability of each concept of the vocabulary in each picture, float32 (pictures, concepts)."""
        import torch
        from PIL import Image

        model = self._model
        pixels = self._processor(images=[Image.fromarray(picture) for picture in pictures], return_tensors="pt")
        with torch.inference_mode():
            seen = model.get_image_features(pixels.pixel_values.to(self._device)).pooler_output
            seen = torch.nn.functional.normalize(seen, dim=-1)
            logits = model.logit_scale.exp() * seen @ self._texts.T
        return np.asarray(logits.softmax(dim=-1).float().cpu().numpy())

    def _surest(self, probabilities: Features) -> list[Concept]:
        order = np.argsort(-probabilities, kind="stable")[: self._limit]
        kept = [row for row in order if probabilities[row] >= self._threshold]
        return [Concept(self._vocabulary[row], float(probabilities[row])) for row in kept]

    @cached_property
    def _model(self) -> CLIPModel:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import CLIPModel

        model: CLIPModel = CLIPModel.from_pretrained(self._folder, dtype="float32").eval().to(self._device)
        return model

    @cached_property
    def _processor(self) -> Any:
        from transformers import CLIPImageProcessor

        return CLIPImageProcessor.from_pretrained(self._folder)

    @cached_property
    def _texts(self) -> Tensor:
        """Normalised features of the vocabulary's prompts, (concepts, width)."""
        import torch
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(self._folder)
        prompts = [self._prompt.replace("{concept}", concept) for concept in self._vocabulary]
        tokens = tokenizer(prompts, padding=True, truncation=True, return_tensors="pt").to(self._device)
        with torch.inference_mode():
            features = [
                self._model.get_text_features(ids, attention_mask=mask).pooler_output
                for ids, mask in zip(
                    tokens.input_ids.split(TEXTS_AT_ONCE), tokens.attention_mask.split(TEXTS_AT_ONCE), strict=True
                )
            ]
            return torch.nn.functional.normalize(torch.cat(features), dim=-1)
