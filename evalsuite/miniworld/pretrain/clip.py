"""Stage «clip»: a small CLIP of transformers, image and text, for systems: never for scoring.

Its image tower is what the `unclip` generator draws from, as the image encoder of the published pipeline is; image and
text together name what a picture shows. The judge is another model, of another library and another seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from evalsuite.miniworld.pretrain.claims import agreement, claim, contrastive_loss
from evalsuite.miniworld.pretrain.judge import BATCH, CONTEXT, MEAN, PAIRS, STD, tokenize
from evalsuite.miniworld.pretrain.pictures import Scenery
from evalsuite.miniworld.pretrain.views import Views, gather
from evalsuite.miniworld.pretrain.words import BEGIN, END, PAD, SPECIAL, new_tokenizer, vocabulary_size
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor
    from transformers import CLIPImageProcessor, CLIPModel, PreTrainedTokenizerFast

SCHEDULE = Schedule(steps=1200, rate=1.5e-3, weight_decay=0.02, warmup=100, anneal=0.6)
SCENERY = Scenery(pairs=3000)
SIZE = 64
WIDTH = 128
"""Width of the shared space: 1,024 for the published unCLIP."""


def new_clip() -> CLIPModel:
    """Return the model with random weights."""
    from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig

    tower = {"num_attention_heads": 4, "projection_dim": WIDTH, "hidden_act": "gelu"}
    text = CLIPTextConfig(
        vocab_size=vocabulary_size(),
        hidden_size=96,
        intermediate_size=192,
        num_hidden_layers=2,
        max_position_embeddings=CONTEXT,
        pad_token_id=SPECIAL[PAD],
        bos_token_id=SPECIAL[BEGIN],
        eos_token_id=SPECIAL[END],
        **tower,
    )
    vision = CLIPVisionConfig(
        hidden_size=128, intermediate_size=256, num_hidden_layers=3, image_size=SIZE, patch_size=8, **tower
    )
    return CLIPModel(CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=WIDTH))


def new_image_processor() -> CLIPImageProcessor:
    """Return the front end: 64 x 64 pixels in [-1, 1]."""
    from transformers import CLIPImageProcessor

    return CLIPImageProcessor(
        size={"shortest_edge": SIZE},
        crop_size={"height": SIZE, "width": SIZE},
        image_mean=list(MEAN),
        image_std=list(STD),
    )


def train(
    folder: Path, *, autoencoder_folder: Path, seed: int, schedule: Schedule = SCHEDULE, scenery: Scenery = SCENERY
) -> dict[str, float]:
    """Train both towers and save them with their image processor and tokeniser."""
    torch.manual_seed(seed)
    model, tokenizer = new_clip(), new_tokenizer(length=CONTEXT, begin=True)
    views = gather(autoencoder_folder, scenery=scenery, rng=np.random.default_rng(seed))
    state = folder.with_suffix(".state")

    def loss(draw: Draw) -> Tensor:
        return _loss(model, views, tokenizer, draw)

    last = fit({"model": model}, loss, schedule=schedule, seed=seed, state=state).loss
    for part in (model, new_image_processor(), tokenizer):
        part.save_pretrained(folder)
    return {"loss": last}


def _loss(model: CLIPModel, views: Views, tokenizer: PreTrainedTokenizerFast, draw: Draw) -> Tensor:
    """Return the contrastive loss between spoilt views of scenes and partial captions of them."""
    scenes, pixels = views.draw(draw.rng, BATCH, pairs=PAIRS)
    claims = [claim(scene, draw.rng) for scene in scenes]
    tokens = tokenize(tokenizer, [c.text for c in claims])
    out = model(input_ids=tokens, attention_mask=(tokens != SPECIAL[PAD]).long(), pixel_values=pixels)
    return contrastive_loss(out.logits_per_text, agreement(claims, scenes))
