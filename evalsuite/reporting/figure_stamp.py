"""The stamp of a figure: what it shows, and a hash of what is plotted, among the metadata of its file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = {"run": "protocol", "calibration": "profile"}
"""What a figure can show, and which of its files decides what was measured."""


@dataclass(frozen=True, kw_only=True)
class FigureStamp:
    """Where a figure comes from."""

    figure: str
    """What is plotted: the name that its file was given («curve_apparent_size»)."""
    kind: str
    """One of :data:`CONTENT`."""
    name: str
    """Id of the run, or the calibrated profile."""
    content_sha256: str
    """Hash of the content of the run's protocol, or of the profile."""
    values_sha256: str
    """Hash of the plotted values."""

    PATTERN: ClassVar = re.compile(
        r"evalsuite figure (?P<figure>\S+), (?P<kind>run|calibration) (?P<name>\S+),"
        r" (?:protocol|profile) sha256 (?P<content_sha256>[0-9a-f]{64}), values sha256 (?P<values_sha256>[0-9a-f]{64})"
    )

    def __str__(self) -> str:
        """Return the stamp in a line of ASCII. Names are quoted as in a URL, so that no format need escape any sign."""
        return (
            f"evalsuite figure {quote(self.figure, safe='')}, {self.kind} {quote(self.name, safe='')},"
            f" {CONTENT[self.kind]} sha256 {self.content_sha256}, values sha256 {self.values_sha256}"
        )


def read_stamp(file: Path) -> FigureStamp | None:
    """Return the stamp of a figure's file, ``None`` where it has none.

    PDF, SVG and PNG, as the suite writes them, hold their metadata uncompressed. What another program has made of them
    may not, and has no stamp then. Raises ``OSError`` where the file cannot be read.
    """
    found = FigureStamp.PATTERN.search(file.read_bytes().decode("latin-1"))
    return FigureStamp(**{key: unquote(text) for key, text in found.groupdict().items()}) if found else None


def digits(number: float) -> str:
    """Return a plotted value with as many digits as another machine gives again."""
    return f"{number:.9g}"
