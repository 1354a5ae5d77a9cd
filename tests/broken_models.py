"""Models that each break a promise of the interface, in the ways such models do; and one that keeps them all."""

from __future__ import annotations

import random
import time
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from evalsuite.audio.clip import Clip

SIDE = 16


class Good:
    """The spectrum of the sound as a picture, with grain from the seed."""

    card = ModelCard(name="toy", fingerprint="1", image_size=SIDE)

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        return np.stack([self.draw(clip, seed) for clip, seed in zip(clips, seeds, strict=True)])

    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        level = np.abs(np.fft.rfft(clip.waveform, SIDE * SIDE)[1:]).reshape(-1, SIDE // 2)
        rows = np.resize(level / (level.max() + 1e-9), (SIDE, SIDE, 1))
        return (200 * rows + np.random.default_rng(seed).uniform(0, 50, (SIDE, SIDE, 3))).astype(np.uint8)


class Floats(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return super().draw(clip, seed) / 255


class ChannelsFirst(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return super().draw(clip, seed).transpose(2, 0, 1)


class Squeezed(Good):
    """Loses the first axis of a batch of one."""

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        return super().generate(clips, seeds=seeds).squeeze()


class ListOfPictures(Good):
    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        return list(super().generate(clips, seeds=seeds))


class Crashing(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        raise RuntimeError(f"no weights for {clip.sample_rate} Hz and seed {seed}")


class ForgotToScale(Good):
    """A picture in [0, 1], cast as it is."""

    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return (super().draw(clip, seed) / 255).astype(np.uint8)


class NotANumber(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        drawn = super().draw(clip, seed).astype(np.float32)
        drawn[0, 0] = np.nan
        return drawn.astype(np.uint8)


class SizedByLength(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return np.resize(super().draw(clip, seed), (SIDE + int(clip.seconds > 3), SIDE, 3))


class SizedOtherwise(Good):
    card = ModelCard(name="toy", fingerprint="1", image_size=2 * SIDE)


class Unseeded(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return super().draw(clip, seed) + np.random.randint(0, 5, (SIDE, SIDE, 3), np.uint8)  # noqa: NPY002


class Entropy(Good):
    """Grain that no seed governs."""

    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return super().draw(clip, seed) + np.random.default_rng().integers(0, 5, (SIDE, SIDE, 3), np.uint8)


class GlobalState(Good):
    """Reads the global generator, and puts it back."""

    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        state = random.getstate()
        offset = random.randrange(50)
        random.setstate(state)
        return super().draw(clip, seed) // 2 + np.uint8(offset)


class Remembering(Good):
    """Smooths its level over the sounds it has heard."""

    def __init__(self) -> None:
        self.level = 0.0

    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        self.level = 0.5 * self.level + 0.5 * float(np.abs(clip.waveform).max())
        return (super().draw(clip, seed) * self.level).astype(np.uint8)


class FirstCallDiffers(Good):
    def __init__(self) -> None:
        self.warm = False

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        drawn = super().generate(clips, seeds=seeds) // 2 + np.uint8(0 if self.warm else 9)
        self.warm = True
        return drawn


class ReadsTheId(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return super().draw(clip, seed) // 2 + np.uint8(sum(clip.id.encode()) % 100)


class NormalisesTheBatch(Good):
    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        drawn = super().generate(clips, seeds=seeds).astype(int)
        return (drawn * 255 // (drawn.mean() + 255)).astype(np.uint8)


class FirstOfManyDiffers(Good):
    """Darkens the first picture where its seed is larger than the last one's, as only the reverse has it."""

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        drawn = super().generate(clips, seeds=seeds)
        if seeds[0] > seeds[-1]:
            drawn[0] //= 2
        return drawn


class NeedsEqualLengths(Good):
    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        np.stack([clip.waveform for clip in clips])
        return super().generate(clips, seeds=seeds)


class NormalisesInPlace(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        clip.waveform[:] = clip.waveform * 0.9
        return super().draw(clip, seed)


class EatsTheSeeds(Good):
    def generate(self, clips: Sequence[Clip], *, seeds: Any) -> Any:
        drawn = super().generate(clips, seeds=list(seeds))
        seeds.clear()
        return drawn


class NewFingerprint(Good):
    @property
    def card(self) -> ModelCard:  # type: ignore[override]
        return ModelCard(name="toy", fingerprint=uuid.uuid4().hex)


class FingerprintOfTheInstance(Good):
    @cached_property
    def card(self) -> ModelCard:  # type: ignore[override]
        return ModelCard(name="toy", fingerprint=uuid.uuid4().hex)


class ReadsTheLabel(Good):
    card = ModelCard(name="toy", fingerprint="1", sees=frozenset({"audio", "label"}))


class Nameless(Good):
    card = ModelCard(name="toy", fingerprint=" ")


class SlowCard(Good):
    """Loads its weights for its card."""

    @cached_property
    def card(self) -> ModelCard:  # type: ignore[override]
        time.sleep(0.2)
        return ModelCard(name="toy", fingerprint="1")


class Leaking(Good):
    kept: ClassVar[list[Any]] = []

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Any:
        self.kept.append(np.ones(2**20))  # 8 MiB
        return super().generate(clips, seeds=seeds)


class DividesByThePeak(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        loudness = np.float32(1) / np.abs(clip.waveform).max()
        return super().draw(clip, seed) // np.uint8(2) + (clip.waveform[0] * loudness * 99).astype(np.uint8)


class NeedsAWindow(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        np.lib.stride_tricks.sliding_window_view(clip.waveform, 400)
        return super().draw(clip, seed)


class KnowsTwoRates(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        if clip.sample_rate not in {16_000, 44_100}:
            raise ValueError(f"cannot resample from {clip.sample_rate}")
        return super().draw(clip, seed)


class TenSecondsAtMost(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        padded = np.zeros(10 * clip.sample_rate)
        padded[: len(clip.waveform)] += clip.waveform
        return super().draw(clip, seed)


class SmallSeeds(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:
        return super().draw(clip, int(np.random.RandomState(seed).randint(2**31)))


class Deaf(Good):
    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:  # noqa: ARG002
        return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


class DeafReference(Deaf):
    card = ModelCard(name="toy", fingerprint="1", role="reference", bound="floor")


class Seedless(Good):
    """Deterministic: no promise is broken."""

    def draw(self, clip: Clip, seed: int) -> npt.NDArray[Any]:  # noqa: ARG002
        return super().draw(clip, 1)
