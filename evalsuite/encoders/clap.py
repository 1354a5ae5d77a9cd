"""The towers of a CLAP opened by transformers: sounds and words in one space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.resampling import resample
from evalsuite.encoders.tower import Tower, inferred, inferred_rows
from evalsuite.encoders.weights import folder_fingerprint, open_pretrained, published_folder, published_name, read_json
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    from torch import Tensor
    from transformers import ClapFeatureExtractor, ClapModel

    from evalsuite.audio.clip import Clip
    from evalsuite.encoders.base import Features, Modality, Prepare

PREPROCESSING = "clap-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

CONFIG_NAME = "config.json"


def clap_towers(*, weights: Path | str, device: str) -> dict[Modality, Tower]:
    """Open a saved ``ClapModel`` with its feature extractor and its tokenizer (Wu et al., arXiv:2211.06687).

    ``weights`` is a folder or the hub's name of one that was fetched before («laion/clap-htsat-unfused»). A clip is
    heard from its start for as long as the model hears (10 s for the published one); a shorter clip is repeated, as
    the feature extractor has it. Raises ``UserError`` where the folder is none or holds another kind of network.
    """
    folder = published_folder(weights, holding=CONFIG_NAME)
    config = read_json(folder / CONFIG_NAME)
    if config.get("model_type") != "clap":
        raise UserError("not a CLAP of transformers: model_type is not 'clap'", file=folder / CONFIG_NAME)
    loaded = _Loaded(folder=folder, device=device)
    tower = partial(
        Tower,
        name=published_name(weights),
        fingerprint=folder_fingerprint(folder, preprocessing=PREPROCESSING),
        dim=int(config.get("projection_dim", 512)),
    )
    return {
        "audio": tower(modality="audio", encode=loaded.clips, preparation=loaded.preparation),
        "text": tower(modality="text", encode=loaded.texts),
    }


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The model, its front end and its tokenizer, opened on first use."""

    folder: Path
    device: str

    @cached_property
    def model(self) -> ClapModel:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import ClapModel

        model: ClapModel = open_pretrained(ClapModel, self.folder).to(self.device)
        return model

    @cached_property
    def front_end(self) -> ClapFeatureExtractor:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        from transformers import ClapFeatureExtractor

        return ClapFeatureExtractor.from_pretrained(self.folder, local_files_only=True)

    @cached_property
    def tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self.folder, local_files_only=True)

    def preparation(self) -> Prepare:
        return partial(_spectrogram, front_end=self.front_end)

    def clips(self, prepared: Sequence[npt.NDArray[np.float32]]) -> Features:
        import torch

        # No clip is longer than the model hears. The front end calls one of them so by chance, for fusion's sake.
        is_longer = torch.zeros(len(prepared), 1, dtype=torch.bool, device=self.device)

        def encode(inputs: Tensor) -> Tensor:
            features: Tensor = self.model.get_audio_features(input_features=inputs, is_longer=is_longer).pooler_output
            return features

        return inferred_rows(encode, prepared, device=self.device)

    def texts(self, texts: Sequence[str]) -> Features:
        model = self.model
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt").to(self.device)

        def encode(ids: Tensor) -> Tensor:
            features: Tensor = model.get_text_features(ids, attention_mask=tokens.attention_mask).pooler_output
            return features

        return inferred(encode, tokens.input_ids)


def _spectrogram(clip: Clip, *, front_end: ClapFeatureExtractor) -> npt.NDArray[np.float32]:
    """Return what the network sees of the start of a clip; left to itself the front end would cut at random."""
    sound = resample(clip.waveform, clip.sample_rate, front_end.sampling_rate)[: front_end.nb_max_samples]
    features = front_end([sound], sampling_rate=front_end.sampling_rate, return_tensors="np").input_features
    return np.asarray(features[0], np.float32)
