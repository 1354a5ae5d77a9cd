"""What the audio encoder learns from: spectrograms of the sounds, embeddings of the chosen frames."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import torch

from baselines.sound2scene.front_end import BINS, frames_in, spectrograms
from baselines.sound2scene.selection import FrameScorer, best
from evalsuite.errors import UserError
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from baselines.sound2scene.model import Sound2Scene
    from baselines.trained import Videos
    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo

    Chooser = Callable[[Clip, Sequence[Picture]], Sequence[int]]
    """From a sound and its frames to the places of the frames to keep, the best first."""

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Videos that are read at once."""


@runtime_checkable
class KnowsWhatFramesShow(Protocol):
    """A data set of videos that knows the truth of its frames."""

    def shows_source(self, info: ClipInfo) -> Sequence[bool]:
        """Return for each frame whether it shows what sounds."""
        ...


@dataclass(frozen=True)
class Lessons:
    """Sounds paired with pictures. Both encoders' inputs are frozen, so each is computed once."""

    sounds: npt.NDArray[np.float16]
    """Spectrograms (n, 1, 257, frames), mapped from a file: 770 MB for 3,000 clips of 5 s, and paged in as needed."""
    pictures: Tensor
    """Image embeddings of all chosen frames, (sum of ``count``, dim), clip after clip, each clip's best frame first."""
    count: npt.NDArray[np.intp]
    """How many chosen frames each clip has, (n,)."""
    told: dict[str, float]
    """The share of frames that show the source, of the chosen and of all, where the data set knows it."""

    def best_frames(self, rows: npt.NDArray[np.intp]) -> Tensor:
        """Return the embedding of each clip's best frame, (len(rows), dim)."""
        return self.pictures[self._first[rows]]

    def any_frames(self, rows: npt.NDArray[np.intp], rng: np.random.Generator) -> Tensor:
        """Return the embedding of one chosen frame of each clip, (len(rows), dim)."""
        return self.pictures[self._first[rows] + rng.integers(self.count[rows])]

    @property
    def _first(self) -> npt.NDArray[np.intp]:
        return np.cumsum(self.count) - self.count


def gather(model: Sound2Scene, videos: Videos, file: Path) -> Lessons:
    """Read all of ``videos`` once; spectrograms go into ``file``. Raises ``UserError`` where a video has no frames."""
    manifest, choose = videos.manifest(), _chooser(model, videos)
    log.info("watching %d videos of %s", len(manifest), videos.card.name)
    shape = (len(manifest), 1, BINS, frames_in(model.settings.seconds))
    sounds = np.lib.format.open_memmap(file, mode="w+", dtype=np.float16, shape=shape)
    chosen: list[Sequence[int]] = []
    pictures = []
    for start in range(0, len(manifest), AT_ONCE):
        infos = manifest[start : start + AT_ONCE]
        clips, seen = [videos.load(info) for info in infos], [_frames(videos, info) for info in infos]
        sounds[start : start + AT_ONCE] = spectrograms(clips, seconds=model.settings.seconds)
        places = [choose(clip, frames) for clip, frames in zip(clips, seen, strict=True)]
        kept = [frames[place] for frames, some in zip(seen, places, strict=True) for place in some]
        pictures.append(model.generator.encode_images(kept))
        chosen += places
    count = np.array([len(places) for places in chosen])
    embeddings = torch.cat(pictures).clone()  # a copy that gradients may pass by
    return Lessons(sounds, embeddings, count, _told(videos, manifest, chosen))


def _frames(videos: Videos, info: ClipInfo) -> Sequence[Picture]:
    frames = videos.frames(info)
    if not frames:
        raise UserError(f"data set {videos.card.name!r}, clip {info.id!r}: no frames to learn from")
    return frames


def _chooser(model: Sound2Scene, videos: Videos) -> Chooser:
    settings = model.settings
    if settings.frames != "selected":
        kept = None if settings.frames == "all" else settings.frames_kept
        return lambda _, frames: range(len(frames))[:kept]
    if settings.clip is None or settings.clap is None:
        raise UserError(
            f"to select frames, name a `clip` and a `clap` under models.{model.name}, or set `frames: all` there"
        )
    clip, clap = resolve_weights(settings.clip), resolve_weights(settings.clap)
    scorer = FrameScorer(clip=clip, clap=clap, vocabulary=videos.classes, device=model.device)
    return lambda clip, frames: best(scorer.scores(clip, frames), kept=settings.frames_kept).tolist()


def _told(videos: Videos, manifest: Sequence[ClipInfo], chosen: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return how well the frames were chosen, where that is known."""
    if not isinstance(videos, KnowsWhatFramesShow):
        return {}
    truth = [np.asarray(videos.shows_source(info), float) for info in manifest]
    kept = [shown[list(places)] for shown, places in zip(truth, chosen, strict=True)]
    return {
        "share_of_chosen_frames_that_show_the_source": float(np.concatenate(kept).mean()),
        "share_of_all_frames_that_show_the_source": float(np.concatenate(truth).mean()),
    }
