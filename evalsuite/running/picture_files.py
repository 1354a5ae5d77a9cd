"""Pictures made elsewhere: which file belongs to which clip, by the file's name or by a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file
from evalsuite.running.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
"""Endings of the files that are looked at, in any case; a table may name others."""
SOUNDS = (".wav", ".ogg", ".flac", ".mp3", ".opus", ".m4a")
"""Endings that a picture's name may have kept from its sound («1-100032-A-0.wav.png»)."""


@dataclass(frozen=True, kw_only=True)
class PictureFolder:
    """Where pictures made elsewhere lie, and how they are to be scored."""

    folder: Path
    """Holds the pictures, in sub-folders or not."""
    name: str
    """What the report calls the system that made them."""
    table: Path | None = None
    """A CSV with a header that says which picture belongs to which clip; without it the files' names say so."""
    clip_column: str = "clip"
    """The table's column of clip ids, with or without the sound file's ending."""
    picture_column: str = "picture"
    """The table's column of picture files, relative to the folder."""
    alone: bool = False
    """Leave the protocol's systems out. Its references stay."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A picture, and the names of the clip that it may belong to."""

    file: str
    """Relative to the folder, with forward slashes."""
    names: tuple[str, ...] = ()
    """The first that names a clip decides."""
    line: int | None = None
    """The line of the table that says so, if one does."""


def match(source: PictureFolder, clip_ids: Sequence[str]) -> tuple[dict[str, Claim], list[Claim]]:
    """Return the picture of each clip that has one, and the pictures that belong to none of ``clip_ids``.

    Raises ``UserError`` where two pictures claim a clip, a row of the table is at fault, or nothing matches.
    """
    known = _names(clip_ids)
    owned: dict[str, Claim] = {}
    extra: list[Claim] = []
    claims = _claims(source)
    for claim in claims:
        clip = next((known[bare] for bare in map(_bare, claim.names) if bare in known), None)
        if clip is None:
            extra.append(claim)
        elif owned.setdefault(clip, claim).file != claim.file:
            raise _two_pictures(source, clip, owned[clip], claim)
    if not owned:
        raise _no_match(source, clip_ids, claims)
    return owned, extra


def _names(clip_ids: Sequence[str]) -> dict[str, str]:
    """Return clip ids by their bare names. Clips that differ in the ending alone cannot be told apart by one."""
    count = Counter(_bare(clip) for clip in clip_ids)
    return {_bare(clip): clip for clip in clip_ids if count[_bare(clip)] == 1}


def _bare(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.suffix.lower() in SOUNDS else name


def _claims(source: PictureFolder) -> list[Claim]:
    """Return a claim for each picture; with a table, first its rows, then the files that it does not name."""
    if not source.folder.is_dir():
        raise UserError("no such folder; it should hold the pictures to score", file=source.folder)
    files = picture_paths(source.folder)
    if source.table is None:
        return [Claim(file=file.as_posix(), names=(file.with_suffix("").as_posix(), file.stem)) for file in files]
    rows = list(_rows(source, source.table))
    named = {Path(claim.file) for claim in rows}
    return [*rows, *(Claim(file=file.as_posix()) for file in files if file not in named)]


def picture_paths(folder: Path) -> list[Path]:
    """Return the files below ``folder`` that end as pictures do, sorted and relative to it."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES and path.is_file())
    return [path.relative_to(folder) for path in paths]


def picture_digest(path: Path) -> str:
    """Return the SHA-256 of a picture file. Raises ``UserError`` where it cannot be opened."""
    try:
        return sha256_file(path)
    except OSError as error:
        raise UserError(f"this picture cannot be opened: {error.strerror}", file=path) from error


def _rows(source: PictureFolder, table: Path) -> Iterator[Claim]:
    """Yield the claims of the table."""
    clip, picture = source.clip_column, source.picture_column
    hints = {clip: "; --clip-column names another", picture: "; --picture-column names another"}
    for line, row in read_table(table, columns=(clip, picture), hints=hints):
        if not (source.folder / row[picture]).is_file():
            raise UserError(f"there is no picture {row[picture]!r} in {source.folder}", file=table, line=line)
        yield Claim(file=row[picture], names=(row[clip],), line=line)


def _two_pictures(source: PictureFolder, clip: str, first: Claim, second: Claim) -> UserError:
    both = f"clip {clip!r} has two pictures, {first.file!r} and {second.file!r}"
    if second.line is None:
        return UserError(f"{both}: keep one, or say by --csv which counts", file=source.folder)
    return UserError(f"{both} (line {first.line}): keep one row", file=source.table, line=second.line)


def _no_match(source: PictureFolder, clip_ids: Sequence[str], claims: Sequence[Claim]) -> UserError:
    if not claims:
        return UserError(f"no picture is there ({', '.join(PICTURES)})", file=source.folder)
    found = next((claim.names[0] for claim in claims if claim.line), claims[0].file)
    return UserError(
        f"nothing belongs to a clip of the protocol: found {found!r}, but clips have ids like {clip_ids[0]!r};"
        " name pictures after their clips, or give a table by --csv",
        file=source.folder if source.table is None else source.table,
    )
