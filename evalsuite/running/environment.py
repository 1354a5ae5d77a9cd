"""Where a run happens: versions, commit, device."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import evalsuite
from evalsuite.record import Environment

PACKAGES = (
    "numpy",
    "scipy",
    "pillow",
    "soundfile",
    "soxr",
    "torch",
    "torchvision",
    "open-clip-torch",
    "transformers",
    "diffusers",
)
"""The packages that numbers depend on."""
GIT_TIMEOUT_SECONDS = 10


def describe_environment(*, device: str) -> Environment:
    """Return what a reader needs to make a run again elsewhere. Imports none of the packages it names."""
    return Environment(
        evalsuite=evalsuite.__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        device=device,
        packages={name: found for name in PACKAGES if (found := _version(name))},
        git=_commit(Path(evalsuite.__file__).parent.parent),
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit(checkout: Path) -> str | None:
    """Return the commit of ``checkout``, with «-dirty» where a tracked file was changed."""
    if not (checkout / ".git").exists():
        return None
    commit = _git(checkout, "rev-parse", "HEAD")
    changes = _git(checkout, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}-dirty" if commit and changes else commit


def _git(checkout: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(checkout), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - no part of the command is the user's
            command, capture_output=True, text=True, timeout=GIT_TIMEOUT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
