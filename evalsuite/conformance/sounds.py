"""Promises about what can be heard: unusual sounds, and whether the model listens at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalsuite.conformance.finding import Finding
from evalsuite.conformance.probes import SAMPLE_RATE, Asked, make, tone
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.conformance.subject import Subject

RATES = (8_000, 11_025, 22_050, 44_100, 96_000)
LONG_SECONDS = 60.0
EXTREME_SEEDS = (0, 2**63 - 1)
QUIET_DB = -20


def silence(subject: Subject) -> Finding:
    """Digital silence gives a picture."""
    return _each_drawn(subject, [Asked(tone(gain=0), 1)])


def one_sample(subject: Subject) -> Finding:
    """A clip of a single sample gives a picture."""
    return _each_drawn(subject, [Asked(make("one sample", np.full(1, 0.5)), 1)])


def sample_rates(subject: Subject) -> Finding:
    """Clips of every usual rate give a picture."""
    return _each_drawn(subject, [Asked(tone(sample_rate=rate), 1) for rate in RATES])


def long_clip(subject: Subject) -> Finding:
    """A clip of a minute gives a picture."""
    return _each_drawn(subject, [Asked(tone(seconds=LONG_SECONDS), 1)])


def extreme_seeds(subject: Subject) -> Finding:
    """Every integer in [0, 2**63) is a seed."""
    return _each_drawn(subject, [Asked(tone(), seed) for seed in EXTREME_SEEDS])


def _each_drawn(subject: Subject, asked: Sequence[Asked]) -> Finding:
    """Draw one after the other, each alone; the first failure is told in full."""
    failures = {}
    for one in asked:
        try:
            subject.draw([one])
        except UserError as error:
            failures[str(one)] = str(error)
    if failures:
        return Finding(kept=False, found=f"no picture of {', '.join(failures)}", case=next(iter(failures.values())))
    return Finding(kept=True, found=f"{len(asked)} of {len(asked)} drawn")


def listens(subject: Subject) -> Finding:
    """A system draws different pictures of different sounds. Of a reference it is only worth knowing."""
    if "audio" not in subject.card.sees:
        return Finding(kept=None, found="it is shown no sound")
    first, *others = [Asked(one.clip, 1) for one in subject.plain]
    changed = sum(not np.array_equal(subject.alone[:1], subject.draw([other])) for other in others)
    found = f"{changed} of {len(others)} other sounds change the picture"
    if subject.card.role == "reference":
        return Finding(kept=None, found=found)
    case = None if changed else f"{first} and {others[0].clip.id} give the same picture"
    return Finding(kept=changed > 0, found=found, case=case)


def seed_matters(subject: Subject) -> Finding:
    """Whether another seed gives another picture: a model may well be deterministic."""
    return _changed(subject, [Asked(one.clip, one.seed + 100) for one in subject.plain], by="another seed")


def loudness_matters(subject: Subject) -> Finding:
    """Whether a quieter sound gives another picture."""
    gain = 10 ** (QUIET_DB / 20)
    quiet = [
        Asked(make(one.clip.id, gain * one.clip.waveform, sample_rate=SAMPLE_RATE, label=label), one.seed)
        for label, one in enumerate(subject.plain)
    ]
    return _changed(subject, quiet, by=f"{QUIET_DB} dB")


def _changed(subject: Subject, asked: Sequence[Asked], *, by: str) -> Finding:
    pairs = list(zip(subject.alone, subject.draw(asked), strict=True))
    changed = sum(not np.array_equal(one, other) for one, other in pairs)
    return Finding(kept=None, found=f"{changed} of {len(pairs)} pictures change with {by}")
