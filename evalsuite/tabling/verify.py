"""Whether the tables and figures of a paper still say what its runs do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.tabling.build import build_table
from evalsuite.tabling.entries import open_by_protocol
from evalsuite.tabling.escaping import plain
from evalsuite.tabling.figures import verify_figures
from evalsuite.tabling.latex import latex
from evalsuite.tabling.matching import Mismatch, compare_rows
from evalsuite.tabling.reading import read_table, without_comments
from evalsuite.tabling.recompute import from_clips, is_per_clip
from evalsuite.tabling.stamp import find_stamps
from evalsuite.tabling.stored import stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evalsuite.tabling.figures import VerifiedFigure
    from evalsuite.tabling.model import Table
    from evalsuite.tabling.reading import TexRow
    from evalsuite.tabling.stamp import FoundStamp

FIELDS = {
    "protocol": "protocol",
    "version": "version of the protocol",
    "protocol_sha256": "protocol’s content",
    "profile": "profile",
    "profile_sha256": "profile’s content",
    "seed": "seed",
}
"""In what a stored run may differ from the one that a table was made of."""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was found of one table."""

    file: Path
    line: int
    """Where its comments begin, from 1."""
    layout: str
    """The layout's name."""
    from_clips: dict[str, int]
    """How many cells were computed from the stored values of clips, by column."""
    from_record: dict[str, int]
    """How many cells were taken from the record, since the stored clips do not say them, by column."""
    mismatches: tuple[Mismatch, ...]


def verify_paper(file: Path, *, runs: Sequence[Path]) -> list[Verified | VerifiedFigure]:
    """Hold what the suite made for a LaTeX file against its runs; ``runs`` are folders of runs, or runs.

    Tables are derived anew and come first; of figures the plotted values are looked at. Raises ``UserError`` where the
    file holds neither, and where one of them or a stored run cannot be read.
    """
    text = _text(file)
    tables, figures = _verify_tables(file, text, runs=runs), verify_figures(file, text, runs=runs)
    if not tables and not any(figure.drawn_from for figure in figures):
        hint = "keep the comments that «evalsuite table» writes"
        raise UserError(f"no table of the suite is here, nor a figure: {hint}", file=file)
    return [*tables, *figures]


def _verify_tables(file: Path, text: str, *, runs: Sequence[Path]) -> list[Verified]:
    stamps = list(find_stamps(text.split("\n"), file=file))
    ends = [*(stamp.line for stamp in stamps), text.count("\n") + 2][1:]
    told = without_comments(text)
    return [_verified(file, told, found, before=end, runs=runs) for found, end in zip(stamps, ends, strict=True)]


def _verified(file: Path, text: str, found: FoundStamp, *, before: int, runs: Sequence[Path]) -> Verified:
    rows = read_table(text, after=found.line, before=before, file=file)
    paths = {run.id: stored(run.id, runs) for run in found.stamp.runs}
    gone = [run for run, path in paths.items() if path is None]
    mismatches = [Mismatch(line=found.line, says="", should=f"the run {run} is not stored") for run in gone]
    fresh = None if gone else _fresh(found, [path for path in paths.values() if path])
    if fresh:
        ours = _read_again(fresh, file)
        mismatches += _stale(found, fresh)
        mismatches += compare_rows(rows, ours, fresh, renamed=found.renamed)
        mismatches += _missing_notes(found, fresh, text)
    return Verified(
        file=file,
        line=found.line,
        layout=found.stamp.layout.name,
        from_clips=_count(fresh, clips=True),
        from_record=_count(fresh, clips=False),
        mismatches=tuple(mismatches),
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot be read as UTF-8 text: {error}", file=file) from error


def _fresh(found: FoundStamp, paths: Sequence[Path]) -> Table:
    return build_table(found.stamp.layout, open_by_protocol(paths, read=from_clips))


def _read_again(fresh: Table, file: Path) -> list[TexRow]:
    tex = without_comments(latex(fresh))
    return read_table(tex, after=1, before=tex.count("\n") + 2, file=file)


def _stale(found: FoundStamp, fresh: Table) -> Iterator[Mismatch]:
    """Yield in what the stored runs are others than those that the table was made of."""
    for then, now in zip(found.stamp.runs, fresh.stamp.runs, strict=True):
        for field, meaning in FIELDS.items():
            was, is_now = getattr(then, field), getattr(now, field)
            if was != is_now:
                told = f"the stored run {then.id} differs in the {meaning}: {is_now}"
                yield Mismatch(line=found.line, says=f"{was}", should=told)
    known = {" ".join(passport.split()) for passport in fresh.stamp.passports}
    for passport in found.stamp.passports:
        if passport not in known:
            yield Mismatch(line=found.line, says=passport, should="no stored number has this passport any more")


def _missing_notes(found: FoundStamp, fresh: Table, text: str) -> Iterator[Mismatch]:
    """Yield the notes that stand nowhere in the paper: numbers that are not comparable must say so."""
    said = "".join(plain(text).split())
    for note in fresh.notes:
        if "".join(note.split()) not in said:
            yield Mismatch(line=found.line, says="", should=f"a note is missing: {note}")


def _count(fresh: Table | None, *, clips: bool) -> dict[str, int]:
    """Return how many numbers each column has that come from clips, or that do not."""
    counts: Counter[str] = Counter()
    for section in fresh.sections if fresh else ():
        for row in section.rows:
            for head, cell in zip(fresh.heads if fresh else (), row.cells, strict=True):
                counts[head.key] += cell.measurement is not None and is_per_clip(cell.measurement) == clips
    return {key: count for key, count in counts.items() if count}
