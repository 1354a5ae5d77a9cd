"""Words for sweeps: what its metrics are called, doses with their units, changes with their margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.questions import TRENDS
from evalsuite.reporting.words import difference, metric_name, probability

if TYPE_CHECKING:
    from evalsuite.control_record import ResponseStamp, SweepStamp

POINTS = "percentage points"
LISTENING = "audio_variance_share"
"""What leads where nothing is done to the sounds: how much they matter beside the seed."""
CLAIMED = ("rising", "falling")
"""What a response to a sweep must be expected to do for its trends to have a better side."""
FEWEST = 3
"""Two doses have a difference, no trend: as in ``evalsuite.metrics.control.trends``, which no report may import."""


def headline(sweep: SweepStamp) -> str:
    """Return the metric that says most of a sweep: the foremost trend, what a grid shows, else whether it matters."""
    name = sweep.responses[0].name if sweep.responses else ""
    if sweep.pairs == "grid":
        return name
    return f"{name}_spearman" if has_trends(sweep) else LISTENING


def told_apart(sweep: SweepStamp) -> frozenset[str]:
    """Return the metrics of a sweep that stand in its own part of a report, or nowhere: all but the foremost trends.

    A mean over all doses says nothing where there are trends.
    """
    every = {name for response in sweep.responses for name in (*_trends(response), *_means(response))}
    kept = _kept(sweep, sweep.responses[0]) if sweep.responses else ()
    return frozenset(every - set(kept))


def metrics_of(sweep: SweepStamp, response: ResponseStamp) -> tuple[str, ...]:
    """Return the metrics of a response that its own table holds: none for the foremost, which the first table tells."""
    return () if response == sweep.responses[0] else _kept(sweep, response)


def claims_direction(sweep: SweepStamp | None, metric: str) -> bool:
    """Return whether either side of a metric is better: of a response to a sweep only where one is expected."""
    if sweep is None:
        return True
    for response in sweep.responses:
        if metric in _trends(response):
            return response.expects in CLAIMED
        if metric == response.name:
            return sweep.pairs == "grid"
    return True


def has_trends(sweep: SweepStamp) -> bool:
    """Return whether there are doses enough for a trend."""
    return len(sweep.doses) >= FEWEST


def dose(value: float, *, unit: str) -> str:
    """Return a dose with its unit, a proportion in per cent.

    >>> dose(-30, unit="LUFS"), dose(0.25, unit="proportion"), dose(3, unit="")
    ('−30 LUFS', '25 %', '3')
    """
    exact = round(value, 9)  # what was measured as 1e-16 is 0
    shown, sign = (f"{100 * exact:.3g}", "%") if unit == "proportion" else (f"{exact:.4g}", unit)
    return f"{shown.replace('-', '−')} {sign}".rstrip()


def axis_label(name: str, *, unit: str) -> str:
    """Return what an axis shows («loudness (LUFS)»); a proportion's is in per cent."""
    shown = "%" if unit == "proportion" else unit
    return f"{metric_name(name)} ({shown})" if shown else metric_name(name)


def scale(unit: str) -> float:
    """Return what the values of a unit are multiplied by on an axis."""
    return 100.0 if unit == "proportion" else 1.0


def subjects(sweep: SweepStamp) -> str:
    """Return how many of what went through a sweep («50 clips»)."""
    if sweep.pairs == "grid":
        return f"{sweep.subjects} pairs and single clips"
    return f"{sweep.subjects} clips" if sweep.sounds == 1 else f"{sweep.subjects} pairs of clips"


def margin(response: ResponseStamp) -> str:
    """Return the margin of a response («±2.0 percentage points»); empty where it has none."""
    if response.margin is None:
        return ""
    size = difference(response.margin, unit=response.unit).lstrip("+")
    return f"±{size} {POINTS}" if response.unit == "proportion" else f"±{size}"


def p_clause(p: float) -> str:
    """Return a p-value for a sentence.

    >>> p_clause(0.0001), p_clause(0.04)
    ('p < 0.001', 'p = 0.040')
    """
    told = probability(p)
    return f"p {told}" if told.startswith("<") else f"p = {told}"


def _kept(sweep: SweepStamp, response: ResponseStamp) -> tuple[str, ...]:
    return _trends(response) if has_trends(sweep) else _means(response)


def _trends(response: ResponseStamp) -> tuple[str, ...]:
    return tuple(f"{response.name}_{trend}" for trend in TRENDS)


def _means(response: ResponseStamp) -> tuple[str, ...]:
    """Return the metrics that are means over all pictures, those of one sound alone among them."""
    return response.name, f"{response.name}_alone"
