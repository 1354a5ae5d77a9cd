"""One figure for a paper: how it looks, how large it is, and how it becomes a file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalsuite.reporting.figure_stamp import FigureStamp

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from evalsuite.record import RunRecord

COLUMN_INCHES = 3.3
"""A column of a page."""
PAGE_INCHES = 6.9
"""Both of them."""
POINTS = 8
LOOK: dict[Any, Any] = {
    "font.size": POINTS,
    "axes.labelsize": POINTS,
    "axes.titlesize": POINTS,
    "legend.fontsize": POINTS,
    "xtick.labelsize": POINTS,
    "ytick.labelsize": POINTS,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "evalsuite",
    "text.parse_math": False,
}
"""Text stays text, and a model's name is no formula."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A figure."""

    stem: str
    """The name of its files without their endings."""
    figure: Figure
    caption: str

    def saved(self, ending: str, record: RunRecord, *, values_sha256: str) -> bytes:
        """Return the «pdf» or «svg» file, with caption, versions and :class:`FigureStamp` among its metadata.

        No date goes into it, so that it can be made again.
        """
        import matplotlib as mpl

        stamp = FigureStamp(
            figure=self.stem,
            kind="run",
            name=record.run_id,
            content_sha256=record.protocol.sha256,
            values_sha256=values_sha256,
        )
        drawn_by, keywords = f"Matplotlib {mpl.__version__}", str(stamp)
        pdf = {"Subject": self.caption, "Keywords": keywords, "Producer": drawn_by, "CreationDate": None}
        svg = {"Description": self.caption, "Keywords": [keywords], "Contributor": drawn_by, "Date": None}
        maker = f"evalsuite {record.environment.evalsuite}"
        metadata: dict[str, Any] = {"Title": self.stem, "Creator": maker, **(pdf if ending == "pdf" else svg)}
        stream = io.BytesIO()
        self.figure.savefig(stream, format=ending, facecolor="white", metadata=metadata)
        return stream.getvalue()
