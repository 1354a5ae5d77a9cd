"""``evalsuite ls``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = {"protocols": "protocols", "layouts": "reports/tables"}
"""Kinds that are files of the suite, and where they lie."""
REGISTERED = ("models", "metrics", "datasets", "pools", "encoders", "transforms")
KINDS = ("protocols", *REGISTERED, "layouts", "published", "runs")


@click.command(name="ls")
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Where runs lie."
)
def command(*, kind: str | None, output: Path) -> None:
    """List protocols, models, metrics, data sets and whatever else has a name, published numbers, or runs.

    Example: evalsuite ls metrics
    """
    for each in [kind] if kind else KINDS:
        lines = _lister(each)(output)
        click.echo("\n".join(lines if kind else [f"{each}:", *(f"  {line}" for line in lines or ["none"])]))


def _lister(kind: str) -> Callable[[Path], list[str]]:
    from evalsuite.registry import names
    from evalsuite.resources import bundled

    if kind == "runs":
        return _runs
    if kind == "published":
        return lambda _: _published()
    return lambda _: bundled(SHIPPED[kind]) if kind in SHIPPED else names(kind)


def _published() -> list[str]:
    """Return a line for each number that a paper prints, and one for each paper of which none could be read."""
    from evalsuite.published_numbers import printed, published_numbers

    lines = []
    for name, paper in published_numbers().items():
        lines += [] if paper.tables else [f"{name}  no number: {paper.read}"]
        for table, system, metric, value in paper.numbers():
            column = table.metrics[metric]
            meant = column.suite or "no metric of the suite"
            shown = f"{metric} {printed(value, unit=column.unit)} ({meant})"
            lines.append(f"{name}  {table.dataset}  {system}  {shown}  {table.confidence}")
    return lines


def _runs(folder: Path) -> list[str]:
    from evalsuite.run_folder import RECORD_FILE, load_run

    records = [load_run(file.parent).record for file in sorted(folder.glob(f"*/{RECORD_FILE}"))]
    return [
        f"{folder / r.run_id}  {r.created}  {r.status}  {r.profile.name}  n={r.dataset.n}  "
        + ",".join(card.name for card in r.models if card.role == "system")
        for r in records
    ]
