"""Does a model keep the interface's promises? A minute's check on a few made-up clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.audio.clip import Clip, Waveform
from evalsuite.hashing import sha256_bytes
from evalsuite.running.generate import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evalsuite.model import AudioToImageModel, Images

SAMPLE_RATE = 16_000
SECONDS = 5
TONES_HZ = (110.0, 440.0, 1760.0)
PICTURE_SIDE = 64


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One promise, looked at."""

    name: str
    """What was promised."""
    kept: bool | None
    """``None`` where it is worth knowing but no promise."""
    found: str
    """What was seen."""


def check_promises(model: AudioToImageModel) -> Iterator[Promise]:
    """Yield each promise once looked at. Raises ``UserError`` where the model fails or misshapes a picture."""
    clips = [probe.shown_to(model.card.sees) for probe in probes()]
    seeds = list(range(1, len(clips) + 1))
    images = draw(model, clips, seeds=seeds)
    yield Promise(name="shape and type", kept=True, found=f"uint8 {images.shape}")
    yield _same("the same again", images, draw(model, clips, seeds=seeds))
    yield _same("whatever the order", images, draw(model, clips[::-1], seeds=seeds[::-1])[::-1])
    alone = [draw(model, [clip], seeds=[seed]) for clip, seed in zip(clips, seeds, strict=True)]
    yield _same("whatever the batch", images, np.concatenate(alone))
    yield _matters("the seed", images, draw(model, clips, seeds=[seed + 1 for seed in seeds]))
    yield _matters("the clip", images, draw(model, [clips[0]] * len(clips), seeds=seeds))


def probes() -> list[Clip]:
    """Return tones of different pitch, each with a label and a grey picture."""
    moments = np.arange(SAMPLE_RATE * SECONDS) / SAMPLE_RATE
    return [_probe(hertz, np.sin(2 * np.pi * hertz * moments).astype(np.float32)) for hertz in TONES_HZ]


def _probe(hertz: float, waveform: Waveform) -> Clip:
    return Clip(
        id=f"tone-{hertz:.0f}",
        waveform=waveform,
        sample_rate=SAMPLE_RATE,
        sha256=sha256_bytes(waveform.tobytes()),
        label=f"tone of {hertz:.0f} hertz",
        picture=np.full((PICTURE_SIDE, PICTURE_SIDE, 3), int(hertz) % 256, np.uint8),
    )


def _same(name: str, first: Images, second: Images) -> Promise:
    if first.shape != second.shape:
        return Promise(name=name, kept=False, found=f"shapes {first.shape} and {second.shape}")
    furthest = int(np.abs(first.astype(int) - second.astype(int)).max())
    return Promise(name=name, kept=furthest == 0, found=f"largest difference {furthest} of 255")


def _matters(name: str, first: Images, second: Images) -> Promise:
    changed = sum(not np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    return Promise(name=f"does {name} matter", kept=None, found=f"{changed} of {len(first)} pictures changed")


def broken(promises: Sequence[Promise]) -> list[Promise]:
    """Return the promises that were not kept."""
    return [promise for promise in promises if promise.kept is False]
