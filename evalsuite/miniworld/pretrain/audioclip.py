"""Stage «audioclip»: a tri-modal scorer for pictures, words and sounds; like the judge, used for scoring only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from evalsuite.encoders.trimodal_config import TrimodalConfig
from evalsuite.encoders.trimodal_net import TrimodalNet
from evalsuite.miniworld.pretrain.claims import agreement, claim, contrastive_loss
from evalsuite.miniworld.pretrain.judge import CONTEXT, tokenize
from evalsuite.miniworld.pretrain.pictures import Scenery, scene_tensors
from evalsuite.miniworld.pretrain.soundbank import SoundBank, sound_bank
from evalsuite.miniworld.pretrain.views import gather, spoilt
from evalsuite.miniworld.pretrain.words import END, PAD, SPECIAL, new_tokenizer, vocabulary_size
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

SCHEDULE = Schedule(steps=800, rate=2e-3, weight_decay=0.02, anneal=0.6)
BATCH = 96
SCENERY = Scenery(pairs=1500)


def train(
    folder: Path,
    *,
    autoencoder_folder: Path,
    work: Path,
    seed: int,
    schedule: Schedule = SCHEDULE,
    per_concept: int = 60,
    scenery: Scenery = SCENERY,
) -> dict[str, float]:
    """Train the scorer and save it with its tokeniser."""
    torch.manual_seed(seed)
    config = TrimodalConfig.mini(vocab_size=vocabulary_size(), eos_id=SPECIAL[END], pad_id=SPECIAL[PAD])
    net, tokenizer = TrimodalNet(config), new_tokenizer(length=CONTEXT, begin=True)
    bank = sound_bank(work, "scorer", per_concept=per_concept)
    spectrograms = _spectrograms(net, bank)
    views = gather(autoencoder_folder, scenery=scenery, rng=np.random.default_rng(seed))

    def loss(draw: Draw) -> Tensor:
        rows = draw.rng.integers(len(spectrograms), size=BATCH)
        scenes = [bank.recordings[row].scene for row in rows]
        # Half of the pictures are the drawing of what is heard, half a reconstruction of another scene.
        drawn = scene_tensors(scenes)
        others, views_of_others = views.draw(draw.rng, BATCH // 2, pairs=0.3)
        pixels = torch.cat([spoilt(drawn, draw.rng), views_of_others])
        seen = scenes + others
        claims = [claim(scene, draw.rng) for scene in seen]
        tokens = tokenize(tokenizer, [c.text for c in claims])
        maps = net.audio.stages(net.audio.stem(_augmented(spectrograms[rows].float(), draw.rng)))
        audio = net.audio.projection(maps.mean(dim=3).flatten(1))
        image, text = net.encode_image(pixels), net.encode_text(tokens)
        audio, image, text = (functional.normalize(features, dim=1) for features in (audio, image, text))
        scale = net.logit_scale.exp().clamp(max=100)
        same = agreement(claims, seen)
        return (
            contrastive_loss(scale * text @ image.T, same)
            + _one_way(scale * text @ audio.T, same[:, :BATCH])
            + contrastive_loss(scale * audio @ image[:BATCH].T, _equal(scenes))
        ) / 3

    last = fit({"net": net}, loss, schedule=schedule, seed=seed, state=folder.with_suffix(".state")).loss
    net.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return {"loss": last}


def _one_way(logits: Tensor, agree: Tensor) -> Tensor:
    """Return the cross-entropy of each sound (column) against all true captions (rows)."""
    return -(agree / agree.sum(0, keepdim=True) * logits.log_softmax(0)).sum(0).mean()


def _equal(scenes: list) -> Tensor:  # type: ignore[type-arg]
    """Return which scenes are the same, float (n, n). Distance and time count, for both are heard and seen."""
    return torch.tensor([[float(a == b) for b in scenes] for a in scenes])


@torch.inference_mode()
def _spectrograms(net: TrimodalNet, bank: SoundBank) -> Tensor:
    """Return the fixed front end's output for the whole bank: it has no weights, so it is computed once."""
    parts = []
    for start in range(0, len(bank.recordings), 32):
        sounds = bank.floats(np.arange(start, min(start + 32, len(bank.recordings))))
        parts.append(net.audio.log_mel(torch.from_numpy(sounds)).bfloat16())
    return torch.cat(parts).clone()


def _augmented(maps: Tensor, rng: np.random.Generator) -> Tensor:
    """Roll in time, blank a stretch of time and of bands."""
    maps = torch.roll(maps, int(rng.integers(maps.shape[3])), dims=3) if rng.random() < 0.3 else maps.clone()
    start, band = int(rng.integers(maps.shape[3] - 32)), int(rng.integers(maps.shape[2] - 8))
    maps[..., start : start + int(rng.integers(32))] = -1
    maps[:, :, band : band + int(rng.integers(8))] = -1
    return maps + 0.02 * torch.randn_like(maps)
