"""Descriptors of pixels."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from evalsuite.encoders.base import FeatureExtractor
from evalsuite.encoders.pixel_descriptors import DESCRIPTORS, pixel_descriptors_towers
from evalsuite.metrics.control.readings import BRIGHTNESS, SATURATION, WARMTH

TOWER = pixel_descriptors_towers(device="cpu")["image"]


def described(*colours: tuple[int, int, int]) -> np.ndarray:
    """The descriptors of a picture, one pixel per colour."""
    return TOWER.embed([np.array([colours], np.uint8)])[0]


def test_keeps_the_promises_of_the_interface() -> None:
    assert isinstance(TOWER, FeatureExtractor)
    pictures = list(np.random.default_rng(0).integers(0, 256, (3, 8, 6, 3)).astype(np.uint8))
    rows = TOWER.embed(pictures)
    assert rows.dtype == np.float32
    assert rows.shape == (3, TOWER.dim)
    np.testing.assert_array_equal(TOWER.embed(pictures[1:2])[0], rows[1])
    assert TOWER.embed([]).shape == (0, TOWER.dim)


def test_metrics_read_the_columns_by_their_names() -> None:
    assert [DESCRIPTORS[column] for column in (BRIGHTNESS, SATURATION, WARMTH)] == list(DESCRIPTORS[:3])
    assert DESCRIPTORS[:3] == ("brightness", "saturation", "warmth")


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((0, 0, 0), (0, 0, 0, 0, 0)),
        ((255, 255, 255), (1, 0, 0, 0, 0)),
        ((255, 0, 0), (0.2126, 1, 1, 1, 0)),
        ((0, 255, 0), (0.7152, 1, 0, -0.5, np.sqrt(0.75))),
        ((0, 0, 255), (0.0722, 1, -1, -0.5, -np.sqrt(0.75))),
    ],
    ids=["black", "white", "red", "green", "blue"],
)
def test_plain_colours(colour: tuple[int, int, int], expected: tuple[float, ...]) -> None:
    np.testing.assert_allclose(described(colour), expected, atol=1e-6)


def test_a_picture_is_the_mean_of_its_pixels() -> None:
    colours = [tuple(map(int, colour)) for colour in np.random.default_rng(0).integers(0, 256, (50, 3))]
    hsv = np.array([colorsys.rgb_to_hsv(*(part / 255 for part in colour)) for colour in colours])
    found = described(*colours)
    assert found[SATURATION] == pytest.approx(hsv[:, 1].mean(), abs=1e-6)
    assert found[BRIGHTNESS] == pytest.approx(np.mean([described(colour)[0] for colour in colours]), abs=1e-6)
    angle = 2 * np.pi * hsv[:, 0]
    assert found[3] == pytest.approx(np.average(np.cos(angle), weights=hsv[:, 1]), abs=1e-6)
    assert found[4] == pytest.approx(np.average(np.sin(angle), weights=hsv[:, 1]), abs=1e-6)


def test_grey_has_no_say_in_the_hue() -> None:
    np.testing.assert_allclose(described((255, 0, 0), (90, 90, 90))[3:], described((255, 0, 0))[3:], atol=1e-6)
