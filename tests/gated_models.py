"""Checkpoints of one model for the tests of the gate: as good as ever, worse, and unsteady."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import numpy as np
from toys import HearingModel, heard_class, paint

from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images


class Checkpoint(HearingModel):
    """Draws white for a share of the clips, whatever it hears; for which, its fingerprint decides."""

    card = ModelCard(name="mine", fingerprint="good")
    mistakes = 0.1

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        return np.stack([paint(self.heard(clip, seed), seed) for clip, seed in zip(clips, seeds, strict=True)])

    def heard(self, clip: Clip, seed: int) -> str | None:
        draw = random.Random(f"{self.card.fingerprint} {seed}")
        return "white" if draw.random() < self.mistakes else heard_class(clip)


class Twice(Checkpoint):
    """As good as the first, but not on the same clips."""

    card = ModelCard(name="mine", fingerprint="twice")


class Worse(Checkpoint):
    """Trained too short."""

    card = ModelCard(name="mine", fingerprint="worse")
    mistakes = 0.6


class Better(Checkpoint):
    """Always listens."""

    card = ModelCard(name="mine", fingerprint="better")
    mistakes = 0.0


class Slow(Checkpoint):
    """Takes its time."""

    card = ModelCard(name="mine", fingerprint="slow")

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        time.sleep(0.1)
        return super().generate(clips, seeds=seeds)
