"""How right the pairs are, where a pool's labels tell the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baselines.sonification.pairs import CurvePoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from baselines.sonification.pairing import Pairing
    from baselines.sonification.retrieval import Match

POINTS = 20
"""Thresholds of a curve: equal shares of the pairs lie between them."""
ANY = -1.0
"""The threshold that every cosine reaches."""


def precision(pairing: Pairing, matches: Sequence[Match]) -> float | None:
    """Return the share of the matches whose picture and sound have one label; ``None`` where no label is known."""
    pictures, sounds = pairing.pictures.items, pairing.sounds.items
    labels = [(pictures[match.wish.picture].label, sounds[match.sound].label) for match in matches]
    right = [seen == heard for seen, heard in labels if seen is not None and heard is not None]
    return float(np.mean(right)) if right else None


def precision_curve(pairing: Pairing) -> list[CurvePoint]:
    """Return precision and coverage over thresholds, matching anew at each; empty where the truth is unknown.

    Coverage is the share of all pictures, those that show nothing among them, that get a sound.
    """
    everything = list(pairing.matches(ANY))
    if precision(pairing, everything) is None:
        return []
    similarities = [match.similarity for match in everything]
    thresholds = np.quantile(similarities, np.arange(POINTS) / POINTS).round(3)
    chosen = pairing.settings.similarity_threshold
    return [_point(pairing, float(threshold)) for threshold in np.unique([*thresholds, chosen])]


def _point(pairing: Pairing, threshold: float) -> CurvePoint:
    matches = list(pairing.matches(threshold))
    covered = len({match.wish.picture for match in matches})
    return CurvePoint(
        threshold=threshold,
        precision=precision(pairing, matches),
        coverage=covered / len(pairing.pictures.items),
    )


def save_plot(curve: Sequence[CurvePoint], *, chosen: float, file: Path) -> None:
    """Draw precision against coverage as SVG, with the chosen threshold marked; the same curve gives the same file."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    drawn = [(point.threshold, point.coverage, point.precision) for point in curve if point.precision is not None]
    with mpl.rc_context({"svg.hashsalt": "pairs", "svg.fonttype": "none"}):
        figure = Figure(figsize=(5, 4), layout="constrained")
        axes = figure.subplots()
        axes.plot([coverage for _, coverage, _ in drawn], [right for *_, right in drawn], marker=".")
        for threshold, coverage, right in drawn:
            if threshold == chosen:
                axes.plot(coverage, right, "o", label=f"chosen threshold, {chosen:g}")
                axes.legend(loc="lower left")
        axes.set(xlabel="pictures with a sound", ylabel="pairs of one concept", xlim=(0, 1), ylim=(0, 1.02))
        axes.grid(alpha=0.3)
        figure.savefig(file, metadata={"Date": None})
