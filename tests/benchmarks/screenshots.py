"""The pictures of a report in the documentation: its first screen in light, in dark and on a phone.

`PYTHONPATH=tests python -m benchmarks.screenshots runs/esc50_zeroshot-…/report.html docs/images` makes them anew.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
from chromium import CHROMIUM
from PIL import Image

COLOURS = 128
"""What is kept of a screenshot, text on flat grounds: a tenth of the bytes, and no eye sees it."""
NARROWEST = 500
"""Chromium opens no narrower window, so that a phone's page is a frame in one."""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A screen and what is shown on it."""

    name: str
    width: int
    height: int
    scale: float = 1.5
    dark: bool = False


SCREENS = (
    Screen(name="report", width=1280, height=800),
    Screen(name="report_dark", width=1280, height=800, dark=True),
    Screen(name="report_phone", width=390, height=1100),
)


@click.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(report: Path, folder: Path) -> None:
    """Photograph REPORT into FOLDER."""
    if CHROMIUM is None:
        raise click.ClickException("no Chromium on this machine: apt install chromium")
    for screen in SCREENS:
        file = folder / f"{screen.name}.png"
        photograph(report.resolve(), screen, file)
        click.echo(f"{file} {file.stat().st_size / 1000:.0f} kB")


def photograph(page: Path, screen: Screen, file: Path) -> None:
    """Write what a screen shows of a page as a PNG with a palette."""
    with tempfile.TemporaryDirectory() as folder:
        frame, shot = Path(folder) / "frame.html", Path(folder) / "shot.png"
        style = f"width:{screen.width}px;height:{screen.height}px;border:0"
        frame.write_text(f'<body style="margin:0"><iframe src="{page.as_uri()}" style="{style}"></iframe>')
        options = (
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"),
            f"--window-size={max(screen.width, NARROWEST)},{screen.height}",
            f"--force-device-scale-factor={screen.scale}",
            f"--blink-settings=preferredColorScheme={0 if screen.dark else 1}",
            f"--screenshot={shot}",
        )
        subprocess.run([str(CHROMIUM), *options, frame.as_uri()], check=True, capture_output=True, timeout=120)
        size = round(screen.width * screen.scale), round(screen.height * screen.scale)
        shown = Image.open(shot).convert("RGB").crop((0, 0, *size))
    shown.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
