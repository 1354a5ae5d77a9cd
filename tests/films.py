"""Films of tones, and a Stable unCLIP pipeline of the published classes with random weights, to train and draw with."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from backbones import Tones

from evalsuite.seeds import derive_seed
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Picture
    from evalsuite.datasets.base import ClipInfo

FRAMES = 4
EMBEDDING = 1024
"""The published width."""


class Films(Tones):
    """Tones with frames: the first and the third have the colour of the tone's class, the others are grey."""

    def frames(self, info: ClipInfo) -> list[Picture]:
        rng = np.random.default_rng(derive_seed(0, info.id))
        colour = 255 * np.eye(3)[self.classes.index(info.label)]
        tinted = [colour if shown else np.full(3, 127.0) for shown in self.shows_source(info)]
        return [(0.8 * one + rng.uniform(0, 50, (40, 48, 3))).astype(np.uint8) for one in tinted]

    def shows_source(self, info: ClipInfo) -> list[bool]:
        del info
        return [frame % 2 == 0 for frame in range(FRAMES)]


class Blackouts(Films):
    """Films without a picture."""

    def frames(self, info: ClipInfo) -> list[Picture]:
        del info
        return []


@dataclass(frozen=True)
class Studio:
    """Folders of a Stable unCLIP pipeline, of a CLIP and of a CLAP."""

    unclip: Path
    clip: Path
    clap: Path

    def profile(self, name: str, **settings: Any) -> str:
        """The text of a profile with these parts."""
        from ruamel.yaml import YAML

        chosen = {"generator": str(self.unclip), "weights": None, **settings}
        content = {"name": "small", "description": "Random weights.", "synthetic": True, "datasets": {}, "encoders": {}}
        text = io.StringIO()
        YAML().dump({**content, "models": {name: chosen}}, text)
        return text.getvalue()


def studio(folder: Path, *, seed: int = 0) -> Studio:
    register_missing_operators()
    import torch

    from evalsuite.miniworld.pretrain import clap, clip
    from evalsuite.miniworld.pretrain.judge import CONTEXT
    from evalsuite.miniworld.pretrain.words import new_tokenizer

    torch.manual_seed(seed)
    _pipeline().save_pretrained(folder / "unclip")
    for part in (clip.new_clip(), clip.new_image_processor(), new_tokenizer(length=CONTEXT, begin=True)):
        part.save_pretrained(folder / "clip")
    for part in (clap.new_clap(), clap.new_feature_extractor(), new_tokenizer(length=CONTEXT, begin=True)):
        part.save_pretrained(folder / "clap")
    return Studio(folder / "unclip", folder / "clip", folder / "clap")


def _pipeline() -> Any:
    from diffusers import AutoencoderKL, DDPMScheduler, PNDMScheduler, StableUnCLIPImg2ImgPipeline
    from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import StableUnCLIPImageNormalizer
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    from evalsuite.miniworld.pretrain.unclip import new_text_encoder

    eyes = CLIPVisionConfig(
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
        projection_dim=EMBEDDING,
    )
    text_encoder, tokenizer = new_text_encoder()
    return StableUnCLIPImg2ImgPipeline(
        feature_extractor=CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        image_encoder=CLIPVisionModelWithProjection(eyes),
        image_normalizer=StableUnCLIPImageNormalizer(embedding_dim=EMBEDDING),
        image_noising_scheduler=DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
        tokenizer=tokenizer,
        text_encoder=text_encoder,
        unet=_unet(text_width=text_encoder.config.hidden_size),
        scheduler=PNDMScheduler(skip_prk_steps=True, timestep_spacing="trailing"),
        vae=AutoencoderKL(
            block_out_channels=(8, 8, 8, 8),
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            latent_channels=4,
            norm_num_groups=4,
        ),
    )


def _unet(*, text_width: int) -> Any:
    import torch
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel(
        sample_size=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        attention_head_dim=4,
        cross_attention_dim=text_width,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=2 * EMBEDDING,
    )
    with torch.no_grad():  # random weights everywhere, so that the condition matters from the start
        for parameter in unet.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return unet
