"""The towers of an Audio Spectrogram Transformer opened by transformers: what a sound is, and its tags."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.resampling import resample
from evalsuite.encoders.fbank import FilterBank
from evalsuite.encoders.tower import Tower, inferred_rows
from evalsuite.encoders.weights import folder_fingerprint, open_pretrained, published_folder, published_name, read_json
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    from torch import Tensor

    from evalsuite.audio.clip import Clip
    from evalsuite.encoders.base import Features, Modality, Prepare

PREPROCESSING = "ast-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

CONFIG_NAME = "config.json"
WITH_HEAD = "ASTForAudioClassification"


def ast_towers(*, weights: Path | str, device: str) -> dict[Modality, Tower]:
    """Open a saved AST with its feature extractor (Gong et al., arXiv:2104.01778).

    ``audio`` gives the pooled feature, the mean of the normalised class and distillation tokens (B, 768 as published).
    Where the network was saved with its classifier, ``head`` makes of such features the logits of its tags (B, 527 as
    published). ``weights`` is a folder or the hub's name of one that was fetched before
    («MIT/ast-finetuned-audioset-10-10-0.4593»). A sound is heard from its start for as long as the network hears (10 s
    as published). Raises ``UserError`` where the folder is none or holds another kind of network and, on first use,
    where its weights are damaged.
    """
    folder = published_folder(weights, holding=CONFIG_NAME)
    config = read_json(folder / CONFIG_NAME)
    if config.get("model_type") != "audio-spectrogram-transformer":
        wrong = "not an AST of transformers: model_type is not 'audio-spectrogram-transformer'"
        raise UserError(wrong, file=folder / CONFIG_NAME)
    has_head = WITH_HEAD in config.get("architectures", ())
    loaded = _Loaded(folder=folder, device=device, has_head=has_head)
    fingerprint = folder_fingerprint(folder, preprocessing=PREPROCESSING)
    tower = partial(Tower, name=published_name(weights), fingerprint=fingerprint)
    width, labels = int(config.get("hidden_size", 768)), len(config.get("id2label", ("LABEL_0", "LABEL_1")))
    audio = tower(modality="audio", dim=width, encode=loaded.sounds, preparation=loaded.preparation)
    if not has_head:
        return {"audio": audio}
    return {"audio": audio, "head": tower(modality="head", dim=labels, encode=loaded.logits)}


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The network and its front end, opened on first use."""

    folder: Path
    device: str
    has_head: bool

    @cached_property
    def net(self) -> Any:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import ASTForAudioClassification, ASTModel

        return open_pretrained(ASTForAudioClassification if self.has_head else ASTModel, self.folder).to(self.device)

    @cached_property
    def front_end(self) -> FilterBank:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import ASTFeatureExtractor

        return FilterBank(ASTFeatureExtractor.from_pretrained(self.folder, local_files_only=True))

    def preparation(self) -> Prepare:
        return partial(_spectrogram, front_end=self.front_end)

    def sounds(self, prepared: Sequence[npt.NDArray[np.float32]]) -> Features:
        return inferred_rows(self._pooled, prepared, device=self.device)

    def logits(self, rows: Sequence[Features]) -> Features:
        return inferred_rows(self.net.classifier, rows, device=self.device)

    def _pooled(self, spectrograms: Tensor) -> Tensor:
        net = self.net.audio_spectrogram_transformer if self.has_head else self.net
        pooled: Tensor = net(spectrograms).pooler_output
        return pooled


def _spectrogram(clip: Clip, *, front_end: FilterBank) -> npt.NDArray[np.float32]:
    """Return what the network sees of a sound, float32 (frames, bands)."""
    (spectrogram,) = front_end([resample(clip.waveform, clip.sample_rate, front_end.sample_rate)])
    return np.asarray(spectrogram)
