"""How long a sweep of seven doses takes, for every transform; docs/transforms.md has the medians."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from transform_sounds import SWEEPS, hiss, sweep, tone

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("name", SWEEPS)
def test_seven_doses_of_five_seconds(benchmark: BenchmarkFixture, name: str, rate: int):
    """The first round simulates the rooms, and is left out."""
    sounds = hiss(seconds=5, rate=rate), tone(seconds=5, rate=rate)
    found = benchmark.pedantic(sweep, args=(name, *sounds), rounds=9, warmup_rounds=1)
    assert len(found) == len(SWEEPS[name])
