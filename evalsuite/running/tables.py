"""Tables that users give: CSV with a header, every mistake told with its line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from evalsuite.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Row = tuple[int, dict[str, str]]
"""The line in the file, and the fields by column, without blanks around them."""


def read_table(file: Path, *, columns: Sequence[str], hints: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Yield the rows of a CSV file in UTF-8. A byte order mark, either kind of line end and more columns are fine.

    Raises ``UserError`` where one of ``columns`` is missing, in the header (``hints`` says by column what may help)
    or in a row, and where a row has more values than there are columns.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            _check_header(reader.fieldnames or (), columns, hints=hints or {}, file=file)
            for fields in reader:
                yield reader.line_num, _checked(fields, columns, file=file, line=reader.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"not a csv table in UTF-8: {error}", file=file) from error


def _check_header(header: Sequence[str], columns: Sequence[str], *, hints: Mapping[str, str], file: Path) -> None:
    for column in columns:
        if column not in header:
            hint = did_you_mean(column, header) + hints.get(column, "")
            raise UserError(f"the column {column!r} is missing{hint}", file=file, line=1)
        if header.count(column) > 1:
            raise UserError(f"{header.count(column)} columns are called {column!r}: keep one", file=file, line=1)


def _checked(
    fields: Mapping[str | None, str | None], columns: Sequence[str], *, file: Path, line: int
) -> dict[str, str]:
    """Return one row. What has no column of its own is under ``None``."""
    if None in fields:
        raise UserError("more values than columns: quote what holds a comma", file=file, line=line)
    row = {column: (text or "").strip() for column, text in fields.items() if column is not None}
    for column in columns:
        if not row[column]:
            raise UserError(f"nothing in the column {column!r}", file=file, line=line)
    return row
