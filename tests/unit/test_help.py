from __future__ import annotations

import subprocess
import sys
import time

HEAVY = ("accelerate", "torch", "torchvision", "transformers", "diffusers", "pandas", "matplotlib", "scipy", "pyarrow")


def test_the_command_line_imports_nothing_heavy():
    code = f"import evalsuite.cli.main, sys; print(*(set(sys.modules) & set({HEAVY})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_help_starts_in_a_third_of_a_second():
    """The best of five: a busy machine slows single starts, never speeds one up."""
    assert min(_seconds() for _ in range(5)) <= 0.3


def _seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "evalsuite", "--help"], capture_output=True, check=True)
    return time.perf_counter() - start
