"""The list of promises, and the walk through it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from evalsuite.conformance import pictures, sameness, sounds, upkeep
from evalsuite.conformance.finding import Finding
from evalsuite.conformance.subject import Subject
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from evalsuite.model import AudioToImageModel


class Promise(NamedTuple):
    """One promise of the interface."""

    name: str
    check: Callable[[Subject], Finding]
    rests_on: str | None = None
    """The promise without which this one cannot be judged."""


FIRST = (
    Promise("shape and type", pictures.shape_and_type),
    Promise("range of values", pictures.value_range, rests_on="shape and type"),
)
"""Without these there is nothing to look at further."""

AGAIN, BATCH = "the same again", "whatever the batch"
FURTHER = (
    Promise("picture size", pictures.size),
    Promise("card", upkeep.card),
    Promise("inputs left alone", upkeep.inputs),
    Promise(AGAIN, sameness.again),
    Promise("global random state", sameness.global_random_state),
    Promise("a fresh instance", sameness.fresh_instance, rests_on=AGAIN),
    Promise("whatever the clip's id", sameness.clip_id, rests_on=AGAIN),
    Promise(BATCH, sameness.batch, rests_on=AGAIN),
    Promise("whatever the order", sameness.order, rests_on=BATCH),
    Promise("a mixed batch", sameness.mixed_batch, rests_on=BATCH),
    Promise("memory", upkeep.memory),
    Promise("silence", sounds.silence),
    Promise("a clip of one sample", sounds.one_sample),
    Promise("sample rates", sounds.sample_rates),
    Promise("a long clip", sounds.long_clip),
    Promise("extreme seeds", sounds.extreme_seeds),
    Promise("listens to the sound", sounds.listens, rests_on=AGAIN),
    Promise("does the seed matter", sounds.seed_matters, rests_on=BATCH),
    Promise("does loudness matter", sounds.loudness_matters, rests_on=BATCH),
)


def check_promises(
    model: AudioToImageModel,
    *,
    reopen: Callable[[], AudioToImageModel] | None = None,
    watch: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> Iterator[tuple[str, Finding]]:
    """Yield the name of each promise and what was found, once looked at.

    ``reopen`` makes the same model once more; without it, fresh instances are not looked at. ``watch`` is entered with
    a promise's name while it is looked at. Ends early where the model draws no usable picture of a plain sound.
    """
    subject = Subject(model, reopen=reopen)
    found: dict[str, Finding] = {}
    for promise in (*FIRST, *FURTHER):
        with watch(promise.name):
            found[promise.name] = _look(promise, subject, found)
        yield promise.name, found[promise.name]
        if promise in FIRST and found[promise.name].kept is False:
            return


def _look(promise: Promise, subject: Subject, found: dict[str, Finding]) -> Finding:
    """Look at one promise. A model that fails breaks it, and the next one is looked at all the same."""
    if promise.rests_on and found[promise.rests_on].kept is not True:
        return Finding(kept=None, found=f"not looked at, since it rests on «{promise.rests_on}»")
    try:
        return promise.check(subject)
    except UserError as error:
        return Finding(kept=False, found="not drawn", case=str(error))
