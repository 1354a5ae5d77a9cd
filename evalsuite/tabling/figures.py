"""Whether the figures of a paper still show what its runs say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from evalsuite.calibration_record import CALIBRATION_FILE, read_calibration
from evalsuite.errors import UserError
from evalsuite.reporting.calibration_figure import values_sha256
from evalsuite.reporting.control_values import value_hashes
from evalsuite.reporting.figure_stamp import CONTENT, read_stamp
from evalsuite.run_folder import load_run
from evalsuite.tabling.matching import Mismatch
from evalsuite.tabling.reading import without_comments
from evalsuite.tabling.stored import stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evalsuite.reporting.figure_stamp import FigureStamp

_INCLUDED = re.compile(r"\\include(?:graphics|svg)\s*\*?(?:\s*\[[^\]]*\])*\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_FOLDERS = re.compile(r"\\(?:graphics|svg)path\s*\{((?:\s*\{[^{}]*\})*\s*)\}")
ENDINGS = ("", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg")
"""What may be missing from a file's name, in the order in which LaTeX looks for it."""


@dataclass(frozen=True, kw_only=True)
class VerifiedFigure:
    """What was found of one figure."""

    file: Path
    line: int
    """Where the paper includes it, from 1."""
    figure: str
    """What the paper calls it."""
    path: Path | None
    """Its file; ``None`` where there is none."""
    drawn_from: str | None
    """The run or the calibration that it shows («run control_volume-63e98d2b»); ``None`` where nothing says so."""
    mismatches: tuple[Mismatch, ...]


def verify_figures(file: Path, text: str, *, runs: Sequence[Path]) -> list[VerifiedFigure]:
    """Hold every figure that a LaTeX file includes against the run that it shows, which lies in ``runs`` or is one.

    ``text`` is the file's. Figures lie beside the file, or in the folders that it names by «graphicspath». Raises
    ``UserError`` where a figure or a stored run cannot be read.
    """
    told = without_comments(text)
    folders = ["", *(folder for listed in _FOLDERS.findall(told) for folder in re.findall(r"\{([^{}]*)\}", listed))]
    return [_verified(file, line, name, folders, runs=runs) for line, name in _included(told)]


def _included(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of every figure. One in the definition of a command has no name yet."""
    for match in _INCLUDED.finditer(text):
        name = re.sub(r'[{}"]', "", match[1]).strip()
        if "#" not in name:
            yield text.count("\n", 0, match.start()) + 1, name


def _verified(file: Path, line: int, name: str, folders: Sequence[str], *, runs: Sequence[Path]) -> VerifiedFigure:
    places = (file.parent / folder.strip() / f"{name}{ending}" for ending, folder in product(ENDINGS, folders))
    path = next((place for place in places if place.is_file()), None)
    stamp = _stamp(path) if path else None
    stale = _stale(stamp, path.parent, runs) if path and stamp else ()
    return VerifiedFigure(
        file=file,
        line=line,
        figure=name,
        path=path,
        drawn_from=f"{stamp.kind} {stamp.name}" if stamp else None,
        mismatches=tuple(Mismatch(line=line, says="", should=told) for told in stale),
    )


def _stamp(path: Path) -> FigureStamp | None:
    try:
        return read_stamp(path)
    except OSError as error:
        raise UserError(f"cannot be read: {error}", file=path) from error


def _stale(stamp: FigureStamp, beside: Path, runs: Sequence[Path]) -> Iterator[str]:
    """Say in what the stored run, or calibration, is another than the one that was drawn."""
    shown = f"{stamp.kind} {stamp.name}"
    record = _of_run(stamp, runs) if stamp.kind == "run" else _of_calibration(stamp, [beside, *runs])
    if record is None:
        yield f"the figure «{stamp.figure}» shows the {shown}, which is not stored"
        return
    content_sha256, plotted = record
    if content_sha256 != stamp.content_sha256:
        yield f"the figure «{stamp.figure}» is stale: the {CONTENT[stamp.kind]} of the stored {shown} has other content"
    if plotted != stamp.values_sha256:
        found = "plots other values" if plotted else "has no such figure any more"
        yield f"the figure «{stamp.figure}» is stale: the stored {shown} {found}"


def _of_run(stamp: FigureStamp, runs: Sequence[Path]) -> tuple[str, str | None] | None:
    """Return the hashes of the stored run's protocol and of what its figure plots; ``None`` where it is not stored."""
    path = stored(stamp.name, runs)
    if path is None:
        return None
    run = load_run(path)
    return run.record.protocol.sha256, value_hashes(run).get(stamp.figure)


def _of_calibration(stamp: FigureStamp, folders: Sequence[Path]) -> tuple[str, str] | None:
    """Return the same of a calibration: the hash of the profile, and of what its figure plots."""
    files = [folder / CALIBRATION_FILE for folder in folders]
    found = (read_calibration(file) for file in files if file.is_file())
    ours = next((record for record in found if record.profile.name == stamp.name), None)
    return (ours.profile.sha256, values_sha256(ours)) if ours else None
