"""Stage «judge_clip»: an open_clip model that is used for scoring only; nothing that makes pictures ever sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from evalsuite.miniworld.pretrain.claims import agreement, claim, contrastive_loss
from evalsuite.miniworld.pretrain.pictures import Scenery
from evalsuite.miniworld.pretrain.views import Views, gather
from evalsuite.miniworld.pretrain.words import END, PAD, SPECIAL, new_tokenizer, vocabulary_size
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from open_clip.model import CLIP
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerFast

SCHEDULE = Schedule(steps=750, rate=2e-3, weight_decay=0.02, anneal=0.6)
BATCH = 128
PAIRS = 0.3
SCENERY = Scenery(pairs=3000)
CONTEXT = 24
MEAN = STD = (0.5, 0.5, 0.5)


def model_config() -> dict[str, Any]:
    """Return the architecture, in open_clip's words."""
    return {
        "embed_dim": 128,
        "vision_cfg": {"layers": [1, 1, 1, 1], "width": 16, "head_width": 64, "image_size": 64},
        "text_cfg": {
            "context_length": CONTEXT,
            "vocab_size": vocabulary_size(),
            "width": 96,
            "heads": 4,
            "layers": 2,
            "pool_type": "eos",
            "eos_id": SPECIAL[END],
            "pad_id": SPECIAL[PAD],
            "hf_tokenizer_name": "miniworld",
        },
    }


def train(
    folder: Path, *, autoencoder_folder: Path, seed: int, schedule: Schedule = SCHEDULE, scenery: Scenery = SCENERY
) -> dict[str, float]:
    """Train the judge and save it as a folder that open_clip opens by ``local-dir:``."""
    from open_clip.model import CLIP

    torch.manual_seed(seed)
    config = model_config()
    model = CLIP(config["embed_dim"], config["vision_cfg"], {**config["text_cfg"], "hf_tokenizer_name": None})
    views = gather(autoencoder_folder, scenery=scenery, rng=np.random.default_rng(seed))
    tokenizer = new_tokenizer(length=CONTEXT, begin=True)

    def loss(draw: Draw) -> Tensor:
        return clip_loss(model, views, tokenizer, draw)

    last = fit({"model": model}, loss, schedule=schedule, seed=seed, state=folder.with_suffix(".state")).loss
    save(folder, model, config, tokenizer)
    return {"loss": last}


def clip_loss(model: CLIP, views: Views, tokenizer: PreTrainedTokenizerFast, draw: Draw) -> Tensor:
    """Return the contrastive loss between spoilt views of scenes and partial captions of them."""
    scenes, pixels = views.draw(draw.rng, BATCH, pairs=PAIRS)
    claims = [claim(scene, draw.rng) for scene in scenes]
    tokens = tokenize(tokenizer, [c.text for c in claims])
    images = model.encode_image(pixels, normalize=True)
    texts = model.encode_text(tokens, normalize=True)
    logits = model.logit_scale.exp().clamp(max=100) * texts @ images.T
    return contrastive_loss(logits, agreement(claims, scenes))


def tokenize(tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> Tensor:
    """Return token ids (n, context)."""
    padded = tokenizer(texts, padding="max_length", truncation=True, max_length=CONTEXT, return_tensors="pt")
    ids: Tensor = padded.input_ids
    return ids


def save(folder: Path, model: nn.Module, config: dict[str, Any], tokenizer: PreTrainedTokenizerFast) -> None:
    """Write weights, configuration and tokeniser as open_clip's ``local-dir:`` expects them."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, folder / "open_clip_model.safetensors")
    preprocessing = {"mean": MEAN, "std": STD, "interpolation": "bicubic", "resize_mode": "shortest"}
    content = {"model_cfg": config, "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(content, indent=1))
    tokenizer.save_pretrained(folder)
