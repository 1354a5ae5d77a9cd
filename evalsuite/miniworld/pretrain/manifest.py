"""The checkpoints' manifest: what each is, how it was made, and the hash of every file."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from evalsuite.files import write_atomically
from evalsuite.hashing import sha256_file

if TYPE_CHECKING:
    from pathlib import Path

FILE = "manifest.json"
_PACKAGES = ("torch", "transformers", "diffusers", "open_clip_torch", "numpy")


def halve(folder: Path) -> None:
    """Rewrite every safetensors file below ``folder`` in float16: half the size, eleven bits are plenty here."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import save_file

    for file in folder.rglob("*.safetensors"):
        with safe_open(file, framework="pt") as weights:
            metadata = weights.metadata()
            tensors = {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118
        halved = {name: t.half() if t.dtype == torch.float32 else t for name, t in tensors.items()}
        save_file(halved, file, metadata=metadata)


def forget_origin(folder: Path) -> None:
    """Take out of every configuration below ``folder`` the path that diffusers notes it was loaded from."""
    for file in folder.rglob("config.json"):
        content = json.loads(file.read_text())
        if content.pop("_name_or_path", None) is not None:
            file.write_text(json.dumps(content, indent=2) + "\n")


def read(output: Path) -> dict[str, Any]:
    """Return the manifest in ``output``, empty where there is none."""
    file = output / FILE
    content: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {"stages": {}, "figures": {}}
    return content


def enter(
    output: Path, stage: str, *, shipped: str | None, minutes: float, seed: int, figures: dict[str, float]
) -> None:
    """Enter a finished stage: minutes, seed, training figures, packages, and the hash of every file it ships."""
    content = read(output)
    files = sorted(path for path in (output / shipped).rglob("*") if path.is_file()) if shipped else []
    content["stages"][stage] = {
        "minutes": round(minutes, 1),
        "seed": seed,
        "training": figures,
        "packages": {package: version(package) for package in _PACKAGES},
        "bytes": sum(path.stat().st_size for path in files),
        "files": {path.relative_to(output).as_posix(): sha256_file(path) for path in files},
    }
    write(output, content)


def write(output: Path, content: dict[str, Any]) -> None:
    """Write the manifest atomically."""
    write_atomically(output / FILE, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode())
