"""What every model that draws must keep: no picture, and nothing it is drawn from, depends on other clips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.model import AudioToImageModel


def assert_pictures_stand_alone(
    model: AudioToImageModel, clips: Sequence[Clip], seeds: Sequence[int], *, side: int
) -> None:
    """Whatever the batch and the order."""
    together = model.generate(clips, seeds=seeds)
    assert together.shape == (len(clips), side, side, 3)
    assert together.dtype == np.uint8
    np.testing.assert_array_equal(model.generate(clips[::-1], seeds=seeds[::-1])[::-1], together)
    for clip, seed, picture in zip(clips, seeds, together, strict=True):
        np.testing.assert_array_equal(model.generate([clip], seeds=[seed])[0], picture)


def assert_conditions_stand_alone(model: Any, clips: Sequence[Clip]) -> None:
    """Eight bits a channel hide small differences: what the pictures are drawn from must not differ either."""
    import torch

    tokens, pooled = model.imagine(clips)
    turned_tokens, turned_pooled = model.imagine(clips[::-1])
    assert torch.equal(turned_tokens.flip(0), tokens)
    assert torch.equal(turned_pooled.flip(0), pooled)
    for row, clip in enumerate(clips):
        alone_tokens, alone_pooled = model.imagine([clip])
        assert torch.equal(alone_tokens[0], tokens[row])
        assert torch.equal(alone_pooled[0], pooled[row])


def assert_seed_and_sound_matter(model: AudioToImageModel, clips: Sequence[Clip]) -> None:
    """Another seed or another sound gives another picture."""
    first = model.generate([clips[0], clips[0], clips[1]], seeds=[1, 2, 1])
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[0], first[2])
