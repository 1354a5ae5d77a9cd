"""How near the measured doses come to those asked for, in real recordings, and what a sweep costs.

``PYTHONPATH=tests python -m benchmarks.transforms FOLDER`` prints the table of docs/transforms.md; FOLDER holds ESC-50,
or ESC-10 in its layout.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from transform_sounds import SWEEPS, hiss, recordings, sweep, tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.audio.clip import Clip

WIDE = {**SWEEPS, "reverb": (0, 0.2, 0.3, 0.6, 1.2, 2.4, 4.0)}
ROUNDS = 9
CEILING_DB = -1 - 1e-6


def wanted(name: str, dose: float) -> float:
    """Return what the measured dose should be: of an interpolation, the share of power."""
    return float(np.sin(np.pi * dose / 2) ** 2) if name == "interpolation" else dose


def errors(name: str, sounds: Sequence[Clip]) -> tuple[np.ndarray, int]:
    """Return all distances from the dose asked for, in its unit, and how many sounds were held back by their peaks."""
    found = [
        (abs(treated.dose - wanted(name, dose)), treated.details.get("true_peak_db", -np.inf))
        for first, second in zip(sounds, [*sounds[1:], sounds[0]], strict=True)
        for dose, treated in zip(WIDE[name], sweep(name, first, second, doses=WIDE[name]), strict=True)
    ]
    free = np.array([error for error, peak_db in found if name != "volume" or peak_db < CEILING_DB])
    return free, len(found) - len(free)


def milliseconds(name: str, rate: int) -> float:
    """Return the median time by the clock of a sweep of seven doses over 5 s."""
    sounds = hiss(seconds=5, rate=rate), tone(seconds=5, rate=rate)
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        sweep(name, *sounds, doses=WIDE[name])
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--every", default=10, show_default=True, help="One recording of so many.")
def main(*, folder: Path, every: int) -> None:
    """Print the table."""
    sounds = recordings(folder, every=every)
    click.echo(f"{len(sounds)} recordings")
    click.echo("| transform | median error | 95 % below | largest | held back | ms at 16 kHz | ms at 44.1 kHz |")
    for name in WIDE:
        off, held_back = errors(name, sounds)
        cells = [*(f"{np.quantile(off, level):.2g}" for level in (0.5, 0.95, 1)), str(held_back)]
        cells += [f"{milliseconds(name, rate):.0f}" for rate in (16_000, 44_100)]
        click.echo(f"| `{name}` | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
