"""A sweep as a data set: every subject at every dose is a clip."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from evalsuite.audio.transforms.base import Transform
from evalsuite.control.prompts import caption, mentioned, wording
from evalsuite.control.steps import StepInfo
from evalsuite.datasets.base import ClipInfo
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json
from evalsuite.registry import resolve
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evalsuite.audio.clip import Clip
    from evalsuite.audio.transforms.base import Treated
    from evalsuite.control.sweep import Sweep
    from evalsuite.datasets.base import Dataset, DatasetCard

Subject = tuple[ClipInfo, ...]
"""What goes through a sweep: one clip, or two that are joined."""
KEPT_SUBJECTS = 8
"""Readers go through the steps in order, so that all doses of a subject are wanted at about the same time."""


class Swept:
    """A data set whose clips are the steps of a sweep over the ``subjects`` of another one.

    Raises ``UserError`` where the sweep names no transform, or one that takes fewer or more sounds than it joins.
    """

    def __init__(self, dataset: Dataset, sweep: Sweep, subjects: Sequence[Subject]) -> None:
        self.dataset, self.sweep = dataset, sweep
        self.transform = _opened(sweep)
        self._subjects = tuple(subjects)
        self._treated = lru_cache(maxsize=KEPT_SUBJECTS)(self._treat)
        self._lock = Lock()

    @property
    def card(self) -> DatasetCard:
        """What the data set is whose clips are swept."""
        return self.dataset.card

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes."""
        return self.dataset.classes

    def manifest(self) -> tuple[StepInfo, ...]:
        """Return one row per subject, dose and take, in this order. No sound is read."""
        return self._manifest

    def load(self, info: ClipInfo) -> Clip:
        """Return the treated sound of one step. Raises ``UserError`` where its clips cannot be read."""
        if not isinstance(info, StepInfo):
            raise UserError(f"{info.id!r} is no step of a sweep of {self.card.name}")
        with self._lock:  # others would treat the same subject at the same time
            clips, treated = self._treated(info.clips)
        sound = treated[info.dose]
        return replace(
            clips[0],
            id=info.id,
            waveform=sound.waveform,
            sha256=info.sha256,
            label=info.caption,
            wording=info.wording,
            parts=_parts(info, clips),
            dose=sound.dose,
        )

    @cached_property
    def _manifest(self) -> tuple[StepInfo, ...]:
        return tuple(step for subject in self._subjects for step in self._steps(subject))

    def _steps(self, subject: Subject) -> Iterator[StepInfo]:
        """Yield the steps of a subject. A clip alone, in a sweep of pairs, is joined with nothing and has one dose."""
        sweep, first = self.sweep, subject[0]
        name = "+".join(info.id for info in subject)
        labels = [info.label for info in subject]
        for dose in sweep.doses if len(subject) == self.transform.sounds else sweep.doses[:1]:
            recipe = [self.transform.name, self.transform.version, dose, *(info.sha256 for info in subject)]
            for take in range(sweep.takes):
                yield StepInfo(
                    id=f"{name}@{dose:g}" + (f"#{take}" if sweep.takes > 1 else ""),
                    sha256=sha256_json(recipe),
                    label=first.label,
                    source=first.source,
                    fold=first.fold,
                    split=first.split,
                    subject=name,
                    clips=subject,
                    transform=self.transform.name,
                    dose=dose,
                    take=take,
                    caption=caption(self.transform.name, dose, labels),
                    wording=wording(self.transform.name, dose),
                )

    def _treat(self, subject: Subject) -> tuple[list[Clip], dict[float, Treated]]:
        """Return a subject's clips and its sound at every dose. A clip alone is joined with itself."""
        clips = [self.dataset.load(info) for info in subject]
        joined = clips * self.transform.sounds if len(clips) == 1 else clips
        seed = derive_seed(0, "transform", *(info.sha256 for info in subject))
        return clips, self._applied(joined, seed=seed)

    def _applied(self, clips: Sequence[Clip], *, seed: int) -> dict[float, Treated]:
        """Apply the transform at every dose, and tell its failure as the user's: which transform, which clips, what."""
        try:
            treated = self.transform.apply(clips, doses=self.sweep.doses, seed=seed)
            return dict(zip(self.sweep.doses, treated, strict=True))
        except UserError:
            raise
        except Exception as error:  # whatever a user's transform raises
            heard = " and ".join(clip.id for clip in clips)
            raise UserError(
                f"transform {self.transform.name!r} failed on {heard}: {type(error).__name__}: {error}"
            ) from error


def _opened(sweep: Sweep) -> Transform:
    found = resolve("transforms", sweep.transform)
    if isinstance(found, type) or not isinstance(found, Transform):
        raise UserError(f"{sweep.transform!r} is no transform; see evalsuite/audio/transforms/base.py")
    if found.sounds > 1 and sweep.pairs is None:
        raise UserError(f"sweep: {sweep.transform!r} joins two sounds: say `pairs: ring` or `grid`")
    if found.sounds == 1 and sweep.pairs:
        raise UserError(f"sweep: {sweep.transform!r} takes one sound: leave `pairs: {sweep.pairs}` out")
    return found


def _parts(info: StepInfo, clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """Return the sounds that are joined at a step and named at its dose; their ids are hidden: they may name it."""
    if len(clips) == 1:
        return ()
    return tuple(replace(clip, id=clip.sha256[:SHORT]) for clip in mentioned(info.transform, info.dose, clips))
