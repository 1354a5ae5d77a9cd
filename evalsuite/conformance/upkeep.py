"""Promises about how a model behaves beside drawing: its card, what it is given, and memory."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from evalsuite.conformance.finding import Finding
from evalsuite.running.generate import draw

if TYPE_CHECKING:
    from evalsuite.audio.clip import Clip
    from evalsuite.conformance.subject import Subject
    from evalsuite.model import ModelCard

CHEAP_SECONDS = 5.0
"""Opening a model and reading its card takes less, or it loads weights."""
WARM_UP_CALLS = 3
CALLS = 12
LEVELS = 4
"""Memory in use goes up and down by tens of MiB; of so many first and last calls the least are compared."""
GROWTH_MIB = 48
"""More than any allocator keeps back for itself after the warm-up."""


def card(subject: Subject) -> Finding:
    """The card makes sense, is cheap to read, and says the same whenever and of whichever instance it is read."""
    start = time.monotonic()
    fresh = subject.fresh() or subject.model
    read = {"read once more": subject.model.card, "of a fresh instance": fresh.card}
    seconds = time.monotonic() - start
    for case, other in read.items():
        for field in type(other).model_fields:
            if getattr(other, field) != getattr(subject.card, field):
                changed = f"{field}: {getattr(subject.card, field)!r}, then {getattr(other, field)!r}"
                return Finding(kept=False, found=f"{field} changes", case=f"{case}, {changed}")
    if seconds > CHEAP_SECONDS:
        advice = "load weights on first use, not in the constructor or for the card"
        return Finding(kept=False, found=advice, case=f"opening the model and reading its card: {seconds:.1f} s")
    if nonsense := _nonsense(subject.card):
        return Finding(kept=False, found=nonsense, case=f"role {subject.card.role!r}, sees {sorted(subject.card.sees)}")
    return Finding(kept=True, found=f"{subject.card.role} {subject.card.name!r}, the same in {seconds:.2f} s")


def _nonsense(card: ModelCard) -> str | None:
    """Return what is wrong with a card, where something is."""
    if not (card.name.strip() and card.fingerprint.strip()):
        return "a card needs a name and a fingerprint"
    if card.role == "system" and card.sees - {"control"} != {"audio"}:
        return "a system sees the audio, and besides at most what was done to it («control»)"
    if card.role == "system" and card.bound is not None:
        return "only a reference marks a bound"
    return None


def inputs(subject: Subject) -> Finding:
    """The clips and seeds that a model is given are left as they were."""
    clips, seeds = subject.hand_over(subject.plain)
    given, given_seeds = list(clips), list(seeds)
    draw(subject.model, clips, seeds=seeds)
    untouched, _ = subject.hand_over(subject.plain)
    pairs = zip(subject.plain, given, untouched, strict=True)
    spoilt = [str(asked) for asked, clip, copy in pairs if _content(clip) != _content(copy)]
    if spoilt:
        return Finding(kept=False, found="a clip was changed in place: work on a copy", case=spoilt[0])
    if seeds != given_seeds or [id(clip) for clip in clips] != [id(clip) for clip in given]:
        return Finding(kept=False, found="the list of clips or of seeds was changed", case=f"{len(given)} clips")
    return Finding(kept=True, found=f"{len(given)} clips and their seeds as they were")


def _content(clip: Clip) -> list[bytes]:
    return [array.tobytes() for array in (clip.waveform, clip.picture) if array is not None]


def memory(subject: Subject) -> Finding:
    """The same call, made again and again, takes no more and more memory."""
    one = subject.plain[0]
    for _ in range(WARM_UP_CALLS):
        subject.draw([one])
    in_use = []
    # Only what these calls leave is searched for garbage: in a large process all of it takes half a second each time.
    gc.freeze()
    try:
        for _ in range(CALLS):
            subject.draw([one])
            in_use.append(_resident_mib())
    finally:
        gc.unfreeze()
    grown = min(in_use[-LEVELS:]) - min(in_use[:LEVELS])
    found = f"{grown:+.1f} MiB over {CALLS} equal calls"
    if grown <= GROWTH_MIB:
        return Finding(kept=True, found=found)
    return Finding(kept=False, found=found, case=f"{one}, {CALLS} times after {WARM_UP_CALLS} calls of warm-up")


def _resident_mib() -> float:
    import psutil

    gc.collect()
    return float(psutil.Process().memory_info().rss) / 2**20
