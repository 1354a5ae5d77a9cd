"""Promises that a picture depends on its clip, its seed and the model alone."""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.conformance.finding import Finding, compare
from evalsuite.conformance.probes import Asked, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evalsuite.conformance.finding import Drawings
    from evalsuite.conformance.subject import Subject
    from evalsuite.model import Images

    Cases = Iterator[tuple[str, Drawings, Drawings]]

GLOBAL_SEEDS = (1, 2)


def again(subject: Subject) -> Finding:
    """The same clip and seed give the same picture, whatever was drawn in between."""
    return compare(_again(subject))


def _again(subject: Subject) -> Cases:
    first, *others = subject.plain
    once = subject.draw([first])
    yield f"{first}, twice in a row", once, subject.draw([first])
    subject.draw(others)
    yield f"{first}, before and after {len(others)} other clips", once, subject.draw([first])


def global_random_state(subject: Subject) -> Finding:
    """Pictures do not change with the global seeds of random, numpy and torch."""
    one, (seed, other_seed) = subject.plain[0], GLOBAL_SEEDS
    once, twice, otherwise = (_seeded(subject, one, number) for number in (seed, seed, other_seed))
    if not np.array_equal(once, twice):
        return Finding(kept=None, found="pictures differ even under equal global seeds")
    return compare([(f"{one}, under the global seeds {seed} and {other_seed}", once, otherwise)])


def _seeded(subject: Subject, one: Asked, seed: int) -> Images:
    with _global_seed(seed):
        return subject.draw([one])


@contextmanager
def _global_seed(seed: int) -> Iterator[None]:
    """Seed every global generator, and put them back; torch only where the model has imported it."""
    torch = sys.modules.get("torch")
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one is meant
    pytorch = torch.get_rng_state() if torch else None
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if torch:
        torch.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        if torch and pytorch is not None:
            torch.set_rng_state(pytorch)


def fresh_instance(subject: Subject) -> Finding:
    """A model that has drawn a lot and one that has drawn nothing yet draw the same."""
    fresh = subject.fresh()
    if fresh is None:
        return Finding(kept=None, found="not looked at: this is one ready object, not something that makes models")
    last = subject.plain[-1]
    drawn = subject.draw([last], model=fresh)
    return compare([(f"{last}, as the first call of a fresh instance", subject.alone[-1:], drawn)])


def clip_id(subject: Subject) -> Finding:
    """A clip's id says nothing: the same sound under another id gives the same picture."""
    one = subject.plain[0]
    renamed = Asked(replace(one.clip, id="another"), one.seed)
    return compare([(f"{one}, under two ids", subject.alone[:1], subject.draw([renamed]))])


def batch(subject: Subject) -> Finding:
    """A picture does not depend on the batch it was in."""
    sizes = range(2, len(subject.plain) + 1)
    return compare(
        (f"a batch of {size} clips, drawn together and alone", subject.alone[:size], subject.draw(subject.plain[:size]))
        for size in sizes
    )


def order(subject: Subject) -> Finding:
    """A picture does not depend on its place in the batch."""
    sizes = (2, len(subject.plain))
    return compare(
        (
            f"a batch of {size} clips and its reverse",
            subject.alone[:size],  # as the batch draws them, or this would not be looked at
            subject.draw(subject.plain[:size][::-1])[::-1],
        )
        for size in sizes
    )


def mixed_batch(subject: Subject) -> Finding:
    """One batch may hold clips of several lengths, and of several sample rates."""
    first = subject.plain[0]
    others = (Asked(tone(seconds=1.0), 2), Asked(tone(sample_rate=44_100), 2))
    return compare(
        (
            f"{first} + {other}, together and alone",
            [subject.alone[0], *subject.draw([other])],
            subject.draw([first, other]),
        )
        for other in others
    )
