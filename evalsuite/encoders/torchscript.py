"""The tensors of a TorchScript archive, read without running it.

Such an archive is a program: ``torch.jit.load`` compiles code that lies in it. But it is also a zip file in which one
pickle, ``data.pkl``, says what the module holds, and the numbers lie beside it. Here that pickle is read by an
unpickler that knows how to rebuild tensors and plain containers, and nothing else.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from typing import IO, TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from torch import Tensor

_PICKLE, _CODE = "/data.pkl", "/code/"
_SPOILT = (
    pickle.UnpicklingError,
    BadZipFile,
    EOFError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    RuntimeError,
)
"""What damaged bytes may raise."""


def is_torchscript(path: Path) -> bool:
    """Return whether a file is a TorchScript archive, by what is in it."""
    if not is_zipfile(path):
        return False
    with ZipFile(path) as archive:
        return any(_CODE in name for name in archive.namelist())


def read_torchscript(path: Path) -> dict[str, Tensor]:
    """Return the tensors of an archive by their dotted names («layers.conv.weight»), on the CPU.

    None of the archive's code is run. Raises ``UserError`` where it is damaged, or would have anything rebuilt but
    modules, tensors and plain containers.
    """
    try:
        with ZipFile(path) as archive:
            (index,) = (name for name in archive.namelist() if name.endswith(_PICKLE) and name.count("/") == 1)
            with archive.open(index) as stream:
                module = _Unpickler(stream, archive=archive, folder=index.removesuffix(_PICKLE)).load()
        return dict(_tensors(module, prefix=""))
    except _SPOILT as error:
        raise UserError(f"cannot read this TorchScript archive: {error}", file=path) from error


class _Module:
    """Stands for any module of the archive: its attributes and nothing of what it does."""


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: IO[bytes], *, archive: ZipFile, folder: str) -> None:
        super().__init__(stream)
        self._archive, self._folder = archive, folder

    def find_class(self, module: str, name: str) -> Any:
        """Return our own stand-in for what the archive names; raise for what there is none for."""
        if module.partition(".")[0] == "__torch__":
            return _Module
        if module == "torch" and name.endswith("Storage"):
            return _dtype(name)
        if (module, name) in _REBUILT:
            return _REBUILT[module, name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is no tensor and no plain container")

    def persistent_load(self, pid: Any) -> Tensor:
        """Return the numbers that a tensor is a view of, flat."""
        import torch

        _, dtype, key, *_ = pid
        return torch.frombuffer(bytearray(self._archive.read(f"{self._folder}/data/{key}")), dtype=dtype)


def _dtype(storage: str) -> Any:
    import torch

    kinds = {"FloatStorage": torch.float32, "DoubleStorage": torch.float64, "HalfStorage": torch.float16}
    kinds |= {"LongStorage": torch.int64, "IntStorage": torch.int32, "BoolStorage": torch.bool}
    if storage not in kinds:
        raise pickle.UnpicklingError(f"it holds numbers of an unknown kind, {storage}")
    return kinds[storage]


def _tensor(numbers: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: object) -> Tensor:
    return numbers.as_strided(size, stride, offset).clone()


def _untyped(value: object, *_: object) -> object:
    """Return a container without the type that TorchScript remembers of it."""
    return value


_LISTS = ("build_intlist", "build_tensorlist", "build_doublelist", "build_boollist", "restore_type_tag")
_REBUILT: dict[tuple[str, str], Callable[..., object]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    **{("torch.jit._pickle", name): _untyped for name in _LISTS},
}


def _tensors(module: object, *, prefix: str) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors among a module's attributes, and those of its parts."""
    import torch

    for name, value in vars(module).items():
        if isinstance(value, torch.Tensor):
            yield prefix + name, value
        elif isinstance(value, _Module):
            yield from _tensors(value, prefix=f"{prefix}{name}.")
