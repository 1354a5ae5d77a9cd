"""The towers of AudioCLIP: pictures, words and sounds in one space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.resampling import resample
from evalsuite.encoders.pixels import Fit, normalised
from evalsuite.encoders.tower import Tower, inferred, inferred_rows
from evalsuite.encoders.weights import load_state
from evalsuite.encoders.weights_file import file_fingerprint, fill, weights_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from open_clip.model import CLIP

    from evalsuite.audio.clip import Clip, Picture, Waveform
    from evalsuite.encoders.base import Features, Modality

PREPROCESSING = "audioclip-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

SAMPLE_RATE = 44_100
SAMPLES = 220_500
"""Five seconds."""
FULL_SCALE = 32_768
"""What an amplitude of 1 is to the network, which hears 16-bit samples."""
IMAGE_SIZE = 224
IMAGE_MEAN, IMAGE_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""CLIP's (Radford et al., arXiv:2103.00020)."""
EMBED_DIM = 1024
"""Dimensions of the space that the three towers share."""


def audioclip_towers(*, weights: Path | str, device: str) -> dict[Modality, Tower]:
    """Open AudioCLIP (Guzhov et al., arXiv:2106.13043) with its published weights, ``AudioCLIP-Full-Training.pt``.

    ``weights`` is that file, the same tensors in a file of safetensors, or a folder with one such file. Features have
    1024 dimensions. No code of the file is run, and nothing of it but its hash is read before the first batch. Raises
    ``UserError`` where there is no such file and, at the first batch, where it holds anything else.

    The published demonstration leaves the network in training mode, where a feature depends on the batch it was in.
    These towers are in eval mode, as the published evaluation is. Pictures are resized as the original CLIP does.
    """
    file = weights_file(weights)
    loaded = _Loaded(file=file, device=device)
    fingerprint = file_fingerprint(file, preprocessing=PREPROCESSING)
    tower = partial(Tower, name=file.stem, fingerprint=fingerprint, dim=EMBED_DIM)
    return {
        "image": tower(modality="image", encode=loaded.pictures, preparation=lambda: Fit(IMAGE_SIZE)),
        "text": tower(modality="text", encode=loaded.texts),
        "audio": tower(modality="audio", encode=loaded.sounds, preparation=lambda: heard),
    }


def heard(clip: Clip) -> Waveform:
    """Return what the network hears of a clip: (220500,), float32 in 16-bit units.

    As in the published evaluation (the authors' `protocols/audioclip-esc50.json`), a shorter clip is put in the middle
    and its first and last samples are held; of a longer one five seconds are chosen. The resampling filter is ours.
    """
    waveform = resample(clip.waveform, clip.sample_rate, SAMPLE_RATE)
    return FULL_SCALE * (_chosen(waveform) if len(waveform) > SAMPLES else _filled_up(waveform))


def _filled_up(waveform: Waveform) -> Waveform:
    left = round((SAMPLES - len(waveform)) / 2)
    return np.pad(waveform, (left, SAMPLES - left - len(waveform)), mode="edge" if len(waveform) else "constant")


def _chosen(waveform: Waveform) -> Waveform:
    """Return the middle; where it is quiet (its deviation below half of the clip's) the start.

    And the end where the start is louder than the middle, but quiet as well: so the published evaluation has it.
    """
    left = round((len(waveform) - SAMPLES) / 2)
    start, middle, end = waveform[:SAMPLES], waveform[left : left + SAMPLES], waveform[-SAMPLES:]
    quiet = waveform.std() / 2
    if middle.std() >= quiet:
        return middle
    return end if middle.std() < start.std() < quiet else start


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The network and its tokenizer, opened on first use."""

    file: Path
    device: str

    @cached_property
    def net(self) -> CLIP:
        from evalsuite.encoders.audioclip_net import new_audioclip

        state = load_state(self.file)
        net = new_audioclip(embed_dim=EMBED_DIM, image_size=IMAGE_SIZE)
        fill(net, state, file=self.file, kind="AudioCLIP")
        return net.to(self.device)

    @cached_property
    def tokenizer(self) -> Any:
        from evalsuite.torchvision_ops import register_missing_operators

        register_missing_operators()
        import open_clip

        return open_clip.get_tokenizer("RN50")

    def pictures(self, prepared: Sequence[Picture]) -> Features:
        pixels = normalised(prepared, mean=IMAGE_MEAN, std=IMAGE_STD, device=self.device)
        return inferred(self.net.encode_image, pixels)

    def texts(self, texts: Sequence[str]) -> Features:
        return inferred(self.net.encode_text, self.tokenizer(list(texts)).to(self.device))

    def sounds(self, prepared: Sequence[Waveform]) -> Features:

        return inferred_rows(self.net.audio, prepared, device=self.device)
