"""The towers of Wav2CLIP: sounds in the space of a CLIP, beside that CLIP's pictures and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.resampling import resample
from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.encoders.tower import Tower, inferred_rows
from evalsuite.encoders.wav2clip_config import CONFIG_NAME, FFT_SIZE, Wav2ClipConfig
from evalsuite.encoders.weights import load_state
from evalsuite.encoders.weights_file import file_fingerprint, fill, weights_file
from evalsuite.errors import UserError
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from evalsuite.audio.clip import Clip, Waveform
    from evalsuite.encoders.base import Features, Modality
    from evalsuite.encoders.wav2clip_net import Wav2ClipNet

PREPROCESSING = "wav2clip-1"
"""Goes into the fingerprint: to be changed with anything below that changes features."""

SAMPLE_RATE = 16_000
CLIP = "ViT-B-32:openai"
"""The CLIP that the published weights were distilled from, by the name that the published list has for the judge."""
TRAINING_ONLY = ("image_transform.", "loss_fn")
"""Beginnings of names of what was trained along and does not listen; the published code does not load it either."""


def wav2clip_towers(*, weights: Path | str, device: str, clip: str = CLIP) -> dict[Modality, Tower]:
    """Open Wav2CLIP (Wu et al., ICASSP 2022, arXiv:2110.11499) and the CLIP whose space it listens into.

    ``weights`` is the published file, ``Wav2CLIP.pt``, or a folder with one file of weights; a ``config.json`` in the
    folder tells of other widths than the published. ``clip`` is whatever a profile may call the weights of
    :func:`~evalsuite.encoders.open_clip.open_clip_towers`, which makes the image tower and the text tower.

    No code of the file is run, and nothing of it but its hash is read before the first batch. Raises ``UserError``
    where there is no such file, where the two spaces differ in dimensions and, at the first batch, where the file
    holds anything else.
    """
    file, config = weights_file(weights), _config(Path(weights))
    towers = open_clip_towers(weights=resolve_weights(clip), device=device)
    if towers["image"].dim != config.embed_dim:
        dims = f"{config.embed_dim} dimensions and those of the CLIP {clip!r} {towers['image'].dim}"
        raise UserError(f"sounds get {dims}: set the option `clip` to the one it was distilled from", file=file)
    audio = Tower(
        name=config.name,
        fingerprint=file_fingerprint(file, preprocessing=PREPROCESSING),
        modality="audio",
        dim=config.embed_dim,
        encode=_Loaded(file=file, config=config, device=device).sounds,
        preparation=lambda: heard,
    )
    return {**towers, "audio": audio}


def _config(weights: Path) -> Wav2ClipConfig:
    file = weights / CONFIG_NAME
    return Wav2ClipConfig.load(file) if file.is_file() else Wav2ClipConfig()


def heard(clip: Clip) -> Waveform:
    """Return the whole clip at 16 kHz, float32: the network hears sounds of any length, as in the published code.

    That one shorter than an analysis window (32 ms) is filled up with silence is ours.
    """
    waveform = resample(clip.waveform, clip.sample_rate, SAMPLE_RATE)
    return np.pad(waveform, (0, max(0, FFT_SIZE - len(waveform))))


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    """The network, opened on first use."""

    file: Path
    config: Wav2ClipConfig
    device: str

    @cached_property
    def net(self) -> Wav2ClipNet:
        from evalsuite.encoders.wav2clip_net import Wav2ClipNet

        state = _listening(load_state(self.file))
        net = Wav2ClipNet(self.config)
        fill(net, state, file=self.file, kind="Wav2CLIP")
        return net.to(self.device)

    def sounds(self, prepared: Sequence[Waveform]) -> Features:

        if len({waveform.shape for waveform in prepared}) > 1:
            return np.concatenate([self.sounds([waveform]) for waveform in prepared])
        return inferred_rows(self.net, prepared, device=self.device)


def _listening(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in state.items() if not name.startswith(TRAINING_ONLY)}
