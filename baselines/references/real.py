"""The upper reference: the real picture of each clip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalsuite.errors import UserError
from evalsuite.model import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.model import Images


class Real:
    """Gives back the picture it is shown, as it is: what a perfect system might draw, as the judge sees it."""

    card = ModelCard(
        name="real",
        fingerprint="real-1",
        role="reference",
        bound="ceiling",
        sees=frozenset({"picture"}),
        description="The real picture of each clip: the score a perfect system could reach with this judge.",
    )

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:  # noqa: ARG002 - nothing is drawn
        """Return the clips' pictures, uint8 (B, H, W, 3).

        Raises ``UserError`` where a clip has no picture, or where the pictures differ in size.
        """
        pictures = [_picture(clip) for clip in clips]
        shapes = {picture.shape for picture in pictures}
        if len(shapes) > 1:
            raise UserError(f"real pictures of one data set must be of one size, found {sorted(shapes)}")
        return np.stack(pictures)


def _picture(clip: Clip) -> Picture:
    if clip.picture is None:
        raise UserError("a clip has no real picture though the first one has: the source of pictures is incomplete")
    return clip.picture
