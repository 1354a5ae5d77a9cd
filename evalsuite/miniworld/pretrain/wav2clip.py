"""Stage «wav2clip»: a small Wav2CLIP, distilled from the judge's image tower; like the judge, for scoring only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.encoders.wav2clip_config import Wav2ClipConfig
from evalsuite.encoders.wav2clip_net import Perceptron, Wav2ClipNet
from evalsuite.miniworld.pretrain.claims import contrastive_loss
from evalsuite.miniworld.pretrain.soundbank import sound_bank
from evalsuite.miniworld.scenes import render_all
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from evalsuite.miniworld.scenes import Scene

SCHEDULE = Schedule(steps=1000, rate=3e-3, weight_decay=0.02, anneal=0.6)
BATCH = 64
WIDTH = 8


def train(
    folder: Path, *, work: Path, seed: int, schedule: Schedule = SCHEDULE, per_concept: int = 60
) -> dict[str, float]:
    """Train the network on recordings and on what the judge, trained before, makes of their drawings, and save it."""
    torch.manual_seed(seed)
    bank = sound_bank(work, "scorer", per_concept=per_concept)
    scenes = [recording.scene for recording in bank.recordings]
    pictures = _embedded(scenes, judge_folder=work / "judge_clip")
    config = Wav2ClipConfig(name="wav2clip-mini", width=WIDTH, embed_dim=pictures.shape[1])
    teaching = Distillation(Wav2ClipNet(config))

    def loss(draw: Draw) -> Tensor:
        rows = draw.rng.integers(len(scenes), size=BATCH)
        waveforms = _augmented(torch.from_numpy(bank.floats(rows)), draw.rng)
        return teaching.loss(waveforms, pictures[rows], same=_equal([scenes[row] for row in rows]))

    last = fit({"teaching": teaching}, loss, schedule=schedule, seed=seed, state=folder.with_suffix(".state")).loss
    teaching.net.save_pretrained(folder)
    return {"loss": last}


class Distillation(nn.Module):
    """The network and the parts that only its training needs, with Wav2CLIP's loss of cross projections.

    Two symmetric contrastive losses with a temperature each: of the encoder's features and the pictures sent through
    a perceptron, and of the network's output and the pictures as they are (Wu et al., arXiv:2110.11499; `clip_loss_x`
    in the authors' code, the one loss that trains the perceptron which the published weights hold).
    """

    def __init__(self, net: Wav2ClipNet) -> None:
        super().__init__()
        self.net = net
        self.image_transform = Perceptron(net.config.embed_dim, net.config.features)
        self.log_scales = nn.Parameter(torch.full((2,), float(np.log(1 / 0.07))))

    def loss(self, waveforms: Tensor, pictures: Tensor, *, same: Tensor) -> Tensor:
        """Return the loss of sounds (B, samples) and embeddings of their pictures (B, embed_dim).

        ``same`` (B, B) says which pictures are equal. Ours: the paper takes every other picture of the batch for
        wrong, and in so small a world many are the same.
        """
        features = self.net.audio_encoder(waveforms)
        inner, outer = self.log_scales.exp().clamp(max=100)
        to_features = contrastive_loss(inner * _cosines(features, self.image_transform(pictures)), same)
        to_pictures = contrastive_loss(outer * _cosines(self.net.audio_transform(features), pictures), same)
        return (to_features + to_pictures) / 2


def _cosines(a: Tensor, b: Tensor) -> Tensor:
    return functional.normalize(a, dim=1) @ functional.normalize(b, dim=1).T


def _embedded(scenes: Sequence[Scene], *, judge_folder: Path) -> Tensor:
    """Return the judge's embedding of each scene's drawing, (n, embed_dim); each drawing is looked at once."""
    distinct = sorted(set(scenes), key=repr)
    seen = open_clip_towers(weights=judge_folder, device="cpu")["image"].embed(list(render_all(distinct)))
    row_of = {scene: row for row, scene in enumerate(distinct)}
    return torch.from_numpy(seen)[[row_of[scene] for scene in scenes]]


def _equal(scenes: Sequence[Scene]) -> Tensor:
    """Return which scenes are the same, float (n, n)."""
    return torch.tensor([[float(a == b) for b in scenes] for a in scenes])


def _augmented(waveforms: Tensor, rng: np.random.Generator) -> Tensor:
    """Roll in time, silence a stretch of up to a second, and change the level by up to 6 dB."""
    samples = waveforms.shape[1]
    waveforms = torch.roll(waveforms, int(rng.integers(samples)), dims=1)
    length = int(rng.integers(samples // 5))
    start = int(rng.integers(samples - length))
    waveforms[:, start : start + length] = 0
    decibel = torch.from_numpy(rng.uniform(-6, 6, (len(waveforms), 1))).float()
    return waveforms * 10 ** (decibel / 20)
