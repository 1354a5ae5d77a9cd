"""The segmenter: CLIPSeg's masks as transformers computes them, and what is read off them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from encoder_folders import save_clipseg, save_clipseg_in_parts

from evalsuite.encoders.base import FeatureExtractor, PreparesMedia
from evalsuite.encoders.clipseg import clipseg_towers, extent
from evalsuite.encoders.clipseg_masks import BATCH, Segmenter, open_segmenter
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_tree
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Picture
    from evalsuite.encoders.tower import Tower

PHRASES = ["a photo of a dog", "rain", "crackling fire", "dog", "a crying baby"]


def pictures(*sizes: tuple[int, int]) -> list[Picture]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (*size, 3), np.uint8) for size in sizes]


PICTURES = pictures((64, 64), (64, 64), (96, 128), (300, 200), (64, 64))
ASKED = list(zip(PICTURES, PHRASES, strict=True))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights") / "clipseg-small"
    save_clipseg(folder)
    return folder


@pytest.fixture(scope="module")
def tower(whole: Path) -> Tower:
    """Of weights that are random, so that no probability is far from one half."""
    return clipseg_towers(weights=whole, device="cpu")["segment"]


def theirs(folder: Path, picture: Picture, phrase: str) -> Any:
    """What transformers makes of a picture that has the network's own size."""
    import torch

    register_missing_operators()
    from transformers import AutoTokenizer, CLIPSegForImageSegmentation, ViTImageProcessor

    pixels = ViTImageProcessor.from_pretrained(folder)(picture, return_tensors="pt").pixel_values
    ids = AutoTokenizer.from_pretrained(folder)([phrase], return_tensors="pt").input_ids
    with torch.inference_mode():
        net = CLIPSegForImageSegmentation.from_pretrained(folder).eval()
        return net(pixel_values=pixels, input_ids=ids).logits.sigmoid()[0].numpy()


def test_masks_are_those_of_transformers(whole: Path):
    segmenter = open_segmenter(weights=whole, device="cpu")
    masks = segmenter.masks(ASKED)
    assert (masks.dtype, masks.shape) == (np.float32, (5, 64, 64))
    assert 0 <= masks.min() < masks.max() <= 1
    for row in (0, 1, 4):
        np.testing.assert_allclose(masks[row], theirs(whole, *ASKED[row]), atol=1e-4)
    assert np.abs(masks[0] - masks[4]).max() > 1e-3
    assert segmenter.masks([]).shape == (0, 64, 64)


def test_a_picture_is_squashed_whatever_its_aspect(whole: Path):
    """What lies at its left edge still lies there, and shares of the area stay."""
    segmenter = open_segmenter(weights=whole, device="cpu")
    striped = np.zeros((64, 256, 3), np.uint8)
    striped[:, :64] = 255
    assert segmenter.squash(striped)[:, :15].min() == 255
    assert segmenter.squash(striped)[:, 17:].max() == 0


def test_the_tower_reads_pictures_and_phrases(tower: Tower):
    assert isinstance(tower, FeatureExtractor)
    assert isinstance(tower, PreparesMedia)
    assert (tower.name, tower.modality, tower.dim) == ("clipseg-small", "segment", 3)
    assert tower.embed([]).shape == (0, 3)
    prepare = tower.open_preparation()
    np.testing.assert_array_equal(tower.encode([prepare(each) for each in ASKED]), tower.embed(ASKED))


def test_a_row_depends_on_no_other_to_the_last_bit(tower: Tower):
    """A pixel near the threshold must not change sides, so that close is not enough."""
    asked = [(picture, phrase) for picture in PICTURES for phrase in PHRASES]
    assert len(asked) > BATCH
    together = tower.embed(asked)
    assert len({tuple(row) for row in together}) > 20, "or the next lines could not fail"
    order = np.random.default_rng(1).permutation(len(asked))
    np.testing.assert_array_equal(tower.embed([asked[row] for row in order]), together[order])
    for row in (0, 7, 24):
        np.testing.assert_array_equal(tower.embed([asked[row]])[0], together[row])


def test_one_picture_may_be_asked_about_two_things(tower: Tower):
    first, second = tower.embed([(PICTURES[0], "dog"), (PICTURES[0], "rain")])
    assert first[2] != second[2]


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (PICTURES[0], TypeError, "a tuple of a picture and a phrase"),
        ((PICTURES[0],), TypeError, "a tuple of a picture and a phrase"),
        (("dog", PICTURES[0]), TypeError, "expected a picture"),
        ((PICTURES[0], 7), TypeError, "expected a string"),
        ((PICTURES[0].astype(np.float32), "dog"), ValueError, r"expected a uint8 picture \(H, W, 3\)"),
    ],
)
def test_anything_else_is_refused(tower: Tower, asked: Any, error: type[Exception], message: str):
    with pytest.raises(error, match=f"item 0: .*{message}"):
        tower.embed([asked])


def blocks(*corners: tuple[int, int, int]) -> Any:
    """A mask of 40 by 40 pixels with squares of probability 0.9 at (top, left, side)."""
    mask = np.full((40, 40), 0.1, np.float32)
    for top, left, side in corners:
        mask[top : top + side, left : left + side] = 0.9
    return mask


@pytest.mark.parametrize(
    ("corners", "share", "pieces"),
    [
        ((), 0, 0),
        (((0, 0, 20),), 1 / 4, 1),
        (((0, 0, 10), (20, 20, 10)), 1 / 8, 2),
        (((0, 0, 10), (10, 10, 10)), 1 / 8, 2),  # corners touch, edges do not
        (((0, 0, 10), (0, 10, 10)), 1 / 8, 1),
        (((0, 0, 4), (20, 20, 3)), 25 / 1600, 1),  # one per cent is counted, less is not
    ],
)
def test_extent_of_a_known_mask(corners: tuple[tuple[int, int, int], ...], share: float, pieces: int):
    found = extent(blocks(*corners))
    assert found == (pytest.approx(share), pieces, pytest.approx(0.9 if corners else 0.1))


def test_the_threshold_decides_what_is_shown(whole: Path):
    assert extent(blocks((0, 0, 20)), threshold=0.05)[:2] == (1, 1)
    assert extent(blocks((0, 0, 20)), threshold=0.95)[:2] == (0, 0)
    low, high = (clipseg_towers(weights=whole, device="cpu", threshold=at)["segment"] for at in (0.3, 0.5))
    assert low.fingerprint != high.fingerprint
    asked = [(PICTURES[0], "dog")]
    assert low.embed(asked)[0, 0] >= high.embed(asked)[0, 0]
    for threshold in (0, 1, -0.2):
        with pytest.raises(UserError, match="between 0 and 1"):
            clipseg_towers(weights=whole, device="cpu", threshold=threshold)


def test_a_decoder_on_a_clip_elsewhere_is_the_whole_network(tmp_path: Path):
    save_clipseg_in_parts(tmp_path, whole=tmp_path / "whole")
    parts = open_segmenter(weights=tmp_path / "decoder", device="cpu", clip=str(tmp_path / "clip"))
    whole = open_segmenter(weights=tmp_path / "whole", device="cpu")
    # To rounding: weights that lie elsewhere in memory are summed in another order by some processors' kernels.
    np.testing.assert_allclose(parts.masks(ASKED), whole.masks(ASKED), rtol=0, atol=1e-5)


def test_the_fingerprint_counts_both_parts(tmp_path: Path):
    def fingerprint() -> str:
        sha256_tree.cache_clear()  # no user changes weights while a command runs
        tower = clipseg_towers(weights=tmp_path / "decoder", device="cpu", clip=str(tmp_path / "clip"))["segment"]
        return tower.fingerprint

    save_clipseg_in_parts(tmp_path, whole=tmp_path / "whole")
    told = {fingerprint()}
    for part in ("clip", "decoder"):
        path = tmp_path / part / "config.json"
        path.rename(tmp_path / part / "renamed.json")
        path.write_text(json.dumps(json.loads((tmp_path / part / "renamed.json").read_text())))
        told.add(fingerprint())
    assert len(told) == 3


def test_a_decoder_without_its_clip_is_told(tmp_path: Path):
    save_clipseg_in_parts(tmp_path, whole=tmp_path / "whole")
    alone = clipseg_towers(weights=tmp_path / "decoder", device="cpu")["segment"]
    with pytest.raises(UserError, match=rf"{tmp_path / 'decoder'}.*lack 'clip\."):
        alone.embed([(PICTURES[0], "dog")])


def test_a_clip_of_another_width_is_told(tmp_path: Path):
    save_clipseg_in_parts(tmp_path, whole=tmp_path / "whole", width=24)
    save_clipseg_in_parts(tmp_path / "other", whole=tmp_path / "other" / "whole", width=16)
    wrong = open_segmenter(weights=tmp_path / "decoder", device="cpu", clip=str(tmp_path / "other" / "clip"))
    with pytest.raises(UserError, match=r"not the weights of a CLIPSeg on the CLIP clip: .* has the shape"):
        wrong.masks(ASKED[:1])


def test_another_kind_of_network_is_told(whole: Path, tmp_path: Path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit"}))
    with pytest.raises(UserError, match="model_type is 'clipseg', not 'vit'"):
        open_segmenter(weights=tmp_path, device="cpu")
    with pytest.raises(UserError, match="model_type is 'clip', not 'vit'"):
        open_segmenter(weights=whole, device="cpu", clip=str(tmp_path))


def test_a_folder_without_a_front_end_is_told(tmp_path: Path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "clipseg"}))
    with pytest.raises(UserError, match=r"has no preprocessor_config\.json"):
        open_segmenter(weights=tmp_path, device="cpu")


def test_nothing_is_opened_before_it_is_used(whole: Path):
    segmenter = open_segmenter(weights=whole, device="cpu")
    assert isinstance(segmenter, Segmenter)
    assert not {"net", "tokenizer"} & set(vars(segmenter))
