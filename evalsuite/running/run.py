"""One run from request to report: plan, generate, extract, score, record."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalsuite.errors import UserError
from evalsuite.files import write_atomically
from evalsuite.profile import load_profile
from evalsuite.progress import Silent
from evalsuite.protocol import ProtocolFile
from evalsuite.run_folder import CLIP_COLUMNS, CLIPS_FILE, Run, load_run, save_record
from evalsuite.running.clips import ClipLoader
from evalsuite.running.compare import compare
from evalsuite.running.comparison import beside_the_first, compare_whole_runs
from evalsuite.running.elsewhere import LISTING_FILE
from evalsuite.running.extract import picture_features, shared_features
from evalsuite.running.generate import drawings, generate
from evalsuite.running.media import Media
from evalsuite.running.notes import make_notes
from evalsuite.running.panel import ask_panels
from evalsuite.running.plan import make_plan, open_pictures
from evalsuite.running.score import clip_rows, make_evidence, measure
from evalsuite.running.stamps import first_record
from evalsuite.running.store import Store
from evalsuite.running.sweeping import dataset_of, model_curves, steps_of, sweep_stamp
from evalsuite.running.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evalsuite.control_record import Curve
    from evalsuite.measurement import Measurement
    from evalsuite.metrics.base import Steps
    from evalsuite.progress import Progress
    from evalsuite.running.generate import Drawing
    from evalsuite.running.plan import Plan, Request

RUNS = Path("runs")
"""Where run folders go by default."""


def run_protocol(
    request: Request,
    *,
    output: Path = RUNS,
    report: bool = True,
    progress: Progress | None = None,
    command: str = "",
) -> Run:
    """Do what ``request`` asks and return the run. Raises ``UserError``.

    Whatever the store already holds is not made again, so an interrupted run goes on where it stopped when it is
    asked for again, and the same request twice costs next to nothing.
    """
    from evalsuite.reporting.html import write_report

    progress = progress or Silent()
    plan = make_plan(request, progress=progress)
    with Store() as store:
        shop = Workshop(store=store, clips=ClipLoader(plan.dataset), progress=progress)
        run = Execution(plan, shop=shop, folder=output / plan.run_id, command=command).finish()
        if report:
            with progress.step("report", total=1) as advance:
                media = Media(run, store=store, dataset=plan.dataset, rows=plan.asked, pictures=plan.pictures)
                write_report(run, media)
                advance(1)
    return run


def report_again(
    path: Path,
    *,
    profile: Path | str | None = None,
    data: Mapping[str, Path] | None = None,
    figures: Path | None = None,
) -> tuple[Path, ...]:
    """Write the report of a finished run once more and return the files. Raises ``UserError``.

    ``profile`` and ``data`` say where sounds and pictures lie, where that is not as the record says. The figures of its
    sweep are drawn into the folder ``figures``, where one is given.
    """
    from evalsuite.reporting.control_figures import write_figures
    from evalsuite.reporting.html import write_report

    run = load_run(path)
    if run.record.status != "complete":
        raise UserError("the run is not complete: run the command of its record again, then report", file=path)
    with Store() as store:
        media = media_of(run, store=store, profile=profile, data=data)
        return write_report(run, media), *(write_figures(run, media, figures) if figures else ())


def report_together(
    paths: Sequence[Path],
    *,
    output: Path | None = None,
    profile: Path | str | None = None,
    data: Mapping[str, Path] | None = None,
) -> Path:
    """Write one page that compares the runs in the folders ``paths`` and return the file. Raises ``UserError``.

    By default it lies beside the first run. ``profile`` and ``data`` as for :func:`report_again`.
    """
    from evalsuite.reporting.comparison import write_comparison

    found = compare_whole_runs(paths)
    file = output or beside_the_first(found.runs)
    file.parent.mkdir(parents=True, exist_ok=True)
    with Store() as store:
        media = [media_of(run, store=store, profile=profile, data=data) for run in found.runs]
        return write_comparison(found, media, file)


def media_of(
    run: Run, *, store: Store, profile: Path | str | None = None, data: Mapping[str, Path] | None = None
) -> Media:
    """Return the media of a finished run; ``profile`` and ``data`` as for :func:`report_again`."""
    found = load_profile(profile or run.record.profile.name)
    dataset = dataset_of(ProtocolFile.model_validate(run.record.protocol.content), profile=found, data=data or {})
    return Media(run, store=store, dataset=dataset, rows=dataset.manifest(), pictures=open_pictures(found, dataset))


@dataclass(kw_only=True)
class _Found:
    """What scoring has found so far."""

    steps: Steps | None
    """Which step of a sweep each row of the plan is."""
    measurements: list[Measurement] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Those of the per-clip table."""
    curves: list[Curve] = field(default_factory=list)


class Execution:
    """A plan being carried out, and the record that is kept of it."""

    def __init__(self, plan: Plan, *, shop: Workshop, folder: Path, command: str) -> None:
        self._plan, self._shop, self._folder = plan, shop, folder
        self._record = first_record(plan, created=datetime.now(UTC).isoformat(timespec="seconds"), command=command)
        self._timings: dict[str, float] = {}

    def finish(self) -> Run:
        """Generate, extract and score. The record is saved at the start, after each model, and at the end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._save()
        if self._plan.delivery:
            write_atomically(self._folder / LISTING_FILE, self._plan.delivery.listing())
        wanted = {model.card.name: drawings(self._plan, model) for model in self._plan.models}
        pictures = self._generate(wanted)
        found = self._score(wanted, pictures)
        write_atomically(self._folder / CLIPS_FILE, _parquet(found.rows))
        self._save(
            status="complete",
            measurements=tuple(found.measurements),
            comparisons=compare(self._record.models, found.measurements, rows=found.rows),
            panels=ask_panels(self._record, found.measurements, rows=found.rows),
            sweep=sweep_stamp(self._plan, found.steps),
            curves=tuple(found.curves),
        )
        return Run(self._folder, self._record)

    def _generate(self, wanted: Mapping[str, Sequence[Drawing]]) -> dict[str, dict[str, str]]:
        """Return the content hashes of every model's pictures, by their store keys."""
        pictures = {}
        for model in self._plan.models:
            name = model.card.name
            with self._timed(f"generate {name}"):
                pictures[name] = generate(self._plan, model, wanted[name], shop=self._shop)
            self._save()
        return pictures

    def _score(self, wanted: Mapping[str, Sequence[Drawing]], pictures: Mapping[str, dict[str, str]]) -> _Found:
        with self._timed("extract shared features"):
            shared = shared_features(self._plan, shop=self._shop)
            found = _Found(steps=steps_of(self._plan, shop=self._shop))
        for model in self._plan.models:
            name = model.card.name
            with self._timed(f"extract {name}"):
                own = picture_features(self._plan, name, pictures[name], shop=self._shop)
            with self._timed(f"score {name}"):
                evidence = make_evidence(self._plan, shared | own, steps=found.steps)
                measurements, columns = measure(self._plan, name, evidence)
                found.curves += model_curves(self._plan, name, evidence, columns)
            found.measurements += measurements
            found.rows += clip_rows(name, wanted[name], evidence, columns, asked=self._plan.asked)
        return found

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self._timings[step] = round(time.monotonic() - start, 3)

    def _save(self, **changes: Any) -> None:
        changes |= {"timings": dict(self._timings), "notes": make_notes(self._plan, self._shop.store)}
        self._record = self._record.model_copy(update=changes)
        save_record(self._folder, self._record)


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    import pandas as pd

    table = pd.DataFrame(rows)
    columns = [*CLIP_COLUMNS, *(column for column in table.columns if column not in CLIP_COLUMNS)]
    stream = io.BytesIO()
    # Seeds fill 63 bits: without care pandas would keep them as floats and lose the last digits.
    table[columns].astype({"seed": "int64"}).to_parquet(stream, index=False)
    return stream.getvalue()
