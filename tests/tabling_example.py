"""Made-up runs whose records say what their clips do, for the tests of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporting_example import EVERYONE, METRICS, example_run, measurement

from evalsuite.measurement import Adequacy, Estimate
from evalsuite.run_folder import Run, save_record
from evalsuite.running.compare import compare
from evalsuite.stats import mean_estimate, proportion_estimate
from evalsuite.tabling.build import build_table, known_names
from evalsuite.tabling.entries import open_by_protocol
from evalsuite.tabling.layout import Layout, load_layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.tabling.model import Table

BY = {"accuracy": proportion_estimate, "clip_similarity": mean_estimate}
LAYOUT = """\
name: example
caption: "{title}: {n} clips & more."
groups:
  - title: Recognition
    columns:
      - {metric: accuracy}
  - title: Similarity
    columns:
      - {metric: clip_similarity, title: CLIP}
      - {metric: fid}
"""


def table_run(
    folder: Path, *, models: Sequence[ModelCard] = EVERYONE[:7], few_pictures: bool = False, **stamps: object
) -> Run:
    """Write a run of three classes whose numbers come from its clips, and return it opened.

    With ``few_pictures`` its Fréchet distance is not comparable. ``stamps`` replace parts of the record.
    """
    run, _ = example_run(folder, models=models, classes=("dog", "rain", "sea waves"), per_class=20)
    clips = run.clips()
    found: list[Measurement] = []
    for card in models:
        own = clips[clips["model"] == card.name]
        for metric, by in BY.items():
            estimate = by(own[metric].to_numpy(), sources=own["source"].to_numpy(dtype=str))
            found.append(measurement(card.name, metric, 0.0, n=len(own)).model_copy(update={"estimate": estimate}))
        distance = measurement(card.name, "fid", 200 - 150 * float(own["accuracy"].mean()), half=2.0, n=len(own))
        sets = Adequacy(n=60, m=2000, d=128, rank=59, reference_rank=127, biased=True) if few_pictures else None
        found.append(distance.model_copy(update={"adequacy": sets}))
    changes = {
        "measurements": tuple(found),
        "metrics": METRICS,
        "comparisons": compare(models, found, rows=clips.to_dict("records")),
        **stamps,
    }
    record = run.record.model_copy(update=changes)
    save_record(folder, record)
    return Run(folder, record)


def change_clips(run: Run, *, model: str, metric: str, by: float) -> None:
    """Change the stored value of one clip, as a run with other pictures would."""
    clips = run.clips()
    first = clips.index[clips["model"] == model][0]
    clips.loc[first, metric] += by
    clips.to_parquet(run.path / "clips.parquet")


def layout_file(folder: Path, text: str = LAYOUT) -> Path:
    """Write a layout and return its path."""
    file = folder / "layout.yaml"
    file.write_text(text)
    return file


def make_table(*runs: Run, layout: Layout | Path | str, names: Mapping[str, str] | None = None) -> Table:
    """Return the table of runs by a layout."""
    by_protocol = open_by_protocol([run.path for run in runs])
    chosen = layout if isinstance(layout, Layout) else load_layout(layout, known=known_names(by_protocol))
    return build_table(chosen.model_copy(update={"names": dict(names or {})}), by_protocol, command="evalsuite table")


def values(table: Table, column: int) -> dict[str, str]:
    """Return a column as it is shown, by model."""
    return {row.name: row.cells[column].plain for section in table.sections for row in section.rows}


def standings(table: Table, column: int) -> dict[str, str]:
    """Return which models stand out in a column."""
    rows = [row for section in table.sections for row in section.rows]
    found = {row.name: row.cells[column].standing.value for row in rows}
    return {name: standing for name, standing in found.items() if standing != "none"}


def estimate(at: float, *, half: float) -> Estimate:
    """Return an estimate with a symmetric interval."""
    return Estimate(value=at, low=at - half, high=at + half, standard_error=half / 2, method="t")


def changed(run: Run, folder: Path, **changes: object) -> Run:
    """Return a copy of a run whose record differs."""
    folder.mkdir(exist_ok=True)
    (folder / "clips.parquet").write_bytes((run.path / "clips.parquet").read_bytes())
    record = run.record.model_copy(update={"run_id": folder.name, **changes})
    save_record(folder, record)
    return Run(folder, record)


def with_values(run: Run, folder: Path, metric: str, found: dict[str, Estimate]) -> Run:
    """Return the run with these values of a metric and without any comparison."""
    measurements = tuple(
        m.model_copy(update={"estimate": found[m.model]}) if m.metric == metric and m.model in found else m
        for m in run.record.measurements
    )
    return changed(run, folder, measurements=measurements, comparisons=())
