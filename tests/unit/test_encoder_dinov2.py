from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from evalsuite.encoders.base import FeatureExtractor
from evalsuite.encoders.dinov2 import dinov2_towers
from evalsuite.errors import UserError
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

SMALL = {"hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 2, "image_size": 518, "mlp_ratio": 2}
LARGE = {"hidden_size": 1024, "num_hidden_layers": 1, "num_attention_heads": 16, "image_size": 518, "mlp_ratio": 4}
"""The published ``facebook/dinov2-large`` but for its number of layers."""
WEIGHTS = "model.safetensors"
PICTURES = [
    np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    for seed, shape in enumerate([(224, 224, 3), (64, 64, 3), (301, 97, 3), (500, 640, 3)])
]


def save_random(folder: Path, settings: dict[str, Any]) -> Path:
    register_missing_operators()
    from transformers import Dinov2Config, Dinov2Model

    torch.manual_seed(14)
    model = Dinov2Model(Dinov2Config(patch_size=14, **settings))
    for parameter in model.parameters():  # its own start would make all features alike
        parameter.data.add_(torch.randn_like(parameter) * (0.3 if parameter.dim() < 2 else 0.05))
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_random(tmp_path_factory.mktemp("weights") / "dinov2-small", SMALL)


def pixels_of_dgm_eval(picture: np.ndarray) -> Tensor:
    from PIL import Image
    from torchvision.transforms import Compose, InterpolationMode, Normalize, Resize, ToTensor

    steps = [Resize((224, 224), InterpolationMode.BICUBIC), ToTensor()]
    steps += [Normalize(np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225]))]
    return Compose(steps)(Image.fromarray(picture))[None]


def class_token(state: dict[str, Tensor], pixels: Tensor, settings: dict[str, Any]) -> Tensor:
    """The network of the paper, written down plainly, with the interpolation of its authors' code."""
    width, heads = settings["hidden_size"], settings["num_attention_heads"]
    table = state["embeddings.position_embeddings"]
    square = table[:, 1:].reshape(1, 37, 37, width).permute(0, 3, 1, 2)
    square = functional.interpolate(square, scale_factor=(16.1 / 37, 16.1 / 37), mode="bicubic")
    positions = torch.cat([table[:, :1], square.flatten(2).transpose(1, 2)], dim=1)

    def linear(x: Tensor, name: str) -> Tensor:
        return functional.linear(x, state[f"{name}.weight"], state[f"{name}.bias"])

    def normal(x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x, (width,), state[f"{name}.weight"], state[f"{name}.bias"], eps=1e-6)

    patches = "embeddings.patch_embeddings.projection"
    x = functional.conv2d(pixels, state[f"{patches}.weight"], state[f"{patches}.bias"], stride=14)
    x = torch.cat([state["embeddings.cls_token"], x.flatten(2).transpose(1, 2)], dim=1) + positions
    for layer in (f"encoder.layer.{number}" for number in range(settings["num_hidden_layers"])):
        inner = normal(x, f"{layer}.norm1")
        query, key, value = (
            linear(inner, f"{layer}.attention.attention.{part}").unflatten(2, (heads, -1)).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        attended = ((query @ key.transpose(2, 3) * (width // heads) ** -0.5).softmax(dim=3) @ value).transpose(1, 2)
        attended = linear(attended.flatten(2), f"{layer}.attention.output.dense")
        x = x + attended * state[f"{layer}.layer_scale1.lambda1"]
        inner = functional.gelu(linear(normal(x, f"{layer}.norm2"), f"{layer}.mlp.fc1"))
        x = x + linear(inner, f"{layer}.mlp.fc2") * state[f"{layer}.layer_scale2.lambda1"]
    return normal(x, "layernorm")[:, 0]


def assert_is_dgm_evals(folder: Path, settings: dict[str, Any], pictures: list[np.ndarray]) -> None:
    state = {name: tensor.double() for name, tensor in load_file(folder / WEIGHTS).items()}
    ours = dinov2_towers(weights=folder, device="cpu")["image"].embed(pictures)
    pixels = [pixels_of_dgm_eval(picture).double() for picture in pictures]
    exact = torch.cat([class_token(state, picture, settings) for picture in pixels]).numpy()
    assert exact.std(axis=0).min() > 0 or len(pictures) == 1
    assert np.linalg.norm(ours - exact) / np.linalg.norm(exact) < 3e-6  # ours is in float32


def test_features_are_dgm_evals(small: Path):
    assert_is_dgm_evals(small, SMALL, PICTURES)


def test_so_they_are_with_the_published_width(tmp_path: Path):
    assert_is_dgm_evals(save_random(tmp_path, LARGE), LARGE, PICTURES[1:2])


def test_positions_are_not_interpolated_as_transformers_would(small: Path):
    from transformers import Dinov2Model

    ours = dinov2_towers(weights=small, device="cpu")["image"].embed(PICTURES[:1])
    with torch.no_grad():
        theirs = Dinov2Model.from_pretrained(small)(pixels_of_dgm_eval(PICTURES[0])).pooler_output.numpy()
    difference = np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)
    assert 1e-5 < difference < 0.2


def test_a_network_trained_at_224_keeps_its_positions(tmp_path: Path):
    from transformers import Dinov2Model

    folder = save_random(tmp_path, SMALL | {"image_size": 224})
    with torch.no_grad():
        theirs = Dinov2Model.from_pretrained(folder)(pixels_of_dgm_eval(PICTURES[2])).pooler_output.numpy()
    np.testing.assert_allclose(dinov2_towers(weights=folder, device="cpu")["image"].embed(PICTURES[2:3]), theirs, 1e-5)


def test_the_tower_keeps_the_contract(small: Path):
    tower = dinov2_towers(weights=str(small), device="cpu")["image"]
    assert isinstance(tower, FeatureExtractor)
    assert (tower.name, tower.modality, tower.dim) == ("dinov2-small", "image", 24)
    together = tower.embed(PICTURES)
    assert together.dtype == np.float32
    for picture, row in zip(PICTURES, together, strict=True):
        np.testing.assert_allclose(tower.embed([picture])[0], row, rtol=1e-5, atol=1e-6)


def test_another_kind_of_network_is_told(tmp_path: Path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit"}))
    with pytest.raises(UserError, match="not a DINOv2 of transformers"):
        dinov2_towers(weights=tmp_path, device="cpu")


def test_a_name_without_a_local_copy_is_told():
    with pytest.raises(UserError, match="hf download no-one/dinov2-tiny"):
        dinov2_towers(weights="no-one/dinov2-tiny", device="cpu")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layernorm.bias": None}, r"lack 'layernorm\.bias'"),
        ({"layernorm.bias": torch.ones(7)}, "cannot open these weights"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    small: Path, tmp_path: Path, change: dict[str, Tensor | None], message: str
):
    state = load_file(small / WEIGHTS) | change
    (tmp_path / "config.json").write_bytes((small / "config.json").read_bytes())
    save_file({name: tensor for name, tensor in state.items() if tensor is not None}, tmp_path / WEIGHTS)
    tower = dinov2_towers(weights=tmp_path, device="cpu")["image"]
    with pytest.raises(UserError, match=message):
        tower.embed(PICTURES[:1])
