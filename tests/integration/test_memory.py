"""Memory does not grow with the number of pictures: features go to disk, and metrics read them a piece at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from peak_memory import MB, draw, measure

if TYPE_CHECKING:
    from pathlib import Path

ALLOWANCE = 32 * MB
"""What 10,000 more pictures may cost: their names, hashes and sources, and a few numbers for each."""


def test_five_times_the_pictures_take_no_more_memory(tmp_path: Path):
    # 8,000 rows of 2,048 are 64 MB in float32, and twice that in float64.
    few, many = (
        measure(tmp_path, str(draw(tmp_path / str(n), n)), "--metrics", "accuracy,clip_similarity,inception_score")
        for n in (2_000, 10_000)
    )
    assert set(many.values) == {"accuracy", "clip_similarity", "inception_score"}
    assert many.peak - few.peak < ALLOWANCE, (few.peak / MB, many.peak / MB)


@pytest.mark.slow
def test_all_five_metrics_of_many_pictures_take_no_more_memory(tmp_path: Path):
    reference = str(draw(tmp_path / "reference", 3_000))
    few, many = (measure(tmp_path, str(draw(tmp_path / str(n), n)), "--reference", reference) for n in (3_000, 20_000))
    assert {"fid", "kid", "inception_score", "accuracy", "clip_similarity"} <= set(many.values)
    assert many.peak - few.peak < 2 * ALLOWANCE, (few.peak / MB, many.peak / MB)
