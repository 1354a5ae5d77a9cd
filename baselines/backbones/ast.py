"""The frozen Audio Spectrogram Transformer: sound to tokens."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from baselines.backbones.batches import full_batches
from evalsuite.audio.resampling import resample
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor
    from transformers import ASTFeatureExtractor, ASTModel

    from evalsuite.audio.clip import Clip, Waveform


class Ears:
    """An AST of transformers, opened by folder or hub name on first use."""

    def __init__(self, weights: Path | str, *, device: str, batch: int) -> None:
        self._weights, self._device, self._batch = weights, device, batch

    @cached_property
    def _model(self) -> ASTModel:
        register_missing_operators()
        import torch
        from transformers import ASTModel

        model: ASTModel = ASTModel.from_pretrained(self._weights, dtype=torch.float32).eval().to(self._device)
        return model

    @cached_property
    def _front_end(self) -> ASTFeatureExtractor:
        register_missing_operators()
        from transformers import ASTFeatureExtractor

        return ASTFeatureExtractor.from_pretrained(self._weights)

    @property
    def width(self) -> int:
        """Width of a token (768 for the published AST)."""
        return int(self._model.config.hidden_size)

    def listen(self, clips: Sequence[Clip]) -> Tensor:
        """Return the last hidden states (B, T, width); T = 1,214 for the published AST."""
        import torch

        spectrograms = self._front_end(
            [self._at_native_rate(clip) for clip in clips],
            sampling_rate=self._front_end.sampling_rate,
            return_tensors="pt",
        ).input_values.to(self._device)
        with torch.inference_mode():
            states = [
                self._model(spectrograms[rows]).last_hidden_state[:real]
                for real, rows in full_batches(len(clips), size=self._batch)
            ]
        return torch.cat(states)

    def _at_native_rate(self, clip: Clip) -> Waveform:
        return resample(clip.waveform, clip.sample_rate, self._front_end.sampling_rate)
