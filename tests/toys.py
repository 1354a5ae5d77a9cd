"""A tiny world that keeps every contract: tones of four pitches, pictures of four colours, encoders that see colour.

Only tests use it. Nothing here needs torch, and a run takes a fraction of a second.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from evalsuite.audio.clip import Clip
from evalsuite.datasets.base import ClipInfo, DatasetCard
from evalsuite.errors import NotConfiguredError
from evalsuite.hashing import sha256_json
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Picture
    from evalsuite.model import Images
    from evalsuite.profile import Profile

COLOURS = {"red": (220, 20, 20), "green": (20, 220, 20), "blue": (20, 20, 220), "white": (220, 220, 220)}
CLASSES = tuple(COLOURS)
CLIPS_PER_CLASS = 40
FOLDS = 5
SAMPLE_RATE = 8_000
SAMPLES = 800
SIDE = 8

TOY_PROFILE = """\
name: toy
description: Tones and colours.
synthetic: true
datasets:
  toys:ToyDataset: {use: "toys:ToyDataset"}
encoders:
  judge: {use: "toys:toy_towers", weights: toy}
"""
TOY_PROTOCOL = """\
name: toy_protocol
version: 1
title: Tones and colours
description: Does the picture have the colour of the sound?
dataset: toys:ToyDataset
models: ["toys:HearingModel"]
judge_template: "a picture of {label}"
metrics: [accuracy]
"""
"""For runs from the command line, which find this module beside the tests."""


def tone(label: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    hertz = 500 * (CLASSES.index(label) + 1)
    return np.sin(2 * np.pi * hertz * np.arange(SAMPLES) / SAMPLE_RATE).astype(np.float32)


def heard_class(clip: Clip) -> str | None:
    spectrum = np.abs(np.fft.rfft(clip.waveform))
    hertz = int(spectrum.argmax()) * clip.sample_rate / max(len(clip.waveform), 1)
    return CLASSES[(round(hertz / 500) - 1) % len(CLASSES)] if spectrum.max() > 0 else None


def paint(label: str | None, seed: int) -> Picture:
    """A square of the label's colour with a little grain."""
    colour = COLOURS[label] if label else (120, 120, 120)
    grain = np.random.default_rng(seed).integers(-10, 11, (SIDE, SIDE, 3))
    return (np.array(colour) + grain).astype(np.uint8)


class ToyDataset:
    """160 tones; two clips in a row come from one recording."""

    card = DatasetCard(name="toy", version="1", synthetic=True)
    classes = CLASSES

    def __init__(self, *, root: Path | None = None) -> None:
        self.root = root

    def manifest(self) -> tuple[ClipInfo, ...]:
        return tuple(self._row(label, index) for label in CLASSES for index in range(CLIPS_PER_CLASS))

    def _row(self, label: str, index: int) -> ClipInfo:
        name = f"{label}-{index}"
        source = f"{label}-recording-{index // 2}"
        return ClipInfo(id=name, sha256=sha256_json(name), label=label, source=source, fold=index % FOLDS + 1)

    def load(self, info: ClipInfo) -> Clip:
        loudness = np.float32(0.5 + int(info.sha256[:2], 16) / 512)
        waveform = tone(info.label) * loudness
        return Clip(id=info.id, waveform=waveform, sample_rate=SAMPLE_RATE, sha256=info.sha256, label=info.label)


class RecordedDataset(ToyDataset):
    """The same tones, said to be recordings."""

    card = DatasetCard(name="toy_recorded", version="1", synthetic=False)


class ToyVideos(ToyDataset):
    """Videos of three of the colours, worded in their own way; the last of three frames shows something else."""

    card = DatasetCard(name="toy_videos", version="1", synthetic=True)
    plain_names: ClassVar[dict[str, str]] = {"reddish": "red", "greenish": "green", "bluish": "blue"}
    classes = tuple(plain_names)

    def manifest(self) -> tuple[ClipInfo, ...]:
        words = {plain: label for label, plain in self.plain_names.items()}
        rows = [row for row in super().manifest() if row.label in words]
        return tuple(row.model_copy(update={"label": words[row.label]}) for row in rows)

    def load(self, info: ClipInfo) -> Clip:
        clip = super().load(info.model_copy(update={"label": self.plain_names[info.label]}))
        hiss = np.random.default_rng(int(info.sha256[:8], 16)).normal(0, 0.1, SAMPLES).astype(np.float32)
        return replace(clip, waveform=clip.waveform + hiss, label=info.label)

    def frames(self, info: ClipInfo) -> list[Picture]:
        seed = int(info.sha256[:8], 16)
        shown = self.plain_names[info.label]
        return [paint(shown, seed), paint(shown, seed + 1), paint("white", seed)]


class ToyPictures:
    card = DatasetCard(name="toy_pictures", version="1", synthetic=True)

    def true_picture(self, info: ClipInfo) -> Picture | None:
        return paint(info.label, int(info.sha256[:8], 16))

    def reference_picture(self, info: ClipInfo) -> Picture | None:
        return paint(info.label, int(info.sha256[8:16], 16))


class ToyTower:
    """Sees the mean colour of a picture, reads the colour's name, hears the pitch: all in one space."""

    name = "toy"
    dim = 4
    embedded: ClassVar[list[int]] = []

    def __init__(self, modality: str) -> None:
        self.modality = modality
        self.fingerprint = f"toy-{modality}-1"

    def embed(self, batch: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
        ToyTower.embedded.append(len(batch))
        read = {"image": lambda picture: picture.reshape(-1, 3).mean(0), "text": _named, "audio": _sounding}
        colours = np.array([read[self.modality](item) for item in batch], np.float32) / 255 - 0.3
        return np.concatenate([colours, np.full((len(batch), 1), 0.1, np.float32)], axis=1)


def _named(sentence: str) -> tuple[int, int, int]:
    return next(colour for label, colour in COLOURS.items() if label in sentence)


def _sounding(clip: Clip) -> tuple[int, int, int]:
    label = heard_class(clip)
    return COLOURS[label] if label else (0, 0, 0)


def toy_towers(*, weights: Path | str, device: str) -> dict[str, ToyTower]:
    del weights, device
    return {modality: ToyTower(modality) for modality in ("image", "text", "audio")}


class HearingModel:
    """Draws the colour of what it hears. A plain class: nothing of the suite but the card."""

    card = ModelCard(name="hearing", fingerprint="hearing-1", concepts_met=frozenset({"red", "green"}))
    drawn: ClassVar[list[int]] = []
    """Sizes of the batches drawn by any model of this module since a test cleared it."""

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        HearingModel.drawn.append(len(clips))
        return np.stack([paint(self.guess(clip), seed) for clip, seed in zip(clips, seeds, strict=True)])

    def guess(self, clip: Clip) -> str | None:
        return heard_class(clip)


class Namesake(HearingModel):
    """Another model under the same name."""

    card = ModelCard(name="hearing", fingerprint="namesake-1")

    def guess(self, clip: Clip) -> str | None:  # noqa: ARG002
        return "white"


class Contaminated(HearingModel):
    """Says on its card that it was trained on what is evaluated."""

    card = ModelCard(name="contaminated", fingerprint="contaminated-1", trained_on=("toy@1", "toy_videos@1"))


class Unconfigured:
    """A model that the profile says nothing of."""

    def __init__(self, *, profile: Profile) -> None:
        raise NotConfiguredError(f"profile {profile.name!r} has no settings for 'unconfigured'")


class DeafModel(HearingModel):
    """Ignores the sound."""

    card = ModelCard(name="deaf", fingerprint="deaf-1")

    def guess(self, clip: Clip) -> str | None:  # noqa: ARG002
        return "red"


class Cheat(HearingModel):
    """Reads the answer wherever it may stand."""

    card = ModelCard(name="cheat", fingerprint="cheat-1")
    seen: ClassVar[list[Clip]] = []

    def guess(self, clip: Clip) -> str | None:
        Cheat.seen.append(clip)
        return clip.label or next((label for label in CLASSES if label in clip.id), None)


class ToyReal(HearingModel):
    card = ModelCard(name="toy_real", fingerprint="real-1", role="reference", sees=frozenset({"picture"}))

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:  # noqa: ARG002
        return np.stack([clip.picture for clip in clips if clip.picture is not None])


class ToyShuffled(HearingModel):
    """Hears the next clip but 40: always another class."""

    card = ModelCard(name="toy_shuffled", fingerprint="shuffled-1", role="reference")

    def heard_instead(self, clip_ids: Sequence[str], *, seed: int) -> dict[str, str]:
        del seed
        return {own: clip_ids[(place + len(clip_ids) // 4) % len(clip_ids)] for place, own in enumerate(clip_ids)}


class Interrupted(HearingModel):
    """Ctrl-C arrives in the second batch, once."""

    card = ModelCard(name="interrupted", fingerprint="interrupted-1")
    armed = True

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        if Interrupted.armed and HearingModel.drawn:
            Interrupted.armed = False
            raise KeyboardInterrupt
        return super().generate(clips, seeds=seeds)


class Broken(HearingModel):
    card = ModelCard(name="broken", fingerprint="broken-1")

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        raise RuntimeError(f"no idea how to draw {len(clips)} clips with {len(seeds)} seeds")


class Unbuildable(HearingModel):
    def __init__(self) -> None:
        raise FileNotFoundError("weights.bin")


class Misshapen(HearingModel):
    card = ModelCard(name="misshapen", fingerprint="misshapen-1")

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        return super().generate(clips, seeds=seeds).astype(np.float32)  # type: ignore[return-value]


class BatchDependent(HearingModel):
    """Breaks the promise: a picture depends on its place in the batch."""

    card = ModelCard(name="batch_dependent", fingerprint="batch-1")

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        return super().generate(clips, seeds=[seed + place for place, seed in enumerate(seeds)])
