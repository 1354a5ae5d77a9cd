"""What the picture scorers look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.pretrain import pictures, views
from evalsuite.miniworld.pretrain.pictures import Scenery
from evalsuite.miniworld.pretrain.stages import TRIAL_SCENERY
from evalsuite.miniworld.scenes import Scene
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def new_autoencoder(folder: Path, *, seed: int) -> Path:
    register_missing_operators()
    from diffusers import AutoencoderKL

    torch.manual_seed(seed)
    AutoencoderKL(block_out_channels=(8,), norm_num_groups=4, latent_channels=2).save_pretrained(folder)
    return folder


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Few scenes in place of all, and a list of how many are reconstructed at a time."""
    counts: list[int] = []
    reconstruct = views.reconstruct

    def counting(autoencoder: object, scenes: tuple[Scene, ...]) -> np.ndarray:
        counts.append(len(scenes))
        return reconstruct(autoencoder, scenes)  # type: ignore[arg-type]

    singles = tuple(map(Scene, [("dog",), ("rain",), ("train",)]))
    monkeypatch.setattr(pictures, "training_singles", lambda: singles)
    monkeypatch.setattr(views, "reconstruct", counting)
    views._reconstructed_singles.cache_clear()
    yield counts
    views._reconstructed_singles.cache_clear()


def test_singles_are_reconstructed_once_for_all_stages(tmp_path: Path, looked_at: list[int]):
    autoencoder = new_autoencoder(tmp_path / "a", seed=0)
    first, second = (
        views.gather(autoencoder, scenery=Scenery(pairs=2), rng=np.random.default_rng(seed)) for seed in (0, 1)
    )
    assert looked_at == [3, 2, 2]
    for found in (first, second):
        assert found.singles == 3
        assert [len(scene.concepts) for scene in found.scenes] == [1, 1, 1, 2, 2]
        assert found.drawn.shape == found.reconstructed.shape == (5, 64, 64, 3)
    np.testing.assert_array_equal(first.reconstructed[:3], second.reconstructed[:3])
    assert not np.array_equal(first.reconstructed[3:], second.reconstructed[3:])


def test_another_autoencoder_reconstructs_them_anew_even_in_the_same_place(tmp_path: Path, looked_at: list[int]):
    folder, scenery = tmp_path / "a", Scenery(pairs=1)
    found = [
        views.gather(new_autoencoder(folder, seed=seed), scenery=scenery, rng=np.random.default_rng(0)).reconstructed
        for seed in (0, 1)
    ]
    assert looked_at == [3, 1, 3, 1]
    assert not np.array_equal(found[0], found[1])


def test_a_trial_sees_every_concept_alone():
    singles, pairs = TRIAL_SCENERY.draw(np.random.default_rng(0))
    assert {name for scene in singles for name in scene.concepts} == {concept.name for concept in CONCEPTS}
    assert {len(scene.concepts) for scene in pairs} == {2}
