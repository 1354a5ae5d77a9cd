"""Two sounds at once, as the tagger of the miniature world hears them in training."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.pretrain import mixtures
from evalsuite.miniworld.pretrain.ast import _patch_loss, new_ast, new_feature_extractor
from evalsuite.torchvision_ops import register_missing_operators

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
    means = inputs[:, : mixtures.FRAMES].mean(dim=1)  # which a roll in time leaves as they are
    alone = heard.inputs[heard.alone, : mixtures.FRAMES].mean(dim=1)
    assert all((row - means).abs().amax(dim=1).min() < 1e-5 for row in alone)


def test_each_patch_of_a_batch_is_shared_among_the_sources_of_its_sound() -> None:
    inputs, tags = torch.randn(9, mixtures.FRAMES + 14, 64), torch.eye(9)
    heard = mixtures.draw(inputs, tags, size=64, rng=np.random.default_rng(0))
    assert heard.patch_tags.shape == (64, 4, 31, 9)
    assert torch.allclose(heard.patch_tags.sum(dim=3), torch.ones(()))
    assert ((heard.patch_tags > 0) <= heard.tags[:, None, None].bool()).all()
    assert (heard.patch_tags[heard.alone].amax(dim=3) == 1).all()


def test_a_patch_belongs_to_the_sound_that_is_there() -> None:
    """The first sounds low throughout, the second high and late."""
    first, second = (torch.full((1, 96, 64), SILENT) for _ in range(2))
    first[:, :, :16], second[:, 64:, 48:] = 0.5, 0.7
    share = mixtures.share_of_first(first, second, apart_db=torch.tensor([6.0]))
    assert share.shape == (1, 4, 6)
    assert (share[0, 0] > 0.99).all()
    assert (share[0, 3, 4:] < 0.01).all()


@given(one=VIEWS, other=VIEWS, apart_db=st.floats(-6, 6), more=st.floats(0, 6))
def test_a_louder_sound_has_a_larger_share(one: np.ndarray, other: np.ndarray, apart_db: float, more: float) -> None:
    sounds = [torch.from_numpy(np.resize(view, (1, 32, 16))) for view in (one, other)]
    shares = [mixtures.share_of_first(*sounds, apart_db=torch.tensor([each])) for each in (apart_db, apart_db + more)]
    assert (shares[1] >= shares[0] - 1e-6).all()
    swapped = mixtures.share_of_first(*sounds[::-1], apart_db=torch.tensor([-apart_db]))
    assert torch.allclose(swapped, 1 - shares[0], atol=1e-5)


def test_the_tagger_has_its_patches_in_the_same_order() -> None:
    """A net whose tokens are the means of their patches shows which of them is loud."""
    register_missing_operators()
    patches = new_ast().audio_spectrogram_transformer.embeddings.patch_embeddings
    with torch.no_grad():
        patches.projection.weight.fill_(mixtures.PATCH**-2)
        patches.projection.bias.zero_()
        for band, time in [(0, 0), (1, 7), (3, 30)]:
            view = torch.zeros(1, 512, 64)
            view[:, 16 * time : 16 * time + 16, 16 * band : 16 * band + 16] = 1.0
            token = int(patches(view)[0, :, 0].argmax())
            power = mixtures._patch_powers(view[:, : mixtures.FRAMES])[0]
            assert divmod(token, 32) == divmod(int(power.argmax()), 31) == (band, time)


def test_the_tagger_is_asked_for_the_shares_in_each_patch() -> None:
    """Nothing is lost beyond the shares' own entropy by who knows them, and more by who does not."""
    inputs, tags = torch.randn(9, mixtures.FRAMES + 14, 64), torch.eye(len(CONCEPTS))[:9]
    heard = mixtures.draw(inputs, tags, size=16, rng=np.random.default_rng(0))
    shares = torch.nn.functional.pad(heard.patch_tags, (0, 0, 0, 1), value=0.5)  # the last patch in time is not asked
    entropy = torch.special.entr(heard.patch_tags).sum(dim=3).mean()
    assert _patch_loss((shares + 1e-9).log(), heard) == pytest.approx(float(entropy), abs=1e-4)
    assert _patch_loss((shares + 1e-9).log().roll(1, dims=1), heard) > entropy + 0.1
