"""Stage «flux»: T5 and CLIP text encoders and a FLUX transformer, trained together, saved as a `FluxPipeline`.

The encoders are small instances of the published classes. They are trained here and frozen ever after.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from evalsuite.miniworld.captions import caption
from evalsuite.miniworld.pretrain.pictures import Scenery, mask_tensors, scene_tensors
from evalsuite.miniworld.pretrain.words import END, SPECIAL, new_tokenizer, vocabulary_size
from evalsuite.training import Draw, Schedule, fit, rank, workers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from diffusers import AutoencoderKL, FluxPipeline, FluxTransformer2DModel
    from torch import Tensor
    from transformers import PreTrainedTokenizerFast

    from evalsuite.miniworld.scenes import Scene

SCHEDULE = Schedule(steps=5000, rate=1.2e-3, warmup=200, anneal=0.6, ema=0.999, weight_decay=1e-3)
BATCH = 48
PAIRS = 0.4
SCENERY = Scenery(pairs=16_000)
"""More scenes of two sources than could be remembered."""
CAPTION_DROPOUT = 0.1
CONDITION_NOISE = 0.1
FOREGROUND_WEIGHT = 1.5
TEXT_TOKENS = 13
TEXT_WIDTH = 128
LATENT_CHANNELS = 16
GRID = 4
"""Side of the picture in transformer tokens: 64 pixels / 8 (autoencoder) / 2 (packing)."""


@dataclass
class FluxParts:
    """The trainable parts of the pipeline."""

    text: nn.Module
    """CLIPTextModel, for the pooled embedding."""
    text_2: nn.Module
    """T5EncoderModel, for the token embeddings."""
    transformer: FluxTransformer2DModel

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerFast:
        """The tokeniser of the CLIP text model."""
        return new_tokenizer(length=TEXT_TOKENS + 1, begin=True)

    @cached_property
    def tokenizer_2(self) -> PreTrainedTokenizerFast:
        """The tokeniser of the T5 encoder."""
        return new_tokenizer(length=TEXT_TOKENS, begin=False)

    def modules(self) -> dict[str, nn.Module]:
        """Return the parts by name."""
        return {"text": self.text, "text_2": self.text_2, "transformer": self.transformer}

    def encode(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return T5 token embeddings (n, tokens, width) and CLIP pooled embeddings (n, width), as FluxPipeline does."""
        tokens, tokens_2 = (
            tokenizer(list(texts), padding="max_length", truncation=True, return_tensors="pt").input_ids
            for tokenizer in (self.tokenizer, self.tokenizer_2)
        )
        return self.text_2(tokens_2).last_hidden_state, self.text(tokens).pooler_output


def new_parts() -> FluxParts:
    """Return the parts with random weights."""
    from diffusers import FluxTransformer2DModel
    from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

    clip = CLIPTextConfig(
        vocab_size=vocabulary_size(),
        hidden_size=TEXT_WIDTH,
        intermediate_size=2 * TEXT_WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=TEXT_TOKENS + 1,
        projection_dim=TEXT_WIDTH,
        pad_token_id=SPECIAL["<pad>"],
        bos_token_id=SPECIAL["<s>"],
        eos_token_id=SPECIAL[END],
    )
    t5 = T5Config(
        vocab_size=vocabulary_size(),
        d_model=TEXT_WIDTH,
        d_kv=32,
        d_ff=2 * TEXT_WIDTH,
        num_layers=2,
        num_heads=4,
        dropout_rate=0.0,
        feed_forward_proj="gated-gelu",
        pad_token_id=SPECIAL["<pad>"],
        eos_token_id=SPECIAL[END],
    )
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=4 * LATENT_CHANNELS,
        num_layers=2,
        num_single_layers=4,
        attention_head_dim=32,
        num_attention_heads=6,
        joint_attention_dim=TEXT_WIDTH,
        pooled_projection_dim=TEXT_WIDTH,
        guidance_embeds=False,
        axes_dims_rope=(8, 12, 12),
    )
    return FluxParts(CLIPTextModel(clip), T5EncoderModel(t5), transformer)


@dataclass(frozen=True)
class Latents:
    """Scenes as the transformer sees them, ready to draw from."""

    scenes: Sequence[Scene]
    packed: Tensor
    """Normalised latents (n, 16, 64)."""
    weight: Tensor
    """Loss weight of each latent cell (n, 16, 64): more where there is an object."""


@torch.inference_mode()
def encode_scenes(autoencoder: AutoencoderKL, scenes: Sequence[Scene]) -> Latents:
    """Encode scenes with the frozen autoencoder."""
    shift, scale = autoencoder.config.shift_factor, autoencoder.config.scaling_factor
    packed, weights = [], []
    for start in range(0, len(scenes), 128):
        some = scenes[start : start + 128]
        latents = (autoencoder.encode(scene_tensors(some)).latent_dist.mean - shift) * scale
        cover = nn.functional.max_pool2d(mask_tensors(some), 8)
        packed.append(pack(latents))
        weights.append(pack((1 + FOREGROUND_WEIGHT * cover).expand_as(latents)))
    return Latents(scenes, torch.cat(packed).clone(), torch.cat(weights).clone())


def pack(latents: Tensor) -> Tensor:
    """Fold 2 x 2 latent cells into one token: (n, C, 8, 8) to (n, 16, 4 C), in FluxPipeline's order."""
    n, channels, height, width = latents.shape
    cells = latents.view(n, channels, height // 2, 2, width // 2, 2).permute(0, 2, 4, 1, 3, 5)
    return cells.reshape(n, height * width // 4, channels * 4)


def image_ids() -> Tensor:
    """Return the position of every image token, (16, 3), as FluxPipeline numbers them."""
    ids = torch.zeros(GRID, GRID, 3)
    ids[..., 1] += torch.arange(GRID)[:, None]
    ids[..., 2] += torch.arange(GRID)[None, :]
    return ids.reshape(-1, 3)


def training_caption(scene: Scene, rng: np.random.Generator) -> str:
    """Return one of the captions of ``scene``; two sources are named by their plain labels, to fit the tokens."""
    if rng.random() < CAPTION_DROPOUT:
        return ""
    if len(scene.concepts) > 1 or rng.random() < 0.5:
        return caption(scene)
    return caption(scene, rng)


class Loss:
    """The flow-matching loss: v = noise - picture at x = (1 - t) picture + t noise, t logit-normal."""

    def __init__(self, parts: FluxParts, pools: Sequence[Latents]) -> None:
        self.parts, self.pools = parts, pools
        self.image_ids, self.text_ids = image_ids(), torch.zeros(TEXT_TOKENS, 3)

    def __call__(self, draw: Draw) -> Tensor:
        """Return the weighted mean squared error of the velocity over one batch."""
        picture, weight, captions = self._batch(draw.rng)
        noise = torch.randn_like(picture)
        time = torch.sigmoid(torch.randn(len(picture)))
        mixed = torch.lerp(picture, noise, time[:, None, None])
        # Over so few tokens the plain attention is faster than the blocked one, above all backwards.
        with sdpa_kernel(SDPBackend.MATH):
            tokens, pooled = self.parts.encode(captions)
            velocity = self.parts.transformer(
                hidden_states=mixed,
                timestep=time,
                encoder_hidden_states=_blurred(tokens),
                pooled_projections=_blurred(pooled),
                img_ids=self.image_ids,
                txt_ids=self.text_ids,
                return_dict=False,
            )[0]
        error: Tensor = velocity - (noise - picture)
        return (weight * error.square()).mean() / weight.mean()

    def _batch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor, list[str]]:
        batch = BATCH // workers()
        sizes = (batch - round(PAIRS * batch), round(PAIRS * batch))
        picked = [rng.integers(len(pool.scenes), size=size) for pool, size in zip(self.pools, sizes, strict=True)]
        captions = [
            training_caption(pool.scenes[i], rng) for pool, rows in zip(self.pools, picked, strict=True) for i in rows
        ]
        packed = torch.cat([pool.packed[rows] for pool, rows in zip(self.pools, picked, strict=True)])
        weight = torch.cat([pool.weight[rows] for pool, rows in zip(self.pools, picked, strict=True)])
        return packed, weight, captions


def _blurred(condition: Tensor) -> Tensor:
    """Add a little noise, so that a condition that is nearly right is drawn nearly right."""
    return condition + CONDITION_NOISE * torch.randn_like(condition)


def train(
    folder: Path, *, autoencoder_folder: Path, seed: int, schedule: Schedule = SCHEDULE, scenery: Scenery = SCENERY
) -> dict[str, float]:
    """Train the three parts, save the whole pipeline to ``folder`` and return the last loss.

    ``scenery`` is what to learn from.
    """
    from diffusers import AutoencoderKL

    torch.manual_seed(seed)
    autoencoder = AutoencoderKL.from_pretrained(autoencoder_folder).eval()
    parts = new_parts()
    pools = [encode_scenes(autoencoder, scenes) for scenes in scenery.draw(np.random.default_rng(seed))]
    state = folder.with_suffix(".state")
    last = fit(parts.modules(), Loss(parts, pools), schedule=schedule, seed=seed, state=state).loss
    if rank() == 0:
        pipeline(parts, autoencoder).save_pretrained(folder)
    return {"loss": last}


def pipeline(parts: FluxParts, autoencoder: AutoencoderKL) -> FluxPipeline:
    """Assemble the pipeline that diffusers opens."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline

    return FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False),
        vae=autoencoder,
        text_encoder=parts.text,
        tokenizer=parts.tokenizer,
        text_encoder_2=parts.text_2,
        tokenizer_2=parts.tokenizer_2,
        transformer=parts.transformer,
    )
