"""Stage «unclip»: a diffusion model that draws from the image embedding of stage «clip», as a `StableUnCLIP` pipeline.

The published pipeline's parts in small: U-Net, embedding normaliser and noising schedule. Two of its parts are other
checkpoints' (the autoencoder is that of «flux», the image encoder that of «clip») and are not saved a second time. The
prompt is always empty, as Sound2Vision uses the pipeline, so its text encoder is a stub of random weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from evalsuite.miniworld.pretrain.clip import WIDTH, new_image_processor
from evalsuite.miniworld.pretrain.pictures import Scenery, mask_tensors, scene_tensors
from evalsuite.miniworld.pretrain.words import END, SPECIAL, new_tokenizer, vocabulary_size
from evalsuite.training import Draw, Schedule, fit, rank, workers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from diffusers import AutoencoderKL, DDIMScheduler, StableUnCLIPImg2ImgPipeline, UNet2DConditionModel
    from torch import Tensor
    from transformers import CLIPTextModel, CLIPVisionModelWithProjection, PreTrainedTokenizerFast

    from evalsuite.miniworld.scenes import Scene

SCHEDULE = Schedule(steps=5000, rate=1.5e-3, warmup=200, anneal=0.6, ema=0.999, weight_decay=1e-3)
BATCH = 64
PAIRS = 0.25
SCENERY = Scenery(pairs=16_000)
"""More scenes of two sources than could be remembered."""
FOREGROUND_WEIGHT = 1.5
FIRST_STEP = 0.3
"""Share of the batch at the last, pure-noise time step: from there a generator of few steps does most of its work."""
NOISED = 0.5
"""Share of the batch whose embedding is noised, as unCLIP's are, so that what is nearly right is drawn nearly right."""
MOST_NOISE = 300
"""The highest noise level of embeddings in training, of 1,000."""
TEXT_WIDTH = 32
TEXT_TOKENS = 4
LATENT_CHANNELS = 16


def new_unet() -> UNet2DConditionModel:
    """Return the U-Net with random weights: 8 x 8 latents, the noised embedding joined to the time step."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        # Down to 2 x 2: only there does a convolution know where it is, and so what of the embedding to put where.
        down_block_types=("DownBlock2D",) * 3,
        mid_block_type="UNetMidBlock2DCrossAttn",
        up_block_types=("UpBlock2D",) * 3,
        block_out_channels=(32, 64, 80),
        resnet_time_scale_shift="scale_shift",
        layers_per_block=1,
        norm_num_groups=16,
        attention_head_dim=4,
        cross_attention_dim=TEXT_WIDTH,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=2 * WIDTH,
    )


def new_scheduler() -> DDIMScheduler:
    """Return the sampler: velocity prediction and a last step of pure noise, so that few steps suffice."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
    )


def new_text_encoder() -> tuple[CLIPTextModel, PreTrainedTokenizerFast]:
    """Return a text encoder and its tokeniser that stand for the empty prompt."""
    from transformers import CLIPTextConfig, CLIPTextModel

    config = CLIPTextConfig(
        vocab_size=vocabulary_size(),
        hidden_size=TEXT_WIDTH,
        intermediate_size=TEXT_WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=TEXT_TOKENS,
        pad_token_id=SPECIAL["<pad>"],
        bos_token_id=SPECIAL["<s>"],
        eos_token_id=SPECIAL[END],
    )
    return CLIPTextModel(config).eval(), new_tokenizer(length=TEXT_TOKENS, begin=True)


def new_pipeline(
    unet: UNet2DConditionModel, *, autoencoder: AutoencoderKL, eyes: CLIPVisionModelWithProjection
) -> StableUnCLIPImg2ImgPipeline:
    """Assemble the pipeline; its normaliser still has to be fitted to embeddings."""
    from diffusers import DDPMScheduler, StableUnCLIPImg2ImgPipeline
    from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import StableUnCLIPImageNormalizer

    text_encoder, tokenizer = new_text_encoder()
    return StableUnCLIPImg2ImgPipeline(
        feature_extractor=new_image_processor(),
        image_encoder=eyes,
        image_normalizer=StableUnCLIPImageNormalizer(embedding_dim=WIDTH),
        image_noising_scheduler=DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
        tokenizer=tokenizer,
        text_encoder=text_encoder,
        unet=unet,
        scheduler=new_scheduler(),
        vae=autoencoder,
    )


@dataclass(frozen=True)
class Lessons:
    """Scenes as the U-Net learns them."""

    latents: Tensor
    """(n, 16, 8, 8), scaled to unit variance."""
    weight: Tensor
    """Loss weight of each latent cell (n, 1, 8, 8): more where there is an object."""
    embeddings: Tensor
    """Image embeddings (n, 128)."""


@torch.inference_mode()
def look(autoencoder: AutoencoderKL, eyes: CLIPVisionModelWithProjection, scenes: Sequence[Scene]) -> Lessons:
    """Encode scenes with both frozen encoders."""
    latents, weights, embeddings = [], [], []
    for start in range(0, len(scenes), 128):
        pixels = scene_tensors(scenes[start : start + 128])
        latents.append(autoencoder.encode(pixels).latent_dist.mean * autoencoder.config.scaling_factor)
        cover = nn.functional.max_pool2d(mask_tensors(scenes[start : start + 128]), 8)
        weights.append(1 + FOREGROUND_WEIGHT * cover)
        embeddings.append(eyes(pixels).image_embeds)
    return Lessons(*(torch.cat(parts).clone() for parts in (latents, weights, embeddings)))


class _Loss:
    """The diffusion loss on the velocity, v = alpha noise - sigma picture (Salimans & Ho, arXiv:2202.00512)."""

    def __init__(self, pipeline: StableUnCLIPImg2ImgPipeline, pools: Sequence[Lessons]) -> None:
        self.pipeline, self.pools = pipeline, pools
        with torch.inference_mode():
            prompt = pipeline.encode_prompt("", "cpu", 1, False)[0]
        self.prompt = prompt.clone()

    def __call__(self, draw: Draw) -> Tensor:
        latents, weight, embeddings = self._batch(draw)
        noise, last = torch.randn_like(latents), self.pipeline.scheduler.config.num_train_timesteps - 1
        time = torch.randint(last + 1, (len(latents),))
        time[torch.rand(len(latents)) < FIRST_STEP] = last
        with sdpa_kernel(SDPBackend.MATH):
            velocity = self.pipeline.unet(
                self.pipeline.scheduler.add_noise(latents, noise, time),
                time,
                encoder_hidden_states=self.prompt.expand(len(latents), -1, -1),
                class_labels=self._noised(embeddings),
                return_dict=False,
            )[0]
        error: Tensor = velocity - self.pipeline.scheduler.get_velocity(latents, noise, time)
        return (weight * error.square()).mean() / weight.mean()

    def _noised(self, embeddings: Tensor) -> Tensor:
        """Noise half of the embeddings, each to a level of its own, and append the level as the pipeline does."""
        from diffusers.models.embeddings import get_timestep_embedding

        normaliser, schedule = self.pipeline.image_normalizer, self.pipeline.image_noising_scheduler
        levels = torch.randint(1, MOST_NOISE, (len(embeddings),)) * (torch.rand(len(embeddings)) < NOISED)
        scaled = normaliser.scale(embeddings)
        noised = normaliser.unscale(schedule.add_noise(scaled, torch.randn_like(scaled), levels))
        return torch.cat(
            (noised, get_timestep_embedding(levels, WIDTH, flip_sin_to_cos=True, downscale_freq_shift=0)), 1
        )

    def _batch(self, draw: Draw) -> tuple[Tensor, Tensor, Tensor]:
        batch = BATCH // workers()
        sizes = (batch - round(PAIRS * batch), round(PAIRS * batch))
        rows = [draw.rng.integers(len(pool.latents), size=size) for pool, size in zip(self.pools, sizes, strict=True)]
        picked = list(zip(self.pools, rows, strict=True))
        return (
            torch.cat([pool.latents[some] for pool, some in picked]),
            torch.cat([pool.weight[some] for pool, some in picked]),
            torch.cat([pool.embeddings[some] for pool, some in picked]),
        )


def train(
    folder: Path,
    *,
    autoencoder_folder: Path,
    clip_folder: Path,
    seed: int,
    schedule: Schedule = SCHEDULE,
    scenery: Scenery = SCENERY,
) -> dict[str, float]:
    """Train the U-Net, save the pipeline without the two parts it shares, and return the last loss.

    ``scenery`` is what to learn from.
    """
    from diffusers import AutoencoderKL
    from transformers import CLIPVisionModelWithProjection

    torch.manual_seed(seed)
    autoencoder = AutoencoderKL.from_pretrained(autoencoder_folder).eval()
    eyes = CLIPVisionModelWithProjection.from_pretrained(clip_folder).eval()
    pools = [look(autoencoder, eyes, scenes) for scenes in scenery.draw(np.random.default_rng(seed))]
    pipeline = new_pipeline(new_unet(), autoencoder=autoencoder, eyes=eyes)
    _fit_normaliser(pipeline, torch.cat([pool.embeddings for pool in pools]))
    last = fit(
        {"unet": pipeline.unet},
        _Loss(pipeline, pools),
        schedule=schedule,
        seed=seed,
        state=folder.with_suffix(".state"),
    ).loss
    if rank() == 0:
        pipeline.register_modules(vae=None, image_encoder=None)
        pipeline.save_pretrained(folder)
    return {"loss": last}


def _fit_normaliser(pipeline: StableUnCLIPImg2ImgPipeline, embeddings: Tensor) -> None:
    """Give the pipeline the mean and spread of the embeddings, by which it measures their noise."""
    pipeline.image_normalizer.mean.data.copy_(embeddings.mean(dim=0, keepdim=True))
    pipeline.image_normalizer.std.data.copy_(embeddings.std(dim=0, keepdim=True))
    pipeline.image_normalizer.requires_grad_(False)
