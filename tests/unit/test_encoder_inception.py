from __future__ import annotations

import io
import os
import pickle
import shutil
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from inception_weights import ARCHIVE, write_archive
from safetensors.torch import save_file

from evalsuite.encoders.base import FeatureExtractor
from evalsuite.encoders.inception import inception_towers
from evalsuite.encoders.inception_names import renamed
from evalsuite.encoders.inception_net import InceptionNet
from evalsuite.encoders.torchscript import is_torchscript, read_torchscript
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

OFFICIAL = "weights-inception-2015-12-05-6726825d.pth"
SOME = np.random.default_rng(0)
PICTURES = [SOME.integers(0, 256, (299, 299, 3), dtype=np.uint8) // divisor for divisor in (1, 2, 5)]
PICTURES += [np.kron(SOME.integers(0, 256, (13, 13, 3)), np.ones((23, 23, 1))).astype(np.uint8) for _ in range(3)]


def as_pixels(pictures: list[np.ndarray]) -> torch.Tensor:
    return (torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() - 128) / 128


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive as clean-fid's, by torch.jit, from a network written down apart from ours."""
    register_missing_operators()
    return write_archive(tmp_path_factory.mktemp("archive"), as_pixels(PICTURES))


@pytest.fixture(scope="module")
def state(archive: Path) -> dict[str, torch.Tensor]:
    """Its weights under torch-fidelity's names, and scaled where the archive cannot scale."""
    state = renamed(read_torchscript(archive))
    for name, tensor in state.items():
        if name.endswith("bn.weight"):
            tensor.copy_(torch.linspace(0.8, 1.2, len(tensor)))
    return state


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, state: dict[str, torch.Tensor]) -> Path:
    file = tmp_path_factory.mktemp("checkpoint") / "weights.pth"
    torch.save(state, file)
    return file


@pytest.fixture(scope="module")
def features(checkpoint: Path) -> np.ndarray:
    return inception_towers(weights=checkpoint, device="cpu")["image"].embed(PICTURES)


def relative(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))


def test_it_computes_what_the_archives_own_code_computes(archive: Path):
    ours = inception_towers(weights=archive.parent, device="cpu")["image"].embed(PICTURES)
    theirs = torch.jit.load(archive).layers.forward(as_pixels(PICTURES)).flatten(1).numpy()
    assert relative(ours, theirs) < 3e-6
    assert np.abs(ours - theirs).max() < 1e-4


def test_features_are_torch_fidelitys(checkpoint: Path, features: np.ndarray):
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    layers = ["2048", "logits_unbiased"]
    peer = FeatureExtractorInceptionV3("peer", layers, feature_extractor_weights_path=str(checkpoint))
    batch = torch.from_numpy(np.stack(PICTURES)).permute(0, 3, 1, 2).contiguous()
    theirs, logits = (layer.numpy() for layer in peer(batch))
    assert theirs.std(axis=0).min() > 0  # every feature is alive
    assert relative(features, theirs) < 3e-6
    head = inception_towers(weights=checkpoint, device="cpu")["head"]
    assert relative(head.embed(list(features)), logits) < 3e-6
    assert relative(head.embed(list(theirs)), logits) < 1e-6  # theirs are summed in float32


def test_folding_changes_nothing_but_rounding(state: dict[str, torch.Tensor], features: np.ndarray):
    net = InceptionNet().eval().double()
    net.load_state_dict(state)
    with torch.inference_mode():
        exact = net(as_pixels(PICTURES).double()).numpy()
    assert relative(features, exact) < 3e-6


def test_a_row_does_not_depend_on_its_batch(checkpoint: Path, features: np.ndarray):
    towers = inception_towers(weights=checkpoint, device="cpu")
    alone = [towers["image"].embed([picture])[0] for picture in PICTURES]
    np.testing.assert_array_equal(alone, features)
    np.testing.assert_array_equal(towers["image"].embed(PICTURES[::-1])[::-1], features)
    together = towers["head"].embed(list(features))
    np.testing.assert_array_equal([towers["head"].embed([row])[0] for row in features], together)


@pytest.mark.parametrize("how", ["pil-bicubic", "tf1", "torch-antialias"])
def test_the_way_of_resizing_is_in_name_fingerprint_and_features(checkpoint: Path, how: str):
    towers = inception_towers(weights=checkpoint, device="cpu", resize=how)
    others = inception_towers(weights=checkpoint, device="cpu", resize="tf1" if how != "tf1" else "pil-bicubic")
    assert towers["image"].name == towers["head"].name == f"inception-2015·{how}"
    assert towers["image"].fingerprint == towers["head"].fingerprint != others["image"].fingerprint
    picture = PICTURES[4][:201, :97]
    assert relative(towers["image"].embed([picture]), others["image"].embed([picture])) > 1e-4


def test_towers_keep_the_contract(checkpoint: Path):
    towers = inception_towers(weights=str(checkpoint), device="cpu")
    assert {name: (tower.modality, tower.dim) for name, tower in towers.items()} == {
        "image": ("image", 2048),
        "head": ("head", 1008),
    }
    for tower in towers.values():
        assert isinstance(tower, FeatureExtractor)
        assert tower.embed([]).shape == (0, tower.dim)
    assert towers["head"].embed(np.zeros((2, 2048), np.float32)).dtype == np.float32


def test_logits_are_without_bias(checkpoint: Path):
    logits = inception_towers(weights=checkpoint, device="cpu")["head"].embed(np.zeros((1, 2048), np.float32))
    np.testing.assert_array_equal(logits, np.zeros((1, 1008)))


def test_the_same_weights_in_any_format(archive: Path, tmp_path: Path):
    state = renamed(read_torchscript(archive))
    safe, plain = tmp_path / "a" / "weights.safetensors", tmp_path / "b" / "weights.pth"
    for file in (safe, plain):
        file.parent.mkdir()
    save_file(state, safe)
    torch.save(state, plain)
    rows = [
        inception_towers(weights=file, device="cpu")["image"].embed(PICTURES[:2]) for file in (safe, plain, archive)
    ]
    np.testing.assert_array_equal(rows[0], rows[1])
    np.testing.assert_array_equal(rows[0], rows[2])


def test_the_fingerprint_is_the_contents(checkpoint: Path, tmp_path: Path):
    moved = shutil.copy(checkpoint, tmp_path / "other-name.pth")
    changed = tmp_path / "changed" / "weights.pth"
    changed.parent.mkdir()
    changed.write_bytes(checkpoint.read_bytes() + b"\0")
    first, same, other = (
        inception_towers(weights=file, device="cpu")["image"].fingerprint for file in (checkpoint, moved, changed)
    )
    assert first == same != other


def test_a_name_that_promises_a_hash_is_held_to_it(checkpoint: Path, tmp_path: Path):
    with pytest.raises(UserError, match=sha256_file(checkpoint)[:8]):
        inception_towers(weights=shutil.copy(checkpoint, tmp_path / OFFICIAL), device="cpu")
    kept = tmp_path / f"weights-inception-2015-12-05-{sha256_file(checkpoint)[:8]}.pth"
    shutil.copy(checkpoint, kept)
    assert inception_towers(weights=kept, device="cpu")


def test_mistakes_are_told(checkpoint: Path, tmp_path: Path):
    with pytest.raises(UserError, match="did you mean 'pil-bicubic'"):
        inception_towers(weights=checkpoint, device="cpu", resize="bicubic")
    with pytest.raises(UserError, match="no such file or folder"):
        inception_towers(weights=tmp_path / "missing", device="cpu")
    with pytest.raises(UserError, match="found none"):
        inception_towers(weights=tmp_path, device="cpu")
    for name in ("a.pth", "b.safetensors"):
        (tmp_path / name).touch()
    with pytest.raises(UserError, match=r"found a\.pth, b\.safetensors"):
        inception_towers(weights=tmp_path, device="cpu")


@pytest.mark.parametrize("change", ["missing", "surplus", "reshaped"])
def test_weights_that_do_not_fit_are_refused(state: dict[str, torch.Tensor], tmp_path: Path, change: str):
    name = "Mixed_6b.branch7x7_2.conv.weight"
    wrong = {
        "missing": {key: value for key, value in state.items() if key != name},
        "surplus": {**state, "AuxLogits.weight": torch.ones(1)},
        "reshaped": {**state, name: state[name].transpose(2, 3)},
    }[change]
    torch.save(wrong, tmp_path / "weights.pth")
    with pytest.raises(UserError, match=r"not the weights of the Inception of 2015.*(Mixed_6b|AuxLogits)"):
        inception_towers(weights=tmp_path, device="cpu")["image"].embed(PICTURES[:1])


class Linear(torch.nn.Module):
    """Holds what an archive may hold besides tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = [3, 5]
        self.scale = {"a": 1.5}
        self.inner = torch.nn.Linear(2, 3).half()
        self.register_buffer("turned", torch.arange(12.0).reshape(3, 4).T)
        self.register_buffer("counted", torch.tensor(7))
        self.flags: tuple[int, bool] = (1, True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.kernel[0] + self.turned.sum() + self.scale["a"]


def test_an_archives_tensors_are_those_of_torch_jit(tmp_path: Path):
    file = tmp_path / "any.pt"
    torch.jit.script(Linear()).save(file)
    theirs = dict(torch.jit.load(file).state_dict())
    ours = read_torchscript(file)
    assert ours.keys() == theirs.keys() == {"turned", "counted", "inner.weight", "inner.bias"}
    for name, tensor in ours.items():
        assert tensor.dtype == theirs[name].dtype
        assert torch.equal(tensor, theirs[name])


def test_other_files_are_no_archives(checkpoint: Path, tmp_path: Path, archive: Path):
    (tmp_path / "text.pt").write_text("no zip")
    assert is_torchscript(archive)
    assert not is_torchscript(checkpoint)
    assert not is_torchscript(tmp_path / "text.pt")


class MakesFolder:
    def __init__(self, victim: Path) -> None:
        self.victim = victim

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.victim),)


def test_an_archive_cannot_run_code(tmp_path: Path):
    victim, file = tmp_path / "victim", tmp_path / ARCHIVE
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("archive/code/__torch__.py", "")
        made.writestr("archive/data.pkl", pickle.dumps({"layers": MakesFolder(victim)}, protocol=2))
    with pytest.raises(UserError, match=r"it asks for \w+\.mkdir"):
        inception_towers(weights=file, device="cpu")["image"].embed(PICTURES[:1])
    assert not victim.exists()


def test_a_damaged_archive_is_told(archive: Path, tmp_path: Path):
    content = io.BytesIO(archive.read_bytes())
    file = tmp_path / ARCHIVE
    with zipfile.ZipFile(content) as whole, zipfile.ZipFile(file, "w") as part:
        for name in whole.namelist():
            if not name.endswith("/data/3"):
                part.writestr(name, whole.read(name))
    with pytest.raises(UserError, match="cannot read this TorchScript archive"):
        inception_towers(weights=file, device="cpu")["image"].embed(PICTURES[:1])


def test_another_archive_is_told(tmp_path: Path):
    torch.jit.script(Linear()).save(tmp_path / ARCHIVE)
    with pytest.raises(UserError, match=r"not the weights of the Inception of 2015: 'Conv2d_1a_3x3.* is missing"):
        inception_towers(weights=tmp_path, device="cpu")["image"].embed(PICTURES[:1])
