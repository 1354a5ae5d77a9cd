"""The frozen Audio Spectrogram Transformer: sound to tokens, and to tags where it has a classification head."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from baselines.backbones.batches import map_batches
from baselines.backbones.memory import Memory, sound_key
from evalsuite.audio.resampling import resample
from evalsuite.encoders.fbank import FilterBank
from evalsuite.errors import UserError
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor
    from transformers import ASTForAudioClassification

    from evalsuite.audio.clip import Clip

WHOLE_BYTES = 768 * 2**20
"""Room for what was heard: 10,000 clips of the miniature world, 200 at the published sizes."""
GIST_BYTES = 64 * 2**20
"""Room for what was heard without its tokens, 5 kB a clip at the published sizes: a whole data set."""


class Heard(NamedTuple):
    """What the transformer makes of one sound."""

    tokens: Tensor
    """Last hidden states (T, width)."""
    summary: Tensor
    """Their mean (width,)."""
    logits: Tensor
    """Of the tags (labels,); without meaning where the weights have no head."""


Gist: TypeAlias = "tuple[Tensor, Tensor]"
"""Summary and logits."""


@dataclass(frozen=True)
class _Opened:
    net: ASTForAudioClassification
    has_head: bool
    front_end: FilterBank
    whole: Memory[Heard] = field(default_factory=lambda: Memory(room=WHOLE_BYTES))
    gists: Memory[Gist] = field(default_factory=lambda: Memory(room=GIST_BYTES))


class Ears:
    """An AST of transformers, opened by folder or hub name on first use.

    All that open the same weights on the same device share one copy, and what it heard: it listens to a sound once.
    """

    def __init__(self, weights: Path | str, *, device: str, batch: int) -> None:
        self._weights, self._device, self._batch = weights, device, batch

    @property
    def _ast(self) -> _Opened:
        return _open(self._weights, self._device)

    @property
    def width(self) -> int:
        """Width of a token (768 for the published AST)."""
        return int(self._ast.net.config.hidden_size)

    @property
    def labels(self) -> tuple[str, ...]:
        """The tags it knows, 527 for the published AST. Raises ``UserError`` where it has no head for them."""
        self._require_head()
        names = self._ast.net.config.id2label
        return tuple(names[index] for index in range(len(names)))

    def listen(self, clips: Sequence[Clip]) -> Tensor:
        """Return the last hidden states (B, T, width); T = 1,214 for the published AST."""
        import torch

        return torch.stack([heard.tokens for heard in self._heard(clips)])

    def summarise(self, clips: Sequence[Clip]) -> Tensor:
        """Return the mean of each clip's last hidden states (B, width)."""
        import torch

        return torch.stack([summary for summary, _ in self._gists(clips)])

    def tag(self, clips: Sequence[Clip]) -> Tensor:
        """Return a logit for each of the :attr:`labels`, (B, labels). Raises ``UserError`` as that does."""
        import torch

        self._require_head()
        return torch.stack([logits for _, logits in self._gists(clips)])

    def _require_head(self) -> None:
        if not self._ast.has_head:
            raise UserError(f"the AST {str(self._weights)!r} has no classification head: name one that tags sounds")

    def _heard(self, clips: Sequence[Clip]) -> list[Heard]:
        return self._ast.whole.recall(
            self._keys(clips), make=lambda places: self._hear([clips[place] for place in places])
        )

    def _gists(self, clips: Sequence[Clip]) -> list[Gist]:
        return self._ast.gists.recall(
            self._keys(clips), make=lambda places: map(_gist, self._heard([clips[place] for place in places]))
        )

    def _hear(self, clips: Sequence[Clip]) -> list[Heard]:
        batches = map_batches(
            lambda rows: self._hear_batch([clips[row] for row in rows]),
            len(clips),
            size=self._batch,
            device=self._device,
        )
        heard = list(chain.from_iterable(batches))
        self._ast.gists.keep(dict(zip(self._keys(clips), map(_gist, heard), strict=True)))
        return heard

    def _hear_batch(self, clips: Sequence[Clip]) -> list[Heard]:
        import torch

        front_end = self._ast.front_end
        sounds = [resample(clip.waveform, clip.sample_rate, front_end.sample_rate) for clip in clips]
        spectrograms = torch.from_numpy(front_end(sounds)).to(self._device)
        with torch.inference_mode():
            states = self._ast.net.audio_spectrogram_transformer(spectrograms)
            tokens = states.last_hidden_state
            parts = tokens, tokens.mean(dim=1), self._ast.net.classifier(states.pooler_output)
        # Copies: a row of a batch would hold on to the whole batch.
        return [Heard(*(part[row].clone() for part in parts)) for row in range(len(tokens))]

    def _keys(self, clips: Sequence[Clip]) -> list[str]:
        """Name the sounds. The last bits depend on the size of a batch, so that this is part of the name."""
        return [f"{self._batch}/{sound_key(clip)}" for clip in clips]


def _gist(heard: Heard) -> Gist:
    return heard.summary, heard.logits


@lru_cache(maxsize=2)
def _open(weights: Path | str, device: str) -> _Opened:
    register_missing_operators()
    import torch
    from transformers import ASTFeatureExtractor, ASTForAudioClassification

    net, told = ASTForAudioClassification.from_pretrained(weights, dtype=torch.float32, output_loading_info=True)
    has_head = not any(name.startswith("classifier.") for name in told["missing_keys"])
    return _Opened(net.eval().to(device), has_head, FilterBank(ASTFeatureExtractor.from_pretrained(weights)))
