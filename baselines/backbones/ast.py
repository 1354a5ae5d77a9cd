"""The frozen Audio Spectrogram Transformer: sound to tokens, and to tags where it has a classification head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baselines.backbones.ears import Head, Heard
from evalsuite.audio.resampling import resample
from evalsuite.encoders.fbank import FilterBank
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip


class AstEars:
    """An AST of transformers as a :class:`~baselines.backbones.ears.Network`: its tokens are its last hidden states."""

    one_by_one = False

    def __init__(self, weights: Path | str, *, device: str) -> None:
        register_missing_operators()
        import torch
        from transformers import ASTFeatureExtractor, ASTForAudioClassification

        net, told = ASTForAudioClassification.from_pretrained(weights, dtype=torch.float32, output_loading_info=True)
        self._has_head = not any(name.startswith("classifier.") for name in told["missing_keys"])
        self._net, self._device = net.eval().to(device), device
        self._front_end = FilterBank(ASTFeatureExtractor.from_pretrained(weights))

    @property
    def width(self) -> int:
        """Width of a token (768 as published)."""
        return int(self._net.config.hidden_size)

    @property
    def labels(self) -> tuple[str, ...]:
        """The tags it knows, 527 as published."""
        names = self._net.config.id2label
        return tuple(names[index] for index in range(len(names))) if self._has_head else ()

    @property
    def head(self) -> Head | None:
        """Its linear layer; the normalisation before it is taken as done, for tokens come out of one."""
        if not self._has_head:
            return None
        norm, dense = self._net.classifier.layernorm, self._net.classifier.dense
        return Head(dense.weight.detach() * norm.weight.detach(), dense(norm.bias).detach())

    def hear(self, clips: Sequence[Clip]) -> list[Heard]:
        """Return what it makes of the start of each sound, for as long as it hears (10 s as published)."""
        import torch

        sounds = [resample(clip.waveform, clip.sample_rate, self._front_end.sample_rate) for clip in clips]
        spectrograms = torch.from_numpy(self._front_end(sounds)).to(self._device)
        with torch.inference_mode():
            states = self._net.audio_spectrogram_transformer(spectrograms)
            tokens = states.last_hidden_state
            parts = tokens, tokens.mean(dim=1), self._net.classifier(states.pooler_output)
        # Copies: a row of a batch would hold on to the whole batch.
        return [Heard(*(part[row].clone() for part in parts)) for row in range(len(tokens))]
