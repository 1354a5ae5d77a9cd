"""Numbers and names in words: the same spelling in every table, caption and sentence of a report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evalsuite.reporting.lookup import card_of, headline_metric, measured, measured_chance

if TYPE_CHECKING:
    from evalsuite.measurement import Estimate
    from evalsuite.model import ModelCard
    from evalsuite.record import RunRecord

UNDEFINED = "–"
SPELLINGS = {"fid": "FID", "kid": "KID", "clip": "CLIP", "audioclip": "AudioCLIP", "clap": "CLAP", "f1": "F1"}
THIN_SPACE = "\u202f"


def metric_title(name: str) -> str:
    """Return a metric's name for a heading.

    >>> metric_title("clip_similarity")
    'CLIP similarity'
    """
    title = " ".join(SPELLINGS.get(word, word) for word in name.split("_"))
    return title[:1].upper() + title[1:]


def number(value: float, *, unit: str) -> str:
    """Return a value to four digits at most, a proportion in per cent, an undefined one as a dash.

    >>> number(0.5, unit="cosine")
    '0.500'
    """
    if not math.isfinite(value):
        return UNDEFINED
    if unit == "proportion":
        return f"{100 * value:.1f}{THIN_SPACE}%"
    places = next((places for bound, places in ((1, 3), (10, 2), (1000, 1)) if abs(value) < bound), 0)
    return f"{value:.{places}f}".replace("-", "−")


def interval(estimate: Estimate, *, unit: str) -> str:
    """Return the interval of an estimate as «low to high» for brackets; empty where it is not defined."""
    if not (math.isfinite(estimate.low) and math.isfinite(estimate.high)):
        return ""
    low, high = (number(end, unit=unit).removesuffix(f"{THIN_SPACE}%") for end in (estimate.low, estimate.high))
    return f"{low}–{high}" if estimate.low >= 0 else f"{low} to {high}"


def privilege(card: ModelCard) -> str:
    """Return what a reference may see that a system may not, as a relative clause; empty where nothing."""
    if "picture" in card.sees:
        return "which shows the real picture"
    if "label" in card.sees:
        return "which is told the label"
    return "" if "audio" in card.sees else "which hears nothing"


def verdict(record: RunRecord) -> list[str]:
    """Return what the run found, in sentences: every system first, then what its numbers must be held against."""
    metric = headline_metric(record)
    systems = [card for card in record.models if card.role == "system"] or list(record.models[:1])
    sentences = [sentence for card in systems if metric and (sentence := _finding(record, card.name, metric))]
    if metric is None or not sentences:
        return ["Nothing has been measured yet."]
    references = [card.name for card in record.models if card not in systems]
    yardsticks = [chance] if (chance := _chance(record, metric)) else []
    yardsticks += [yardstick for name in references if (yardstick := _yardstick(record, name, metric))]
    comparison = "For comparison: " + "; ".join(yardsticks) + "."
    return sentences + ([comparison] if yardsticks else [])


def cautions(record: RunRecord) -> list[str]:
    """Return what a reader must know before believing the numbers: what the record implies, then its notes."""
    dataset = record.dataset
    synthetic = ", synthetic data" if dataset.card.synthetic else ""
    found = {
        "This run has not ended: numbers may be missing.": record.status == "running",
        f"Profile “{record.profile.name}”{synthetic}: these numbers compare systems with one another. They are not"
        " comparable with those in papers.": record.profile.name == "mini" or dataset.card.synthetic,
    }
    return [sentence for sentence, holds in found.items() if holds] + list(record.notes)


def _finding(record: RunRecord, model: str, metric: str) -> str | None:
    measurement = measured(record).get((model, metric, "all"))
    if measurement is None:
        return None
    value = number(measurement.estimate.value, unit=measurement.unit)
    ends = interval(measurement.estimate, unit=measurement.unit)
    bracket = f" [{ends}]" if ends else ""
    if metric == "accuracy":
        return f"{model} draws the right class for {value} of sounds{bracket}."
    return f"{model} reaches a {metric_title(metric)} of {value}{bracket}."


def _chance(record: RunRecord, metric: str) -> str | None:
    known = measured_chance(record, metric)
    return None if known is None else f"blind guessing {number(known[0], unit=known[1])}"


def _yardstick(record: RunRecord, model: str, metric: str) -> str | None:
    measurement = measured(record).get((model, metric, "all"))
    if measurement is None:
        return None
    clause = privilege(card_of(record, model))
    value = number(measurement.estimate.value, unit=measurement.unit)
    return f"{model}, {clause}, {value}" if clause else f"{model} {value}"
