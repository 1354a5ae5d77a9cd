"""A benchmarking suite for audio-to-image generation.

A protocol says what to measure, models make images from clips, encoders turn media into features, metrics turn
features into measurements, and a run record keeps all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalsuite.notebook.run import Run, load_run

__version__ = "0.1.0"
__all__ = ["Run", "__version__", "load_run"]


def __getattr__(name: str) -> Any:
    # Imported on first use: `evalsuite --help` must not wait for pandas.
    if name in {"Run", "load_run"}:
        from evalsuite.notebook import run

        return getattr(run, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
