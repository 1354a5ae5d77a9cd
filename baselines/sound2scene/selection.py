"""Which frames of a video show what sounds: chosen by agreement of what a picture and what a sound model say.

Published Sound2Scene takes the ten frames of a video that a sound-source-localisation model correlates best with the
sound. Here two published text models take its part, and neither sees the video's label:
score(frame, sound) = Σ_c p_CLIP(c | frame) p_CLAP(c | sound), the probability that both name the same class, over the
classes of the training set in words.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evalsuite.encoders.clap import clap_towers
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from transformers import CLIPImageProcessor, CLIPModel

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.encoders.base import Features

CLAP_SCALE = 20.0
"""What multiplies CLAP's cosines before the softmax; in the miniature world, 5 to 40 choose equally well. CLIP has a
scale of its own."""


class FrameScorer:
    """Says, over a vocabulary, what sounds and pictures are about. Both models are opened on first use."""

    def __init__(self, *, clip: Path | str, clap: Path | str, vocabulary: Sequence[str], device: str) -> None:
        self._clip, self._vocabulary, self._device = clip, list(vocabulary), device
        self._clap = clap_towers(weights=clap, device=device)

    def scores(self, clip: Clip, frames: Sequence[Picture]) -> Features:
        """Return how well each frame agrees with the sound, (frames,) in [0, 1]."""
        agreement: Features = np.einsum("fc,sc->f", self._seen(frames), self._heard(clip))
        return agreement

    def _heard(self, clip: Clip) -> Features:
        """Return p_CLAP(c | sound), (1, classes)."""
        cosines = _unit(self._clap["audio"].embed([clip])) @ self._sound_words.T
        return _softmax(CLAP_SCALE * cosines)

    def _seen(self, frames: Sequence[Picture]) -> Features:
        """Return p_CLIP(c | frame), (frames, classes)."""
        import torch

        model = self._model
        own = [np.array(frame) for frame in frames]  # the library warns of arrays that it may not write to
        pixels = self._processor(own, return_tensors="pt").pixel_values.to(self._device)
        with torch.inference_mode():
            pictures = model.get_image_features(pixel_values=pixels).pooler_output.float().cpu().numpy()
            scale = model.logit_scale.exp().item()
        return _softmax(scale * _unit(pictures) @ self._picture_words.T)

    @cached_property
    def _model(self) -> CLIPModel:
        register_missing_operators()
        from transformers import CLIPModel

        model: CLIPModel = CLIPModel.from_pretrained(self._clip, dtype="float32").eval().to(self._device)
        return model

    @cached_property
    def _processor(self) -> CLIPImageProcessor:
        from transformers import CLIPImageProcessor

        return CLIPImageProcessor.from_pretrained(self._clip)

    @cached_property
    def _picture_words(self) -> Features:
        """CLIP's text embeddings of the vocabulary, (classes, dim), of length 1."""
        import torch
        from transformers import AutoTokenizer

        model = self._model
        tokens = AutoTokenizer.from_pretrained(self._clip)(self._vocabulary, padding=True, return_tensors="pt")
        with torch.inference_mode():
            words = model.get_text_features(**tokens.to(self._device)).pooler_output
        return _unit(words.float().cpu().numpy())

    @cached_property
    def _sound_words(self) -> Features:
        """CLAP's text embeddings of the vocabulary, (classes, dim), of length 1."""
        return _unit(self._clap["text"].embed(self._vocabulary))


def best(scores: Features, *, kept: int) -> npt.NDArray[np.intp]:
    """Return the places of the ``kept`` highest scores, the best first; the earlier one where two are equal."""
    return np.argsort(-scores, kind="stable")[:kept]


def _unit(vectors: Features) -> Features:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _softmax(logits: Features) -> Features:
    from scipy.special import softmax

    probabilities: Features = softmax(logits, axis=1)
    return probabilities
