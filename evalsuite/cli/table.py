"""``evalsuite table``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evalsuite.tabling.entries import ProtocolRuns
    from evalsuite.tabling.model import Table

SUFFIXES = {"latex": ".tex", "markdown": ".md", "csv": ".csv", "html": ".html"}
"""The formats, and how the names of their files end."""


@click.command(name="table")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "--layout",
    metavar="NAME|FILE",
    help="What the table shows.  [default: the one with the protocol's name, else control or general]",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(list(SUFFIXES)),
    help="How it is written.  [default: by the end of the output's name, else latex]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to.  [default: stdout]",
)
def command(*, runs: tuple[Path, ...], layout: str | None, style: str | None, output: Path | None) -> None:
    """Write a table for a paper: numbers with their uncertainty, the best ones marked, daggers where none compare.

    LaTeX needs booktabs. Comments above it say where every number is from; «evalsuite paper verify» checks them.

    Example: evalsuite table runs/esc50_zeroshot-1a2b3c4d -o tables/esc50.tex
    """
    from evalsuite.files import write_atomically
    from evalsuite.tabling.build import build_table, known_names
    from evalsuite.tabling.entries import open_by_protocol
    from evalsuite.tabling.layout import load_layout

    by_protocol = open_by_protocol(runs)
    chosen = load_layout(layout or _usual_layout(by_protocol), known=known_names(by_protocol))
    table = build_table(chosen, by_protocol, command=shlex.join(["evalsuite", *sys.argv[1:]]))
    if table.left_out:
        click.echo(f"left out, since not measured: {', '.join(table.left_out)}", err=True)
    text = _writer(style or _by_suffix(output))(table)
    if output is None:
        click.echo(text, nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, text.encode())
    click.echo(output)


def _usual_layout(by_protocol: Mapping[str, ProtocolRuns]) -> str:
    """Return the name of the layout for these runs, by protocol."""
    from evalsuite.resources import bundled
    from evalsuite.tabling.layout import CONTROL, GENERAL, LAYOUTS

    if len(by_protocol) > 1:
        raise UserError(f"the runs are of several protocols ({', '.join(by_protocol)}): add --layout across_protocols")
    (protocol, runs), *_ = by_protocol.items()
    if protocol in bundled(LAYOUTS):
        return protocol
    return CONTROL if runs.record.sweep else GENERAL


def _by_suffix(output: Path | None) -> str:
    known = {suffix: style for style, suffix in SUFFIXES.items()}
    return known.get(output.suffix, "latex") if output else "latex"


def _writer(style: str) -> Callable[[Table], str]:
    from evalsuite.tabling.html import html
    from evalsuite.tabling.latex import latex
    from evalsuite.tabling.markdown import markdown
    from evalsuite.tabling.spreadsheet import spreadsheet

    return {"latex": latex, "markdown": markdown, "csv": spreadsheet, "html": html}[style]
