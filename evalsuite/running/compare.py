"""Comparison: which models can be told apart, from what each scored on the same clips."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from evalsuite.record import Comparison
from evalsuite.stats import (
    block_difference,
    holm,
    paired_difference,
    permutation_p_value,
    standardised_difference,
    t_p_value,
    won_and_lost,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.stats.intervals import Sources, Values

LEADING = "accuracy"
"""The metric that is compared where it was measured; else the first that has a value for every clip."""
HELD_AGAINST = ("floor", "yardstick")
"""The references that a system is compared with. That it lies below a ceiling is no finding."""
CLIP_KEY = ["clip_id", "source"]
"""Columns of the per-clip table that name a clip and the recording it was cut from."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What one model scored by one metric."""

    name: str
    """The model's name, as it is told."""
    measurement: Measurement
    """The metric's value over all clips."""
    clips: pd.DataFrame
    """The model's rows of the per-clip table, by :data:`CLIP_KEY`."""


def compare(
    cards: Sequence[ModelCard], measurements: Sequence[Measurement], *, rows: Sequence[Mapping[str, Any]]
) -> tuple[Comparison, ...]:
    """Return every system of a run against every floor and yardstick and every two systems against each other.

    ``rows`` are those of the per-clip table, which hold one value of each model for every clip. One metric is compared;
    without any per-clip value there is nothing to compare.
    """
    import pandas as pd

    leading = leading_metric(measurements)
    if leading is None:
        return ()
    told = {m.model: m for m in measurements if m.metric == leading and m.passport.subset == "all"}
    clips = {str(name): own.set_index(CLIP_KEY) for name, own in pd.DataFrame(rows).groupby("model")}
    scored = {name: Scored(name=name, measurement=told[name], clips=clips[name]) for name in clips}
    return compared((scored[model.name], scored[other.name]) for model, other in pairs(cards))


def leading_metric(measurements: Iterable[Measurement]) -> str | None:
    """Return the name of the metric to compare, ``None`` where no metric has per-clip values."""
    told = [measurement.metric for measurement in measurements if measurement.per_clip]
    return min(told, key=lambda metric: metric != LEADING, default=None)


def pairs(cards: Sequence[ModelCard]) -> list[tuple[ModelCard, ModelCard]]:
    """Return which models of a run are compared with which."""
    systems = [card for card in cards if card.role == "system"]
    held_against = [card for card in cards if card.bound in HELD_AGAINST]
    return [*product(systems, held_against), *combinations(systems, 2)]


def compared(scored: Iterable[tuple[Scored, Scored]]) -> tuple[Comparison, ...]:
    """Return how the two of each pair differ: all are one family of tests, whose p-values are adjusted together.

    A pair is left out where neither its clips nor its blocks of recordings tell how sure the difference is.
    """
    return family(comparison for pair in scored if (comparison := _comparison(*pair)))


def family(comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """Return the comparisons with their p-values adjusted together, as one family of tests."""
    import numpy as np

    found = list(comparisons)
    adjusted = holm(np.array([comparison.p_value for comparison in found]))
    return tuple(
        comparison.model_copy(update={"p_adjusted": float(p_adjusted)})
        for comparison, p_adjusted in zip(found, adjusted, strict=True)
    )


def _comparison(model: Scored, other: Scored) -> Comparison | None:
    """Return how the two differ, the p-value not yet adjusted; ``None`` where that cannot be told."""
    clips, found = _paired(model, other), _by_block(model, other)
    if clips is not None:
        found = found or _by_clip(*clips)
        found["won_and_lost"] = won_and_lost(*clips[:2], higher_is_better=model.measurement.higher_is_better)
    if found is None:
        return None
    return Comparison(
        metric=model.measurement.metric,
        model=model.name,
        other=other.name,
        higher_is_better=model.measurement.higher_is_better,
        unit=model.measurement.unit,
        p_adjusted=found["p_value"],
        **found,
    )


def _paired(model: Scored, other: Scored) -> tuple[Values, Values, Sources] | None:
    """Return both values of the clips that both have one for, and their recordings; ``None`` where none have."""
    import pandas as pd

    column = model.measurement.per_clip
    if column is None:
        return None
    both = pd.concat([model.clips[column], other.clips[column]], axis=1, join="inner").dropna().sort_index()
    if both.empty:
        return None
    a, b = both.to_numpy(dtype=float).T
    return a, b, both.index.get_level_values("source").to_numpy(dtype=str)


def _by_clip(a: Values, b: Values, sources: Sources) -> dict[str, Any]:
    """Return what the values of single clips tell of the difference."""
    return {
        "estimate": paired_difference(a, b, sources=sources),
        "p_value": permutation_p_value(a, b, sources=sources),
        "n": len(a),
        "values": (float(a.mean()), float(b.mean())),
        "effect_size": standardised_difference(a, b, sources=sources),
    }


def _by_block(model: Scored, other: Scored) -> dict[str, Any] | None:
    """Return what leaving the same blocks of recordings out of both tells of the difference.

    This goes before what the clips tell, where a metric has both: its value for a clip depends on the other clips then.
    ``None`` where the two hold no replicates, and where nothing varies, so that no test can tell them apart.
    """
    ours, theirs = model.measurement.estimate, other.measurement.estimate
    if not (ours.replicates and theirs.replicates):
        return None
    sources = model.clips.index.get_level_values("source").to_numpy(dtype=str)
    difference = block_difference(ours, theirs, sources=sources)
    if math.isnan(difference.standard_error) and difference.value:
        return None
    return {
        "estimate": difference,
        "p_value": t_p_value(difference),
        "n": len(sources),
        "values": (ours.value, theirs.value),
    }
