"""Best and second: what stands out, and what ties."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from reporting_example import EVERYONE, REFERENCES, RIVALS, SYSTEM
from tabling_example import (
    changed,
    estimate,
    layout_file,
    make_table,
    standings,
    table_run,
    with_values,
)

from evalsuite.record import Comparison
from evalsuite.tabling.layout import ColumnGroup, ColumnSpec, Layout

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.run_folder import Run
    from evalsuite.tabling.model import Table

ACCURACY = 0


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return table_run(tmp_path_factory.mktemp("runs") / "example")


@pytest.fixture(scope="module")
def table(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Table:
    return make_table(run, layout=layout_file(tmp_path_factory.mktemp("layouts")))


def test_the_best_is_bold_only_where_the_paired_test_tells_it_apart(run: Run, table: Table):
    ranked = sorted(
        (m for m in run.record.measurements if m.metric == "accuracy" and m.model in {c.name for c in EVERYONE[:5]}),
        key=lambda m: -m.estimate.value,
    )
    best, others = ranked[0].model, {m.model for m in ranked[1:]}
    against = [c for c in run.record.comparisons if best in {c.model, c.other} and {c.model, c.other} & others - {best}]
    systems = [c for c in against if {c.model, c.other} <= others | {best}]
    assert len(systems) == 4
    told_apart = all(c.p_adjusted < 0.05 for c in systems)
    assert (standings(table, ACCURACY).get(best) == "best") == told_apart


def _comparison(model: str, other: str, p: float) -> Comparison:
    return Comparison(
        metric="accuracy", model=model, other=other, estimate=estimate(0.2, half=0.1), higher_is_better=True,
        unit="proportion", p_value=p, p_adjusted=p, n=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        ((0.001, 0.001, 0.001), {"seeingsounds": "best", "sound2scene": "second"}),
        ((0.2, 0.001, 0.001), {}),  # the best two are a tie: nothing is best, nothing is second
        ((0.001, 0.001, 0.2), {"seeingsounds": "best"}),  # the second ties with the third
        ((0.001, 0.2, 0.001), {"sound2scene": "second"}),  # the best is not told apart from the third
    ],
)
def test_ties_are_decided_by_the_comparisons(
    run: Run, tmp_path: Path, p_values: tuple[float, float, float], expected: dict[str, str]
):
    names = [SYSTEM.name, *(card.name for card in RIVALS[:2])]
    pairs = [(names[0], names[1]), (names[0], names[2]), (names[1], names[2])]
    accuracies = {name: estimate(0.9 - place / 10, half=0.3) for place, name in enumerate(names)}
    valued = with_values(run, tmp_path / "run", "accuracy", accuracies)
    comparisons = tuple(_comparison(*pair, p) for pair, p in zip(pairs, p_values, strict=True))
    told = changed(valued, tmp_path / "told", comparisons=comparisons)
    layout = Layout(name="x", caption="", systems=tuple(names), references=())
    groups = (ColumnGroup(title="", columns=(ColumnSpec(metric="accuracy"),)),)
    assert standings(make_table(told, layout=layout.model_copy(update={"groups": groups})), 0) == expected


@pytest.mark.parametrize(
    ("half", "expected"),
    [(0.04, {"seeingsounds": "best", "sound2scene": "second"}), (0.051, {}), (math.nan, {})],
)
def test_without_a_comparison_disjoint_intervals_decide(
    run: Run, tmp_path: Path, half: float, expected: dict[str, str]
):
    names = [SYSTEM.name, RIVALS[0].name, RIVALS[1].name]
    accuracies = {name: estimate(0.9 - place / 10, half=half) for place, name in enumerate(names)}
    valued = with_values(run, tmp_path / "run", "accuracy", accuracies)
    groups = (ColumnGroup(title="", columns=(ColumnSpec(metric="accuracy"),)),)
    layout = Layout(name="x", caption="", systems=tuple(names), groups=groups)
    assert standings(make_table(valued, layout=layout), 0) == expected


def test_where_lower_is_better_the_lowest_stands_out(run: Run, tmp_path: Path):
    names = [SYSTEM.name, RIVALS[0].name, RIVALS[1].name]
    distances = {name: estimate(50.0 + 10 * place, half=4) for place, name in enumerate(names)}
    valued = with_values(run, tmp_path / "run", "fid", distances)
    groups = (ColumnGroup(title="", columns=(ColumnSpec(metric="fid"),)),)
    table = make_table(valued, layout=Layout(name="x", caption="", systems=tuple(names), groups=groups))
    assert standings(table, 0) == {names[0]: "best", names[1]: "second"}


def test_one_system_alone_is_not_best(tmp_path: Path):
    table = make_table(table_run(tmp_path / "run", models=(SYSTEM, *REFERENCES)), layout="general")
    assert standings(table, ACCURACY) == {}
    assert "Bold" not in table.legend


def test_references_are_never_marked(table: Table):
    assert not {"real", "text_oracle"} & {name for column in range(3) for name in standings(table, column)}
