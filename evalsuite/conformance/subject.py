"""The model that is being looked at, and how it is asked for pictures."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from evalsuite.conformance.probes import Asked, plain
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json
from evalsuite.running.generate import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.model import AudioToImageModel, Images

NOT_A_NUMBER_CAST = "invalid value encountered in cast"
"""How numpy warns of a NaN or an infinity that becomes an integer."""


class Subject:
    """A model, the plain sounds it is tried with, and the pictures it drew of them."""

    def __init__(self, model: AudioToImageModel, *, reopen: Callable[[], AudioToImageModel] | None = None) -> None:
        self.model = model
        self.card = model.card
        self.plain = plain()
        self._reopen = reopen

    def fresh(self) -> AudioToImageModel | None:
        """Open the model once more; ``None`` where it is one ready object that nobody can make again."""
        fresh = self._reopen() if self._reopen else None
        return None if fresh is self.model else fresh

    @cached_property
    def alone(self) -> list[Picture]:
        """The pictures of the plain sounds, each drawn in a batch of its own."""
        return [self.draw([one])[0] for one in self.plain]

    def draw(self, asked: Sequence[Asked], *, model: AudioToImageModel | None = None, nan_fails: bool = True) -> Images:
        """Draw one batch, by ``model`` in place of the subject's own where given.

        Raises ``UserError`` with what was asked and what went wrong. A NaN cast to an integer goes wrong too, unless
        ``nan_fails`` is off.
        """
        clips, seeds = self.hand_over(asked)
        with warnings.catch_warnings():
            if nan_fails:
                warnings.filterwarnings("error", message=NOT_A_NUMBER_CAST, category=RuntimeWarning)
            try:
                return draw(model or self.model, clips, seeds=seeds)
            except UserError as error:
                raise UserError(f"{' + '.join(str(one) for one in asked)}: {error}") from error

    def hand_over(self, asked: Sequence[Asked]) -> tuple[list[Clip], list[int]]:
        """Return clips and seeds as a run hands them over, in copies that a model may spoil."""
        return [self._shown(one.clip) for one in asked], [one.seed for one in asked]

    def _shown(self, clip: Clip) -> Clip:
        picture = None if clip.picture is None else clip.picture.copy()
        whole = replace(clip, id=sha256_json(clip.id)[:SHORT], waveform=clip.waveform.copy(), picture=picture)
        return whole.shown_to(self.card.sees)
