"""How much memory ``evalsuite measure`` takes for many small pictures, by encoders that cost nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cheap_encoder import PROFILE
from PIL import Image

MB = 2**20
MEASURE = """
import resource
import sys
from evalsuite.cli.main import invoke

code = invoke(sys.argv[1:])
sys.stderr.write(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}\\n")
sys.exit(code)
"""


@dataclass(frozen=True)
class Taken:
    peak: int
    """Bytes in memory at most."""
    values: dict[str, float]


def draw(folder: Path, n: int) -> Path:
    """Draw small noise in two classes."""
    for label in ("dog", "sea_waves"):
        (folder / label).mkdir(parents=True)
    noise = np.random.default_rng(n).integers(0, 256, (n, 8, 8, 3), np.uint8)
    for number, picture in enumerate(noise):
        Image.fromarray(picture).save(folder / ("dog", "sea_waves")[number % 2] / f"{number}.png", compress_level=0)
    return folder


def measure(home: Path, *arguments: str) -> Taken:
    (home / "cheap.yaml").write_text(PROFILE)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, "measure", *arguments, "--profile", "cheap.yaml", "--json"],
        cwd=home,
        env={**os.environ, "EVALSUITE_HOME": str(home), "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["measurements"]
    peak = int(done.stderr.splitlines()[-1].removeprefix("peak "))
    return Taken(peak=peak, values={row["metric"]: row["value"] for row in rows})
