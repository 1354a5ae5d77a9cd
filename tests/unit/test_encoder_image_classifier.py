from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from evalsuite.encoders.image_classifier import image_classifier_towers
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = list(np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8))


@pytest.mark.parametrize("classes", [2, 7])
def test_the_head_makes_of_features_the_networks_own_logits(tmp_path: Path, classes: int):
    register_missing_operators()
    from transformers import ResNetConfig, ResNetForImageClassification

    torch.manual_seed(1)
    sizes = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic"}
    net = ResNetForImageClassification(ResNetConfig(**sizes, num_labels=classes)).eval()
    torch.nn.init.normal_(net.classifier[1].bias)
    net.save_pretrained(tmp_path)

    towers = image_classifier_towers(weights=tmp_path, device="cpu")
    logits = towers["head"].embed(towers["image"].embed(PICTURES))
    with torch.no_grad():
        pixels = (torch.from_numpy(np.stack(PICTURES)).permute(0, 3, 1, 2) / 255 - 0.5) / 0.5
        expected = net(pixels).logits.numpy()
    assert towers["head"].modality == "head"
    assert logits.shape == (3, classes) == (3, towers["head"].dim)
    np.testing.assert_allclose(logits, expected, rtol=1e-5, atol=1e-6)
    assert towers["head"].embed([]).shape == (0, classes)
