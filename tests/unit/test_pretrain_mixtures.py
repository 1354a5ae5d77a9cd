"""Two sounds at once, as the tagger of the miniature world hears them in training."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evalsuite.miniworld.pretrain import mixtures
from evalsuite.miniworld.pretrain.ast import new_feature_extractor

VIEWS = hnp.arrays(np.float32, (1, 6, 4), elements=st.floats(-1, 1.5, width=32))
SILENT = (mixtures.FLOOR - mixtures.MEAN) / (2 * mixtures.STD)


def _mixed(one: np.ndarray, other: np.ndarray, apart_db: float) -> torch.Tensor:
    return mixtures.mix(torch.from_numpy(one), torch.from_numpy(other), apart_db=torch.tensor([apart_db]))


@given(one=VIEWS, other=VIEWS, apart_db=st.floats(-12, 12))
def test_the_order_of_two_sounds_moves_their_mixture_by_a_gain_alone(
    one: np.ndarray, other: np.ndarray, apart_db: float
) -> None:
    there, back = _mixed(one, other, apart_db), _mixed(other, one, -apart_db)
    heard = (there > SILENT + 1e-3) & (back > SILENT + 1e-3)
    moved = (there - back)[heard]
    assert not len(moved) or torch.allclose(moved, moved[0].expand_as(moved), atol=1e-3)


@given(one=VIEWS)
def test_a_sound_mixed_with_itself_is_itself(one: np.ndarray) -> None:
    assert torch.allclose(_mixed(one, one, 0.0), torch.from_numpy(one), atol=1e-3)


def test_a_mixture_of_views_is_what_the_front_end_makes_of_the_sum() -> None:
    rng, extractor = np.random.default_rng(0), new_feature_extractor()
    times = np.arange(80_000) / 16_000
    low = (0.1 * np.sin(2 * np.pi * 300 * times) + 1e-4 * rng.standard_normal(80_000)).astype(np.float32)
    high = (0.05 * rng.standard_normal(80_000) * (times % 0.5 < 0.2)).astype(np.float32)
    view = extractor([low, high, low + high], sampling_rate=16_000, return_tensors="pt").input_values
    view = view[:, : mixtures.FRAMES]
    power = [float(mixtures._level(2 * mixtures.STD * part[None] + mixtures.MEAN)) for part in view]
    apart_db = 10 * (power[0] - power[1]) / np.log(10)
    mixed = mixtures.mix(view[:1], view[1:2], apart_db=torch.tensor([apart_db]))
    gain = (power[2] - power[0]) / (2 * mixtures.STD)
    assert (mixed + gain - view[2:]).abs().median() < 0.02  # where both are as loud, their phases decide
    assert (view[0] - view[2]).abs().mean() > 0.1


@pytest.mark.parametrize("seed", range(3))
def test_a_batch_tells_both_sources_of_a_mixture(seed: int) -> None:
    inputs, tags = torch.randn(9, mixtures.FRAMES + 2, 4), torch.eye(9)
    heard = mixtures.draw(inputs, tags, size=64, rng=np.random.default_rng(seed))
    assert (heard.tags.sum(dim=1) == torch.where(heard.alone, 1, 2)).all()
    assert 0.2 < float(heard.alone.float().mean()) < 0.8
    padding = inputs[:, mixtures.FRAMES :]
    assert all((row == padding).all(dim=(1, 2)).any() for row in heard.inputs[:, mixtures.FRAMES :])
    alone = heard.inputs[heard.alone]
    assert all((row == inputs).all(dim=(1, 2)).any() for row in alone)
