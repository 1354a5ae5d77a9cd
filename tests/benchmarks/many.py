"""Peak memory of all five metrics on many pictures: ``PYTHONPATH=tests python -m benchmarks.many``."""

from __future__ import annotations

import time
from pathlib import Path

import click
from peak_memory import MB, draw, measure


@click.command()
@click.option("--n", default=50_000, show_default=True, help="Pictures to measure.")
@click.option("--reference", "m", default=10_000, show_default=True, help="Pictures to compare with.")
@click.option("--stage", "folder", type=click.Path(path_type=Path), default=Path("benchmark_stage"), show_default=True)
def main(*, n: int, m: int, folder: Path) -> None:
    """Measure ``n`` pictures by all five metrics, with features of 2,048, and print the peak."""
    made, real = (folder.resolve() / f"small-{count}" for count in (n, m))
    for place, count in ((made, n), (real, m)):
        if not place.is_dir():
            draw(place, count)
    began = time.perf_counter()
    taken = measure(folder.resolve(), str(made), "--reference", str(real))
    click.echo(f"n={n}, m={m}: peak {taken.peak / MB:.0f} MB, {time.perf_counter() - began:.0f} s")
    for metric, value in taken.values.items():
        click.echo(f"{metric:<18}{value:.7g}")


if __name__ == "__main__":
    main()
