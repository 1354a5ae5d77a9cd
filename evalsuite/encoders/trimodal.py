"""The towers of a tri-modal network: pictures, words and sounds in one space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.resampling import resample
from evalsuite.encoders.pixels import Fit, normalised
from evalsuite.encoders.tower import Tower, inferred
from evalsuite.encoders.trimodal_config import FILE_NAME, AudioConfig, TrimodalConfig
from evalsuite.encoders.weights import folder_fingerprint, weights_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Clip, Picture, Waveform
    from evalsuite.encoders.base import Features, Modality
    from evalsuite.encoders.trimodal_net import TrimodalNet

PREPROCESSING = "trimodal-2"
"""Goes into the fingerprint: to be changed with anything below that changes features."""


def trimodal_towers(*, weights: Path | str, device: str) -> dict[Modality, Tower]:
    """Open the folder of a :class:`~evalsuite.encoders.trimodal_net.TrimodalNet` and of its tokenizer.

    Nothing but the configuration is read, and files hashed, before the first batch. Raises ``UserError`` where the
    folder is not one.
    """
    folder = weights_folder(weights, holding=FILE_NAME)
    config = TrimodalConfig.load(folder)
    loaded = _Loaded(folder=folder, config=config, device=device)
    fingerprint = folder_fingerprint(folder, preprocessing=PREPROCESSING)
    tower = partial(Tower, name=config.name, fingerprint=fingerprint, dim=config.embed_dim)
    return {
        "image": tower(modality="image", encode=loaded.pictures, preparation=lambda: Fit(config.image_size)),
        "text": tower(modality="text", encode=loaded.texts),
        "audio": tower(modality="audio", encode=loaded.clips),
    }


def heard(clip: Clip, config: AudioConfig) -> Waveform:
    """Return the clip as the audio tower hears it: at its rate, cut or filled with silence to its length."""
    waveform = resample(clip.waveform, clip.sample_rate, config.sample_rate)[: config.samples]
    return np.pad(waveform, (0, config.samples - len(waveform)))


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The network and its tokenizer, opened on first use."""

    folder: Path
    config: TrimodalConfig
    device: str

    @cached_property
    def net(self) -> TrimodalNet:
        from evalsuite.encoders.trimodal_net import TrimodalNet

        return TrimodalNet.from_pretrained(self.folder).to(self.device)

    @cached_property
    def tokenizer(self) -> Any:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from open_clip.tokenizer import HFTokenizer

        return HFTokenizer(str(self.folder), context_length=self.config.context_length, local_files_only=True)

    def pictures(self, prepared: Sequence[Picture]) -> Features:
        mean, std = self.config.image_mean, self.config.image_std
        return inferred(self.net.encode_image, normalised(prepared, mean=mean, std=std, device=self.device))

    def texts(self, texts: Sequence[str]) -> Features:
        return inferred(self.net.encode_text, self.tokenizer(list(texts)).to(self.device))

    def clips(self, clips: Sequence[Clip]) -> Features:
        import torch

        waveforms = np.stack([heard(clip, self.config.audio) for clip in clips])
        return inferred(self.net.encode_audio, torch.from_numpy(waveforms).to(self.device))
