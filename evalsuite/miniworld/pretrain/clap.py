"""Stage «clap»: a small CLAP, sound and text in one space, for retrieval by systems (never for scoring)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from evalsuite.miniworld.pretrain.claims import agreement, claim, contrastive_loss
from evalsuite.miniworld.pretrain.judge import CONTEXT, tokenize
from evalsuite.miniworld.pretrain.soundbank import SoundBank, sound_bank
from evalsuite.miniworld.pretrain.words import BEGIN, END, PAD, SPECIAL, new_tokenizer, vocabulary_size
from evalsuite.miniworld.sounds.tools import SAMPLE_RATE
from evalsuite.miniworld.soundscape import SECONDS
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor
    from transformers import ClapFeatureExtractor, ClapModel

SCHEDULE = Schedule(steps=1500, rate=1.5e-3, weight_decay=0.02, anneal=0.6)
BATCH = 48


def new_clap() -> ClapModel:
    """Return the model with random weights."""
    from transformers import ClapAudioConfig, ClapConfig, ClapModel, ClapTextConfig

    text = ClapTextConfig(
        vocab_size=vocabulary_size(),
        hidden_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=192,
        max_position_embeddings=CONTEXT + 2,
        projection_dim=128,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=SPECIAL[PAD],
        bos_token_id=SPECIAL[BEGIN],
        eos_token_id=SPECIAL[END],
    )
    audio = ClapAudioConfig(
        window_size=4,
        num_mel_bins=64,
        spec_size=128,
        patch_size=4,
        patch_stride=[4, 4],
        hidden_size=192,
        patch_embeds_hidden_size=24,
        projection_dim=128,
        depths=[1, 1, 2, 1],
        num_attention_heads=[1, 2, 4, 8],
        drop_path_rate=0.0,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        enable_fusion=False,
    )
    return ClapModel(ClapConfig(text_config=text.to_dict(), audio_config=audio.to_dict(), projection_dim=128))


def new_feature_extractor() -> ClapFeatureExtractor:
    """Return the front end: 64 mel bands, 250 frames of 20 ms."""
    from transformers import ClapFeatureExtractor

    return ClapFeatureExtractor(
        feature_size=64,
        sampling_rate=SAMPLE_RATE,
        hop_length=320,
        fft_window_size=1024,
        max_length_s=int(SECONDS),
        frequency_min=50,
        frequency_max=8000,
        truncation="rand_trunc",
        padding="repeatpad",
    )


def spectrograms(bank: SoundBank, extractor: ClapFeatureExtractor) -> Tensor:
    """Return the front end's output for the whole bank, (n, 1, frames, bands)."""
    parts = []
    for start in range(0, len(bank.recordings), 32):
        sounds = list(bank.floats(np.arange(start, min(start + 32, len(bank.recordings)))))
        parts.append(extractor(sounds, sampling_rate=SAMPLE_RATE, return_tensors="pt").input_features.bfloat16())
    return torch.cat(parts)


def train(
    folder: Path, *, work: Path, seed: int, schedule: Schedule = SCHEDULE, per_concept: int = 60
) -> dict[str, float]:
    """Train the model and save it with its front end and tokeniser."""
    torch.manual_seed(seed)
    model, extractor, tokenizer = new_clap(), new_feature_extractor(), new_tokenizer(length=CONTEXT, begin=True)
    bank = sound_bank(work, "ast", per_concept=per_concept, pairs=10 * per_concept)
    inputs = spectrograms(bank, extractor)

    def loss(draw: Draw) -> Tensor:
        rows = draw.rng.integers(len(inputs), size=BATCH)
        scenes = [bank.recordings[row].scene for row in rows]
        claims = [claim(scene, draw.rng) for scene in scenes]
        tokens = tokenize(tokenizer, [c.text for c in claims])
        out = model(
            input_ids=tokens,
            attention_mask=(tokens != SPECIAL[PAD]).long(),
            input_features=inputs[rows].float(),
            is_longer=torch.zeros(BATCH, 1, dtype=torch.bool),
        )
        logits = model.logit_scale_t.exp().clamp(max=100) * out.text_embeds @ out.audio_embeds.T
        return contrastive_loss(logits, agreement(claims, scenes))

    last = fit({"model": model}, loss, schedule=schedule, seed=seed, state=folder.with_suffix(".state")).loss
    model.save_pretrained(folder)
    extractor.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return {"loss": last}
