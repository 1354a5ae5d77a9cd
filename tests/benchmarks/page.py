"""Pages of the documentation: that which tells how a race went, and tables between marks in the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.peers import Race

CLIP = ("torchmetrics, CLIPScore", "torchmetrics, accuracy")
FIVE = "suite, all five, tf1"
WHY_NOT_EQUAL = """
The networks' features agree to the rounding of float32. What differs beyond that is the peers' own: with fewer pictures
than features clean-fid and torch-fidelity take the root of a singular product, and they sum the kernel in float32, here
for a distance near zero. Of the same features in float64 all formulas agree to 1e-10 ([parity](parity.md)). Pictures
are prepared for CLIP by transformers there and as open_clip does here, which shows in the sixth decimal of a cosine."""
UNMEASURED = """
No accelerator was at hand: how much of one is kept busy has not been measured. `--device cuda` does."""
COMPARED = (
    ("Fréchet kernel, n=400, d=2048", "suite, kernel, n=400", ("sqrtm, kernel, n=400",), 100),
    ("Fréchet kernel, n=5000, d=2048", "suite, kernel, n=5000", ("sqrtm, kernel, n=5000",), 10),
    ("two folders to FID", "suite, fid, pil-bicubic", ("clean-fid, fid",), 1.5),
    ("two folders to FID", "suite, fid, tf1", ("torch-fidelity, fid",), 1.5),
    ("all five, each peer", FIVE, ("clean-fid, fid", "clean-fid, kid", "torch-fidelity, isc+fid+kid", *CLIP), 2.5),
    ("all five, each number once", FIVE, ("clean-fid, fid", "clean-fid, kid", "torch-fidelity, isc", *CLIP), None),
    ("all five, the cheapest way", FIVE, ("torch-fidelity, isc+fid+kid", "torchmetrics, one look"), None),
)
"""What is compared: the suite, its peers one after the other, and by how much it should be faster."""
EQUAL = (
    ("fid", "suite, kernel, n=400", "sqrtm, kernel, n=400"),
    ("fid", "suite, kernel, n=5000", "sqrtm, kernel, n=5000"),
    ("fid", "suite, fid, pil-bicubic", "clean-fid, fid"),
    ("kid", "suite, fid, pil-bicubic", "clean-fid, kid"),
    ("fid", "suite, fid, tf1", "torch-fidelity, fid"),
    ("kid", "suite, all five, tf1", "torch-fidelity, isc+fid+kid"),
    ("inception_score", "suite, all five, tf1", "torch-fidelity, isc+fid+kid"),
    ("clip_similarity", "suite, all five, tf1", "torchmetrics, CLIPScore"),
    ("accuracy", "suite, all five, tf1", "torchmetrics, accuracy"),
)
"""Which numbers should be the same."""
INTRODUCTION = """\
# How fast the suite is beside its peers

Same pictures, same weights, same threads, one process, warm, in turn; medians of {rounds} rounds. The store is empty
each time, and the suite's times include its intervals (a jackknife of 20 blocks for each distance) and the unbiased
distance that stands beside a FID of few pictures. Clean-fid's network is loaded once for all its runs, the suite's and
torch-fidelity's at each. Weights are random, of the published architectures: Inception 2015 and CLIP ViT-B/32.

Measured by `{command}` at n = {n} pictures a folder, {side} × {side} pixels (torch-fidelity takes no mixed sizes), on
{machine}, device {device}, {threads} threads, Python {python}, {packages}.
"""


def report(race: Race, share: Mapping[str, float], *, setting: Mapping[str, object]) -> str:
    """Return the page."""
    speed = [
        [
            what,
            us,
            f"{race.median(us):.2f}",
            " + ".join(them),
            f"{race.median(*them):.2f}",
            f"**{race.median(*them) / race.median(us):.2f}**",
            f"{goal:g}" if goal else "",
        ]
        for what, us, them, goal in COMPARED
        if {us, *them} <= set(race.seconds)
    ]
    equal = [
        [number, us, f"{ours:.9g}", them, f"{theirs:.9g}", f"{abs(ours - theirs) / (abs(theirs) or 1):.1e}"]
        for number, us, them in EQUAL
        if {us, them} <= set(race.numbers)
        for ours, theirs in [(race.numbers[us][number], race.numbers[them][number])]
    ]
    times = [
        [name, f"{race.median(name):.3f}", ", ".join(f"{s:.3f}" for s in sorted(race.seconds[name]))]
        for name in race.seconds
    ]
    return "\n".join(
        [
            INTRODUCTION.format(**setting),
            *table(["", "suite", "s", "peers", "s", "times faster", "goal"], speed),
            "\n## Equal numbers\n",
            *table(["", "suite", "", "peer", "", "relative difference"], equal),
            WHY_NOT_EQUAL,
            "\n## The network's share\n",
            f"Inception alone looks at {share['network']:.1f} prepared pictures a second; from files, with decoding,",
            f"resizing and the store, at {share['pipeline']:.1f}: {share['pipeline'] / share['network']:.0%} of it.",
            *([] if setting["device"] != "cpu" else [UNMEASURED]),
            "\n## All times, in seconds\n",
            *table(["", "median", "all"], times),
            "",
        ]
    )


def table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def fill(page: Path, name: str, lines: Sequence[str]) -> None:
    """Write lines between the two marks of a table. Raises ``ClickException`` where the page has none."""
    marks = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    text = page.read_text(encoding="utf-8")
    if not marks.search(text):
        raise click.ClickException(f"{page} has no marks for {name}")
    page.write_text(marks.sub(lambda found: found[1] + "\n".join(lines) + found[2], text), encoding="utf-8")
