"""Held-out figures of whatever listens, on recordings of a draw of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.transforms.mixing import mixing
from evalsuite.encoders.trimodal import trimodal_towers
from evalsuite.metrics import cosine_matrix
from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.dataset import played, recordings_of
from evalsuite.miniworld.pretrain.embedding_checks import clap_figures, wav2clip_figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from evalsuite.audio.clip import Clip, Waveform


def listening_figures(output: Path, *, per_concept: int = 10) -> dict[str, float]:
    """Return how often whatever listens names the source of a recording, and the AST both of two."""
    recordings = recordings_of("check", per_concept=per_concept)
    clips = [played(made, label="") for made in recordings]
    truth = np.repeat(np.arange(len(CONCEPTS)), per_concept)
    towers = trimodal_towers(weights=output / "audioclip", device="cpu")
    texts = towers["text"].embed([f"the sound of {concept.label}" for concept in CONCEPTS])
    heard = cosine_matrix(towers["audio"].embed(clips), texts).argmax(axis=1)
    return {
        **ast_figures(output / "ast", clips, truth),
        "audioclip_audio_accuracy": float((heard == truth).mean()),
        **clap_figures(output / "clap", clips, truth),
        **wav2clip_figures(output, clips, [made.scene for made in recordings], truth),
    }


def ast_figures(folder: Path, clips: Sequence[Clip], truth: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return how often the AST's strongest concept is the source, and its two strongest both of two as loud."""
    others = np.random.default_rng(0).permutation(len(clips))
    pairs = [(one, other) for one, other in enumerate(others) if truth[one] != truth[other]]
    mixtures = [mixing.apply([clips[i], clips[j]], doses=[0.0], seed=0)[0].waveform for i, j in pairs]
    strongest = _ranked(folder, mixtures)[:, :2]
    both = np.sort(strongest, axis=1) == np.sort([(truth[i], truth[j]) for i, j in pairs], axis=1)
    return {
        "ast_accuracy": float((_ranked(folder, [clip.waveform for clip in clips])[:, 0] == truth).mean()),
        "ast_both_of_two": float(both.all(axis=1).mean()),
    }


def _ranked(folder: Path, waveforms: Sequence[Waveform]) -> npt.NDArray[np.int64]:
    """Return the concepts by how strongly the AST hears them, (n, concepts)."""
    import torch
    from transformers import ASTFeatureExtractor, ASTForAudioClassification

    model = ASTForAudioClassification.from_pretrained(folder).float().eval()
    front_end = ASTFeatureExtractor.from_pretrained(folder)
    answers = []
    for start in range(0, len(waveforms), 32):
        sounds = list(waveforms[start : start + 32])
        inputs = front_end(sounds, sampling_rate=front_end.sampling_rate, return_tensors="pt").input_values
        with torch.inference_mode():
            answers.append(model(inputs).logits[:, : len(CONCEPTS)].argsort(dim=1, descending=True).numpy())
    return np.concatenate(answers)
