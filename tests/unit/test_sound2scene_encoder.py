from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from baselines.sound2scene.augment import varied
from baselines.sound2scene.encoder import AudioEncoder, EncoderConfig, resnet18
from evalsuite.errors import UserError
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

SMALL = EncoderConfig(dim=8, width=4, shrink=2, seconds=1.0, normalise=True)


def heard(rows: int = 3) -> torch.Tensor:
    return torch.randn(rows, 1, 257, 98, generator=torch.Generator().manual_seed(1))


def test_at_the_published_width_it_is_torchvisions_resnet18_by_name_and_shape():
    register_missing_operators()
    from torchvision.models import resnet18 as published

    theirs = {name: tensor.shape for name, tensor in published(num_classes=1024).state_dict().items()}
    theirs["conv1.weight"] = torch.Size([64, 1, 7, 7])
    assert {name: tensor.shape for name, tensor in resnet18(width=64, dim=1024).state_dict().items()} == theirs


def test_it_computes_as_torchvisions_does():
    register_missing_operators()
    from torchvision.models import resnet18 as published

    torch.manual_seed(0)
    theirs = published(num_classes=8).eval()
    theirs.conv1 = torch.nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    encoder = AudioEncoder(replace(SMALL, width=64, shrink=1)).eval()
    encoder.network.load_state_dict(theirs.state_dict(), strict=True)
    with torch.inference_mode():
        torch.testing.assert_close(encoder(heard(1)), theirs(heard(1)), rtol=1e-4, atol=1e-4)


def test_shrinking_averages_neighbours():
    encoder = AudioEncoder(SMALL).eval()
    coarse = torch.nn.functional.avg_pool2d(heard(), 2)
    fine = coarse.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    with torch.inference_mode():
        torch.testing.assert_close(encoder(fine), encoder.network(coarse))


def test_normalised_answer_has_the_pictures_length_and_its_own_direction():
    torch.manual_seed(0)
    encoder = AudioEncoder(replace(SMALL, image_norm=7.0)).eval()
    with torch.inference_mode():
        plain, answer = encoder(heard()), encoder.imagine(heard())
    torch.testing.assert_close(answer.norm(dim=1), torch.full((3,), 7.0))
    torch.testing.assert_close(torch.cosine_similarity(plain, answer), torch.ones(3))


def test_answer_that_was_not_normalised_stays():
    encoder = AudioEncoder(replace(SMALL, normalise=False, image_norm=7.0)).eval()
    with torch.inference_mode():
        assert torch.equal(encoder.imagine(heard()), encoder(heard()))


def test_what_was_saved_is_opened_again(tmp_path: Path):
    torch.manual_seed(0)
    encoder = AudioEncoder(SMALL)
    encoder(heard())  # gives the batch statistics something to keep
    encoder.eval().save(tmp_path / "encoder", image_norm=3.5)
    opened = AudioEncoder.load(tmp_path / "encoder")
    assert opened.config == replace(SMALL, image_norm=3.5)
    assert not opened.training
    with torch.inference_mode():
        torch.testing.assert_close(opened(heard()), encoder(heard()), rtol=1e-2, atol=1e-2)
    assert json.loads((tmp_path / "encoder" / "config.json").read_text())["width"] == 4


@pytest.mark.parametrize("missing", ["config.json", "encoder.safetensors"])
def test_folder_that_lacks_a_file_is_told(tmp_path: Path, missing: str):
    AudioEncoder(SMALL).save(tmp_path, image_norm=1.0)
    (tmp_path / missing).unlink()
    with pytest.raises(UserError, match=f"no {missing}"):
        AudioEncoder.load(tmp_path)


def test_variation_rolls_and_hides_and_leaves_the_rest():
    rng = np.random.default_rng(0)
    one = rng.uniform(1, 2, (1, 40, 80)).astype(np.float16)
    made = varied([one] * 50, np.random.default_rng(3))
    assert made.shape == (50, 1, 40, 80)
    assert made.dtype == np.float32
    for row in made:
        hidden_bins = (row[0] == 0).all(axis=1).sum()
        hidden_frames = (row[0] == 0).all(axis=0).sum()
        assert hidden_bins <= 5
        assert hidden_frames <= 10
        assert (row == 0).sum() == hidden_bins * 80 + hidden_frames * 40 - hidden_bins * hidden_frames
        assert np.isin(row[row != 0], one.astype(np.float32)).all()
    assert len({row.tobytes() for row in made}) > 40
    np.testing.assert_array_equal(varied([one] * 50, np.random.default_rng(3)), made)
