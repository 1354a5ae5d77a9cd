"""Backbones of SeeingSounds in the folders that the libraries open: the real classes, with random weights.

The small ones have the sizes of the miniature world; the published ones the widths of AST and FLUX.1 with few layers.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.clip import Clip
from evalsuite.datasets.base import ClipInfo, DatasetCard
from evalsuite.hashing import sha256_bytes
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

    from diffusers import AutoencoderKL, FluxPipeline

T5_WIDTH, CLIP_WIDTH = 4096, 768
LABELS = {"dog barking": "dog", "rain": "rain", "baby crying": "crying baby"}


def tone(hertz: float, *, rate: int = 16_000, seconds: float = 1.0, gain: float = 0.5) -> Clip:
    moments = np.arange(round(rate * seconds)) / rate
    waveform = (gain * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)
    name = f"{hertz} Hz at {rate} Hz, gain {gain}"
    return Clip(id=name, waveform=waveform, sample_rate=rate, sha256=sha256_bytes(name.encode()))


class Tones:
    """A training set: three classes of four tones."""

    card = DatasetCard(name="tones", version="1", synthetic=True)
    classes = tuple(LABELS)
    plain_names = LABELS

    def __init__(self, *, root: Path | None = None) -> None:
        self.root = root

    def manifest(self) -> tuple[ClipInfo, ...]:
        return tuple(
            ClipInfo(id=f"{hertz}", sha256=tone(hertz).sha256, label=label, source=f"{hertz}", fold=1)
            for place, label in enumerate(LABELS)
            for hertz in range(200 + 900 * place, 600 + 900 * place, 100)
        )

    def load(self, info: ClipInfo) -> Clip:
        return tone(int(info.id))


class FewTones(Tones):
    """One tone of each class, for networks whose every step is dear."""

    def manifest(self) -> tuple[ClipInfo, ...]:
        return super().manifest()[::4]


@dataclass(frozen=True)
class Backbones:
    """Folders of an AST and a FLUX pipeline."""

    ast: Path
    flux: Path

    def profile(self, **settings: Any) -> str:
        """The text of a profile with these backbones."""
        from ruamel.yaml import YAML

        chosen = {"audio_encoder": str(self.ast), "generator": str(self.flux), "adapters": None, **settings}
        text = io.StringIO()
        content = {"name": "small", "description": "Random weights.", "synthetic": True, "datasets": {}, "encoders": {}}
        YAML().dump({**content, "models": {"seeingsounds": chosen}}, text)
        return text.getvalue()


def small_backbones(folder: Path, *, seed: int = 0) -> Backbones:
    """Backbones of the miniature world's sizes."""
    register_missing_operators()
    import torch

    from evalsuite.miniworld.pretrain import ast, autoencoder, flow

    torch.manual_seed(seed)
    ast.new_ast().save_pretrained(folder / "ast")
    ast.new_feature_extractor().save_pretrained(folder / "ast")
    parts = flow.new_parts()
    _stir(parts.transformer)
    flow.pipeline(parts, _scaled(autoencoder.new_autoencoder())).save_pretrained(folder / "flux")
    return Backbones(folder / "ast", folder / "flux")


def published_backbones(folder: Path) -> Backbones:
    """Backbones with the shapes of the published ones: AST as it is but for its depth, FLUX.1 with its text widths."""
    register_missing_operators()
    import torch

    torch.manual_seed(0)
    _save_published_ast(folder / "ast")
    _published_flux().save_pretrained(folder / "flux")
    return Backbones(folder / "ast", folder / "flux")


def _save_published_ast(folder: Path) -> None:
    from transformers import ASTConfig, ASTFeatureExtractor, ASTForAudioClassification

    # The defaults of both classes are those of MIT/ast-finetuned-audioset-10-10-0.4593.
    ASTForAudioClassification(ASTConfig(num_hidden_layers=1, num_labels=527)).save_pretrained(folder)
    ASTFeatureExtractor().save_pretrained(folder)


def _published_flux() -> FluxPipeline:
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
    from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

    from evalsuite.miniworld.pretrain.autoencoder import new_autoencoder
    from evalsuite.miniworld.pretrain.words import SPECIAL, new_tokenizer, vocabulary_size

    words: dict[str, Any] = {"vocab_size": vocabulary_size(), "eos_token_id": SPECIAL["</s>"], "pad_token_id": 0}
    clip = CLIPTextConfig(hidden_size=CLIP_WIDTH, intermediate_size=64, num_hidden_layers=1, bos_token_id=2, **words)
    t5 = T5Config(d_model=T5_WIDTH, d_kv=64, d_ff=64, num_layers=1, num_heads=2, **words)
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=64,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=32,
        num_attention_heads=2,
        joint_attention_dim=T5_WIDTH,
        pooled_projection_dim=CLIP_WIDTH,
        axes_dims_rope=(8, 12, 12),
    )
    return FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_scaled(new_autoencoder()),
        text_encoder=CLIPTextModel(clip),
        tokenizer=new_tokenizer(length=77, begin=True),
        text_encoder_2=T5EncoderModel(t5),
        tokenizer_2=new_tokenizer(length=512, begin=False),
        transformer=_stir(transformer),
    )


def _stir(transformer: Any) -> Any:
    """Random weights everywhere, so that the condition matters from the start."""
    import torch

    with torch.no_grad():
        for parameter in transformer.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return transformer


def _scaled(autoencoder: AutoencoderKL) -> AutoencoderKL:
    autoencoder.register_to_config(shift_factor=0.0, scaling_factor=1.0)
    return autoencoder
