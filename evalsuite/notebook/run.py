"""A run as a notebook sees it: its tables as data frames, and itself as a summary with pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite import run_folder
from evalsuite.notebook.strip import Strip, clip_strip, typical_strip
from evalsuite.notebook.summary import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Run(run_folder.Run):
    """A run folder, opened. Put it at the end of a cell, or print it.

    >>> import evalsuite
    >>> run = evalsuite.load_run("runs/esc50_zeroshot-1a2b3c4d")
    >>> print(run)  # doctest: +ELLIPSIS
    esc50_zeroshot v1 · profile mini · 60 clips of 3 classes · seed 0
    <BLANKLINE>
    sound2scene draws the right class for 70.0 % [56.8–80.6] of sounds.
    ...

    Its tables are those of :class:`evalsuite.run_folder.Run`.
    """

    def show(self, *, metrics: Sequence[str] = (), pictures: bool = True) -> Summary:
        """Return what the run found: the verdict, every model's headline numbers with intervals, a few pictures.

        A notebook shows it as HTML, anything else as text. ``metrics`` are shown in place of the headline's. A picture
        is shown where the store still has it. Raises ``UserError`` for a metric that was not measured.

        >>> load_run("runs/esc50_zeroshot-1a2b3c4d").show(metrics=["accuracy"])  # doctest: +ELLIPSIS
        esc50_zeroshot v1 · profile mini · 60 clips of 3 classes · seed 0
        <BLANKLINE>
        sound2scene draws the right class for 70.0 % [56.8–80.6] of sounds.
        <BLANKLINE>
                                         Accuracy ↑
        Systems  sound2scene     70.0 % [56.8–80.6]
                 seeingsounds    63.3 % [47.8–76.5]
        Ceilings text_oracle     98.3 % [90.9–99.7]
        Floors   shuffled_audio     1.7 % [0.3–9.1]
        <BLANKLINE>
        note: Not told apart by accuracy: sound2scene from seeingsounds.
        note: ...
        """
        return summarise(self, metrics=metrics, strip=typical_strip(self) if pictures else None)

    def pictures(self, clip_ids: Sequence[str], *, models: Sequence[str] = ()) -> Strip:
        """Return what the models drew for some clips, a row for each model, where the store still has it.

        ``models`` names the rows, by default the systems and ceilings. Raises ``UserError`` for a clip or a model that
        is not in the run.

        >>> load_run("runs/esc50_zeroshot-1a2b3c4d").pictures(["1-0-A-0"], models=["seeingsounds"])
        Pictures by seeingsounds: dog (1-0-A-0)
        """
        return clip_strip(self, clip_ids, models=models)

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()

    def __str__(self) -> str:
        return str(self.show(pictures=False))

    __repr__ = __str__


def load_run(path: Path | str) -> Run:
    """Open a run folder, as ``evalsuite run`` leaves it. Raises ``UserError`` where it is not one."""
    opened = run_folder.load_run(path)
    return Run(opened.path, opened.record)
