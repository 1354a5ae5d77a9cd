"""Opening weight files: tensors come out, and code that lies in them does not run."""

from __future__ import annotations

import pickle
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from evalsuite.encoders.clap import clap_towers
from evalsuite.encoders.weights import load_state
from evalsuite.errors import UserError
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def state() -> dict[str, Any]:
    import torch

    return {"layer.weight": torch.arange(6.0).reshape(2, 3), "count": torch.tensor(3)}


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self.trace).touch, (self.trace,))


def saved(path: Path, content: object, **options: Any) -> Path:
    import torch

    torch.save(content, path, **options)
    return path


def test_all_formats_give_the_same_tensors(state: dict[str, Any], tmp_path: Path):
    import torch
    from safetensors.torch import save_file

    save_file(state, tmp_path / "a.safetensors")
    files = [
        tmp_path / "a.safetensors",
        saved(tmp_path / "zip.pt", state),
        saved(tmp_path / "before_1_6.pth", state, _use_new_zipfile_serialization=False),
        saved(tmp_path / "wrapped.pt", {"state_dict": state, "epoch": 3}),
    ]
    for file in files:
        loaded = load_state(file)
        assert loaded.keys() == state.keys()
        assert all(torch.equal(loaded[name], tensor) for name, tensor in state.items())


def test_code_in_a_file_is_not_run(state: dict[str, Any], tmp_path: Path):
    trace = tmp_path / "trace"
    evil = state | {"hook": Evil(trace)}
    files = [
        saved(tmp_path / "evil.pt", evil),
        saved(tmp_path / "evil_old.pt", evil, _use_new_zipfile_serialization=False),
        tmp_path / "evil.pkl",
    ]
    files[-1].write_bytes(pickle.dumps(Evil(trace), protocol=2))
    for file in files:
        with pytest.raises(UserError, match="holds Python objects besides tensors"):
            load_state(file)
    assert not trace.exists()
    pickle.loads(files[-1].read_bytes())
    assert trace.exists(), "the code is there and would have run"


def test_open_clip_runs_no_code_of_a_file_either(state: dict[str, Any], tmp_path: Path):
    register_missing_operators()
    import open_clip
    import torch

    trace = tmp_path / "trace"
    archive = tmp_path / "archive.pt"
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(archive))
    for file in (saved(tmp_path / "evil.pt", state | {"hook": Evil(trace)}), archive):
        with pytest.raises((pickle.UnpicklingError, RuntimeError), match="weights_only"):
            open_clip.create_model("RN50", pretrained=str(file))
    assert not trace.exists()


def test_transformers_runs_no_code_of_a_file_either(checkpoints: Path, tmp_path: Path):
    trace = tmp_path / "trace"
    folder = copytree(checkpoints / "clap", tmp_path / "clap")
    (folder / "model.safetensors").unlink()
    saved(folder / "pytorch_model.bin", {"logit_scale_a": Evil(trace)})
    with pytest.raises(UserError, match="cannot open these weights"):
        clap_towers(weights=folder, device="cpu")["text"].embed(["rain"])
    assert not trace.exists()


def test_a_saved_network_and_a_torchscript_archive_are_programs(tmp_path: Path):
    import torch

    torch.jit.script(torch.nn.Linear(2, 2)).save(str(tmp_path / "archive.pt"))
    with pytest.raises(UserError, match="a TorchScript archive, which is a program"):
        load_state(tmp_path / "archive.pt")
    with pytest.raises(UserError, match="holds Python objects besides tensors"):
        load_state(saved(tmp_path / "network.pt", torch.nn.Linear(2, 2)))


@pytest.mark.parametrize("name", ["a.safetensors", "zip.pt", "old.pth"])
@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda _: b"", lambda _: b"<html>Not Found</html>"], ids=["cut", "empty", "page"]
)
def test_damage_is_told_in_a_line(state: dict[str, Any], tmp_path: Path, name: str, damage: Callable[[bytes], bytes]):
    from safetensors.torch import save_file

    file = tmp_path / name
    if name == "a.safetensors":
        save_file(state, file)
    else:
        saved(file, state, _use_new_zipfile_serialization=name == "zip.pt")
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(UserError, match=rf"{file}: not a file of .*or damaged") as caught:
        load_state(file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"), [({}, "no tensors by name"), ([1], "no tensors by name"), ({"epoch": 3}, "'epoch' is a int")]
)
def test_what_is_no_state_is_told(tmp_path: Path, content: object, told: str):
    with pytest.raises(UserError, match=told):
        load_state(saved(tmp_path / "file.pt", content))
    with pytest.raises(UserError, match="no such file"):
        load_state(tmp_path / "none.pt")
