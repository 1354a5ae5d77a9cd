"""The shipped segmenter, asked about drawings whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import spearmanr

from evalsuite.encoders.clipseg import clipseg_towers
from evalsuite.encoders.clipseg_masks import open_segmenter
from evalsuite.miniworld.concepts import BY_NAME, ESC50_CONCEPTS
from evalsuite.miniworld.scenes import DISTANCES, Scene, object_mask, render

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.encoders.tower import Tower


@pytest.fixture(scope="module")
def tower(checkpoints: Path) -> Tower:
    return clipseg_towers(weights=checkpoints / "clipseg", device="cpu", clip="mini:clip")["segment"]


def test_size_is_that_of_the_world(tower: Tower) -> None:
    scenes = [Scene((concept.name,), distance) for concept in ESC50_CONCEPTS for distance in DISTANCES]
    read = tower.embed([(render(scene), BY_NAME[scene.concepts[0]].label) for scene in scenes])[:, 0]
    true = np.array([object_mask(scene).mean() for scene in scenes])
    assert spearmanr(read, true).statistic > 0.9
    assert np.abs(read - true).mean() < 0.04
    near, mid, far = read.reshape(-1, 3).T
    assert np.mean((near > mid) & (mid > far)) > 0.9


def test_what_is_not_there_has_no_extent(tower: Tower) -> None:
    drawn = [render(Scene((concept.name,))) for concept in ESC50_CONCEPTS]
    others = [*ESC50_CONCEPTS[7:], *ESC50_CONCEPTS[:7]]
    absent = tower.embed([(picture, other.label) for picture, other in zip(drawn, others, strict=True)])
    assert absent[:, 0].mean() < 0.02


def test_of_two_sources_each_is_found_where_it_stands(checkpoints: Path) -> None:
    segmenter = open_segmenter(weights=checkpoints / "clipseg", device="cpu", clip="mini:clip")
    picture = render(Scene(("dog", "helicopter")))
    dog, helicopter = segmenter.masks([(picture, "dog"), (picture, "helicopter")])
    assert dog[:, :32].mean() > 3 * dog[:, 32:].mean()
    assert helicopter[:, 32:].mean() > 3 * helicopter[:, :32].mean()
