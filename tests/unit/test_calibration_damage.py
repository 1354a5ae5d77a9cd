"""Damage does what it says, by degrees, and the same whenever it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from evalsuite.calibration import damage
from evalsuite.calibration.defects import DEFECTS, FEWER_SAMPLES, Spoiling, choose
from evalsuite.errors import UserError

SPOILING = [defect for defect in DEFECTS if isinstance(defect, Spoiling)]


def _picture(height: int = 48, width: int = 64) -> np.ndarray:
    """Coloured squares of eight pixels: edges to blur, colours to lose."""
    blocks = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    return blocks.repeat(8, axis=0).repeat(8, axis=1)


@pytest.mark.parametrize("defect", SPOILING, ids=lambda defect: defect.name)
def test_damage_grows_with_its_strength_and_keeps_shape_and_type(defect: Spoiling):
    picture = _picture()
    before = picture.copy()
    spoilt = [defect.spoil(picture, strength, 7) for strength in defect.strengths]
    errors = [np.abs(other.astype(int) - picture).mean() for other in spoilt]
    assert all(other.shape == picture.shape and other.dtype == np.uint8 for other in spoilt)
    assert errors[0] > 0
    assert errors == sorted(errors)
    assert np.array_equal(picture, before)
    assert np.array_equal(spoilt[2], defect.spoil(picture, defect.strengths[2], 7))


def test_noise_has_the_spread_it_names_and_depends_on_the_seed():
    grey = np.full((200, 200, 3), 128, np.uint8)
    noisy = damage.noise(grey, 0.1, 1)
    assert noisy.std() == pytest.approx(25.5, rel=0.02)
    assert not np.array_equal(noisy, damage.noise(grey, 0.1, 2))


def test_a_blur_of_one_strength_is_the_same_in_pictures_of_any_size():
    """A step edge, blurred by a share of the side, rises over that share."""
    rises = []
    for side in (64, 256):
        edge = np.zeros((side, side, 3), np.uint8)
        edge[:, side // 2 :] = 255
        profile = damage.blur(edge, 0.04, 0)[side // 2, :, 0]
        rises.append(((profile > 25) & (profile < 230)).sum() / side)
    assert rises[0] == pytest.approx(rises[1], rel=0.2)


def test_all_grey_has_no_colour_and_keeps_the_luminance():
    picture = _picture()
    grey = damage.grey(picture, 1.0, 0)
    assert np.ptp(grey, axis=2).max() == 0
    luminance = picture @ np.array([0.299, 0.587, 0.114])
    assert np.abs(grey[:, :, 0] - luminance).max() <= 1


def test_defects_are_chosen_by_name_in_the_order_of_the_figure():
    assert choose(()) == (*DEFECTS, FEWER_SAMPLES)
    assert [defect.name for defect in choose(["noise", "blur"])] == ["blur", "noise"]
    assert [defect.name for defect in choose(["fewer_samples"])] == ["dropped_classes", "fewer_samples"]
    with pytest.raises(UserError, match=r"unknown defect 'blurr' — did you mean 'blur'\?"):
        choose(["blurr"])
