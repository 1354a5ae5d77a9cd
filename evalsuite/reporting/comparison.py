"""The page that compares several runs: one HTML file that asks nothing of the network and needs no script to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.files import write_atomically
from evalsuite.reporting.comparison_duels import duel_pages
from evalsuite.reporting.comparison_provenance import comparison_provenance
from evalsuite.reporting.comparison_tables import headline_differences, other_differences, runs_table
from evalsuite.reporting.comparison_words import comparison_caveats, comparison_verdict, differing_fields
from evalsuite.reporting.html import templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evalsuite.comparison_record import RunsCompared
    from evalsuite.reporting.media_encoding import Media

TEMPLATE = "comparison.html.j2"


def write_comparison(found: RunsCompared, media: Sequence[Media], file: Path) -> Path:
    """Write the page to ``file``, atomically, and return its path; ``media`` are those of the runs, in their order."""
    write_atomically(file, render(found, media).encode())
    return file


def render(found: RunsCompared, media: Sequence[Media]) -> str:
    """Return the page as HTML."""
    template = templates().get_template(TEMPLATE)
    return template.render(
        record=found.runs[0].record,
        found=found,
        verdict=comparison_verdict(found),
        caveats=comparison_caveats(found),
        table=runs_table(found),
        headline=headline_differences(found),
        others=other_differences(found),
        unlike=differing_fields(found),
        duels=duel_pages(found, media),
        provenance=comparison_provenance([run.record for run in found.runs]),
    )
