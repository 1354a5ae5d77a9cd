"""Stage «ast»: a small Audio Spectrogram Transformer, trained as a tagger, whose tokens are SeeingSounds' ears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.pretrain import mixtures
from evalsuite.miniworld.pretrain.inception import TAGS, tags_of
from evalsuite.miniworld.pretrain.soundbank import SoundBank, sound_bank
from evalsuite.miniworld.sounds.tools import SAMPLE_RATE
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor
    from transformers import ASTFeatureExtractor, ASTForAudioClassification

SCHEDULE = Schedule(steps=3400, rate=1e-3, weight_decay=0.02, warmup=100, anneal=0.6)
BATCH = 32
OF_THE_WHOLE = 2
"""The first tokens, class and distillation; the others are patches, band by band, each through all times."""
FRAMES = 512
BANDS = 64


def new_feature_extractor() -> ASTFeatureExtractor:
    """Return the front end: 64 mel bands, 512 frames of 10 ms, fixed normalisation, so that loudness is kept."""
    from transformers import ASTFeatureExtractor

    return ASTFeatureExtractor(
        sampling_rate=SAMPLE_RATE, num_mel_bins=BANDS, max_length=FRAMES, mean=mixtures.MEAN, std=mixtures.STD
    )


def new_ast() -> ASTForAudioClassification:
    """Return the transformer with random weights."""
    from transformers import ASTConfig, ASTForAudioClassification

    config = ASTConfig(
        hidden_size=128,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=384,
        patch_size=16,
        frequency_stride=16,
        time_stride=16,
        max_length=FRAMES,
        num_mel_bins=BANDS,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(TAGS)),
        label2id={tag: index for index, tag in enumerate(TAGS)},
        problem_type="multi_label_classification",
    )
    return ASTForAudioClassification(config)


def spectrograms(bank: SoundBank, extractor: ASTFeatureExtractor) -> Tensor:
    """Return the front end's output for the whole bank, (n, frames, bands)."""
    parts = []
    for start in range(0, len(bank.recordings), 32):
        rows = np.arange(start, min(start + 32, len(bank.recordings)))
        sounds = list(bank.floats(rows))
        parts.append(extractor(sounds, sampling_rate=SAMPLE_RATE, return_tensors="pt").input_values.bfloat16())
    return torch.cat(parts)


def train(
    folder: Path, *, work: Path, seed: int, schedule: Schedule = SCHEDULE, per_concept: int = 60
) -> dict[str, float]:
    """Train the tagger and save it with its front end."""
    torch.manual_seed(seed)
    model, extractor = new_ast(), new_feature_extractor()
    bank = sound_bank(work, "ast", per_concept=per_concept, pairs=10 * per_concept).alone()  # that of CLAP
    inputs, tags = spectrograms(bank, extractor), tags_of([recording.scene for recording in bank.recordings])

    def loss(draw: Draw) -> Tensor:
        heard = mixtures.draw(inputs, tags, size=BATCH, rng=draw.rng)
        states = model.audio_spectrogram_transformer(_masked(heard.inputs, draw.rng))
        patches = model.classifier(states.last_hidden_state[:, OF_THE_WHOLE:]).unflatten(
            1, (BANDS // mixtures.PATCH, -1)
        )
        return _loss(model.classifier(states.pooler_output), heard) + _patch_loss(patches, heard)

    last = fit({"model": model}, loss, schedule=schedule, seed=seed, state=folder.with_suffix(".state")).loss
    model.save_pretrained(folder)
    extractor.save_pretrained(folder)
    return {"loss": last}


def _loss(logits: Tensor, heard: mixtures.Batch) -> Tensor:
    """Return the cross-entropy of the concepts, shared among the sources, and the binary one of the attributes.

    Attributes are asked of sounds that are alone: those of two would contradict. A binary loss on the concepts, of
    which one or two are true, spends its first thousand steps on learning to say no.
    """
    concepts = len(CONCEPTS)
    shares = heard.tags[:, :concepts] / heard.tags[:, :concepts].sum(dim=1, keepdim=True)
    named = functional.cross_entropy(logits[:, :concepts], shares)
    asked, told = logits[heard.alone, concepts:], heard.tags[heard.alone, concepts:]
    return named + functional.binary_cross_entropy_with_logits(asked, told)


def _patch_loss(logits: Tensor, heard: mixtures.Batch) -> Tensor:
    """Return the cross-entropy of the concepts in each patch, shared among the sources by power.

    A tagger that is asked for the whole alone keeps what it knows in two tokens, where two sources lie on top of one
    another: those who read its tokens then hear the louder. Of patches the same head tells who sounds where.
    """
    frames, concepts = heard.patch_tags.shape[2], len(CONCEPTS)
    named = logits[:, :, :frames, :concepts].flatten(0, 2)
    return functional.cross_entropy(named, heard.patch_tags[..., :concepts].flatten(0, 2))


def _masked(inputs: Tensor, rng: np.random.Generator) -> Tensor:
    """Blank a stretch of time and of bands, and add a little noise (SpecAugment, arXiv:1904.08779)."""
    start, band = int(rng.integers(FRAMES - 64)), int(rng.integers(BANDS - 8))
    inputs = inputs + 0.1 * torch.randn_like(inputs)
    inputs[:, start : start + int(rng.integers(64))] = inputs.min()
    inputs[:, :, band : band + int(rng.integers(8))] = inputs.min()
    return inputs
