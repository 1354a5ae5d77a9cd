"""Comparison: which models of a run can be told apart, from what each scored on the same clips."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from evalsuite.record import Comparison
from evalsuite.stats import holm, paired_difference, permutation_p_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.stats.intervals import Sources, Values

LEADING = "accuracy"
"""The metric that is compared where it was measured; else the first that has a value for every clip."""
HELD_AGAINST = ("floor", "yardstick")
"""The references that a system is compared with. That it lies below a ceiling is no finding."""


def compare(
    cards: Sequence[ModelCard], measurements: Sequence[Measurement], *, rows: Sequence[Mapping[str, Any]]
) -> tuple[Comparison, ...]:
    """Return every system against every floor and yardstick and every two systems against each other.

    ``rows`` are those of the per-clip table, which hold one value of each model for every clip. One metric is compared,
    so that all comparisons are one family of tests, whose p-values are adjusted together. A pair without a clip that
    both have a value for is left out, and without any per-clip value there is nothing to compare.
    """
    import numpy as np
    import pandas as pd

    compared = _compared(measurements)
    if compared is None:
        return ()
    clips = pd.DataFrame(rows).set_index(["clip_id", "source"])
    scores = pd.DataFrame({model: own[compared.per_clip] for model, own in clips.groupby("model")})
    shared = {pair: both for pair in _pairs(cards) if len(both := scores[list(pair)].dropna())}
    p_values = np.array([permutation_p_value(*_columns(both), sources=_sources(both)) for both in shared.values()])
    return tuple(
        Comparison(
            metric=compared.metric,
            model=model,
            other=other,
            estimate=paired_difference(*_columns(both), sources=_sources(both)),
            higher_is_better=compared.higher_is_better,
            unit=compared.unit,
            p_value=float(p_value),
            p_adjusted=float(p_adjusted),
            n=len(both),
        )
        for ((model, other), both), p_value, p_adjusted in zip(shared.items(), p_values, holm(p_values), strict=True)
    )


def _compared(measurements: Sequence[Measurement]) -> Measurement | None:
    """Return a measurement by the metric to compare, ``None`` where no metric has per-clip values."""
    told = [measurement for measurement in measurements if measurement.per_clip]
    return min(told, key=lambda measurement: measurement.metric != LEADING, default=None)


def _pairs(cards: Sequence[ModelCard]) -> list[tuple[str, str]]:
    systems = [card.name for card in cards if card.role == "system"]
    held_against = [card.name for card in cards if card.bound in HELD_AGAINST]
    return [*product(systems, held_against), *combinations(systems, 2)]


def _columns(both: pd.DataFrame) -> tuple[Values, Values]:
    """Return the scores of the two models, (n,) each."""
    model, other = both.to_numpy().T
    return model, other


def _sources(both: pd.DataFrame) -> Sources:
    """Return the recording of each clip, (n,)."""
    return both.index.get_level_values("source").to_numpy(dtype=str)
