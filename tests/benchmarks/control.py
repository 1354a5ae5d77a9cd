"""The tables about control, from the records of runs of the control protocols.

``PYTHONPATH=tests python -m benchmarks.control RUN…`` fills the tables of docs/control.md, each between two marks, and
writes all numbers below the mark of docs/benchmarks/control.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from benchmarks.page import fill, table

from evalsuite.run_folder import load_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from evalsuite.control_record import Equivalence, ResponseStamp
    from evalsuite.measurement import Estimate, Measurement
    from evalsuite.record import RunRecord

DOCS = Path(__file__).resolve().parents[2] / "docs"
MARK = "<!-- the rest is written by tests/benchmarks/control.py -->"
SWEEPS = (
    ("control_volume", "apparent_size"),
    ("control_distance", "apparent_size"),
    ("control_reverb", "hall"),
    ("control_pitch", "apparent_size"),
    ("control_interpolation", "balance"),
    ("control_loudness_weighting", "balance"),
)
"""Of each sweep the response that it was made for."""
REFERENCES = ("real", "text_oracle", "shuffled_audio")
SHOWN = (
    *REFERENCES[:2],
    *("seeingsounds_text", "seeingsounds", "sound2scene", "sonification", "cascade"),
    REFERENCES[2],
)
NOTHING = (
    *(("control_placebo", name) for name in SHOWN[2:7]),
    ("control_volume", "levelled_audio"),
    ("control_volume", "shuffled_audio"),
)
"""Who should not answer which sweep."""


@dataclass(frozen=True)
class Results:
    """What one run measured."""

    record: RunRecord

    def of(self, model: str, metric: str) -> Measurement | None:
        found = (each for each in self.record.measurements if (each.model, each.metric) == (model, metric))
        return next((each for each in found if each.passport.subset == "all"), None)

    def estimate(self, model: str, metric: str) -> Estimate:
        found = self.of(model, metric)
        if found is None:
            raise click.ClickException(f"{self.record.protocol.name} has no {metric} of {model}")
        return found.estimate

    def equivalence(self, model: str, response: str) -> Equivalence | None:
        curves = (curve for curve in self.record.curves if (curve.model, curve.response) == (model, response))
        return next((curve.equivalence for curve in curves), None)

    @property
    def models(self) -> list[str]:
        return [card.name for card in self.record.models]

    @property
    def responses(self) -> tuple[ResponseStamp, ...]:
        return self.record.sweep.responses if self.record.sweep else ()


def share(value: float) -> str:
    return f"{100 * value:.0f}"


def coefficient(value: float) -> str:
    return signed(f"{value:.2f}") if abs(value) >= 0.005 else "0"


def plain(value: float) -> str:
    return signed(f"{value:.3g}")


def signed(text: str) -> str:
    return text.replace("-", "−")


def told(estimate: Estimate, show: Callable[[float], str], *, unit: str = "") -> str:
    """Return a value with its interval, where it has one."""
    if math.isnan(estimate.value):
        return "–"
    interval = f" [{show(estimate.low)}, {show(estimate.high)}]" if math.isfinite(estimate.low) else ""
    return show(estimate.value) + unit + interval


def named(model: str) -> str:
    return f"*{model}*" if model in REFERENCES else model


def sweeps(runs: dict[str, Results]) -> Iterator[list[str]]:
    """Yield the median coefficient, the slope and the share of monotone clips, by system and sweep."""
    yield ["", *(f"{name.removeprefix('control_')}, {words(response)}" for name, response in SWEEPS)]
    for model in SHOWN:
        cells = []
        for name, response in SWEEPS:
            trends = [
                runs[name].estimate(model, f"{response}_{trend}") for trend in ("spearman", "slope", "monotone_share")
            ]
            slope = signed(f"{trends[1].value:.2g}") if abs(trends[1].value) >= 1e-5 else "0"
            cells.append(f"{told(trends[0], coefficient)}; {slope}; {share(trends[2].value)} %")
        yield [named(model), *cells]


def mixing(runs: dict[str, Results]) -> Iterator[list[str]]:
    """Yield how often both sounds of the grid are there, and how often one alone passes for two."""
    yield ["", "both present", "of one sound alone"]
    for model in SHOWN:
        both, alone = (runs["control_mixing"].estimate(model, f"both_present{of}") for of in ("", "_alone"))
        yield [named(model), told(both, share, unit=" %"), f"{100 * alone.value:.1f} %"]


def listening(runs: dict[str, Results]) -> Iterator[list[str]]:
    """Yield how much of the pictures is the sound's doing."""
    yield ["", "variance due to the sound", "right sound retrieved"]
    for model in SHOWN:
        found = [
            runs["control_listening"].estimate(model, name) for name in ("audio_variance_share", "audio_swap_retrieval")
        ]
        yield [named(model), *(f"{signed(share(each.value))} %" for each in found)]


def nothing(runs: dict[str, Results]) -> Iterator[list[str]]:
    """Yield the change of what must not change."""
    yield ["sweep", "model", "response", "change that may be largest [90 %]", "margin", "equivalent to none"]
    for name, model in NOTHING:
        for response in ("apparent_size", "nearness"):
            test = runs[name].equivalence(model, response)
            if test is not None:
                change = told(test.change, lambda value: signed(f"{value:.2g}"))
                verdict = "yes" if test.equivalent else "not shown"
                yield [name.removeprefix("control_"), model, words(response), change, f"±{test.margin:g}", verdict]


def everything(results: Results) -> Iterator[str]:
    """Yield the lines that tell all numbers of a run."""
    yield f"\n## {results.record.protocol.name}"
    for response in results.responses:
        trend = next((results.of(model, f"{response.name}_slope") for model in results.models), None)
        if trend is None:
            yield f"\n`{response.name}`\n"
            yield from table(*split(_means(results, response)))
        else:
            yield f"\n`{response.name}` (expected: {response.expects}), {trend.unit}\n"
            yield from table(*split(_trends(results, response)))
    own = [metric.name for metric in results.record.metrics if metric.name.startswith("audio_")]
    if own:
        yield ""
        yield from table(["model", *own], [[model, *_cells(results, model, own)] for model in results.models])


def _means(results: Results, response: ResponseStamp) -> Iterator[list[str]]:
    yield ["model", "mean", "alone"]
    for model in results.models:
        yield [model, *_cells(results, model, [response.name, f"{response.name}_alone"])]


def _trends(results: Results, response: ResponseStamp) -> Iterator[list[str]]:
    yield ["model", "Spearman", "slope", "monotone", "change that may be largest", "none within the margin"]
    for model in results.models:
        names = [f"{response.name}_{trend}" for trend in ("spearman", "slope", "monotone_share")]
        test = results.equivalence(model, response.name)
        verdict = ["", ""]
        if test is not None:
            said = "yes" if test.equivalent else "no"
            verdict = [told(test.change, plain), f"{said} (±{test.margin:g}, p = {test.p_value:.3g})"]
        yield [model, *_cells(results, model, names), *verdict]


def _cells(results: Results, model: str, metrics: Sequence[str]) -> Iterator[str]:
    for metric in metrics:
        found = results.of(model, metric)
        if found is None:
            yield "–" if metric.startswith("audio_") else ""
        elif found.unit == "proportion":
            yield told(found.estimate, share, unit=" %")
        else:
            yield told(found.estimate, coefficient if metric.endswith("_spearman") else plain)


def words(name: str) -> str:
    return name.replace("_", " ")


def split(lines: Iterator[list[str]]) -> tuple[list[str], list[list[str]]]:
    head, *rows = lines
    return head, rows


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(*, folders: tuple[Path, ...]) -> None:
    """Fill the tables."""
    records = [load_run(folder).record for folder in folders]
    runs = {record.protocol.name: Results(record) for record in records}
    for make in (sweeps, mixing, nothing, listening):
        fill(DOCS / "control.md", make.__name__, table(*split(make(runs))))
    page = DOCS / "benchmarks" / "control.md"
    prose = page.read_text(encoding="utf-8").partition(MARK)[0]
    lines = [line for name in sorted(runs) for line in everything(runs[name])]
    page.write_text("\n".join([f"{prose}{MARK}", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
