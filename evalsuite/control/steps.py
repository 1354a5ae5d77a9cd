"""The step: one clip, or two joined, at one dose. To everything else in the suite it is a clip like any other."""

from __future__ import annotations

from evalsuite.datasets.base import ClipInfo


class StepInfo(ClipInfo):
    """One row of a swept manifest. ``label``, ``source``, ``fold`` and ``split`` are those of its (first) clip."""

    subject: str
    """What goes through the sweep: the id of the clip, or of both joined by «+». All steps of a subject share their
    seeds, so that only the sound differs."""
    clips: tuple[ClipInfo, ...]
    """The clips it is made of, one or two, as their data set lists them."""
    transform: str
    """What was done to them."""
    dose: float
    """The dose asked for."""
    take: int = 0
    """Which of several pictures of the same sound."""
    caption: str
    """What the sound shows, in the words of the procedural grammar («distant dog»): what the text oracle is told."""
    wording: str
    """The grammar's words for the dose alone, «{label}» standing for the class («distant {label}»)."""

    @property
    def second_label(self) -> str | None:
        """The class of the second clip, where there is one."""
        return self.clips[1].label if len(self.clips) > 1 else None
