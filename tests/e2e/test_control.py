"""Control through the real command: a sweep over synthesised and over real sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from evalsuite.resources import locate
from evalsuite.run_folder import load_run

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Desk, Done

    from evalsuite.run_folder import Run

pytestmark = pytest.mark.usefixtures("checkpoints")


def swept(desk: Desk, protocol: str, *options: str) -> tuple[Done, Run]:
    done = desk.run("run", protocol, "--models", "seeingsounds", "--json", *options)
    assert done.code == 0, done.err
    return done, load_run(desk.folder / done.json["run"])


@pytest.fixture(scope="module")
def louder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Done, Run]:
    from commandline import Desk

    desk = Desk(tmp_path_factory.mktemp("louder"))
    return desk, *swept(desk, "control_volume", "--limit", "8")


def test_words_for_loudness_are_answered_by_size(louder: tuple[Desk, Done, Run]):
    _, done, _ = louder
    assert done.value("text_oracle", "apparent_size_spearman") >= 0.9
    assert done.value("real", "apparent_size_spearman") >= 0.9
    assert done.value("seeingsounds", "nearness_spearman") >= 0.5
    assert abs(done.value("shuffled_audio", "nearness_spearman")) < 0.5


@pytest.mark.slow
def test_the_whole_sweep_is_answered_as_the_documentation_says(desk: Desk):
    done, run = swept(desk, "control_volume")
    assert done.value("text_oracle", "apparent_size_spearman") >= 0.9
    assert done.value("seeingsounds", "apparent_size_spearman") >= 0.7
    assert done.value("shuffled_audio", "apparent_size_spearman", column="low") <= 0
    levelled = [curve for curve in run.record.curves if curve.model == "levelled_audio" and curve.equivalence]
    assert levelled
    assert all(curve.equivalence.equivalent for curve in levelled)


def test_the_record_holds_curve_and_doses_as_measured(louder: tuple[Desk, Done, Run]):
    _, _, run = louder
    sweep = run.record.sweep
    assert sweep is not None
    assert (sweep.transform, sweep.unit, sweep.subjects) == ("volume", "LUFS", 8)
    assert all(dose.measured <= dose.asked + 0.1 for dose in sweep.doses)
    curve = next(c for c in run.record.curves if (c.model, c.response) == ("text_oracle", "apparent_size"))
    assert len(curve.points) == 7
    assert np.all(np.diff([point.isotonic for point in curve.points]) >= 0)
    assert curve.points[-1].estimate.value > 1.5 * curve.points[0].estimate.value


def test_every_step_has_its_row(louder: tuple[Desk, Done, Run]):
    clips = louder[2].clips()
    one = clips[clips.model == "text_oracle"]
    assert len(one) == 8 * 7
    assert set(one.groupby("subject").seed.nunique()) == {1}, "all doses of a clip share their seed"
    assert one.groupby("subject").dose.nunique().eq(7).all()
    assert one.caption.str.contains("distant|close up").any()


def test_placebo_sweeps_do_nothing(louder: tuple[Desk, Done, Run]):
    curves: Any = {(c.model, c.response): c for c in louder[2].record.curves}
    levelled = curves["levelled_audio", "apparent_size"].equivalence
    assert levelled.equivalent
    assert abs(levelled.change.value) < 0.01


def test_a_second_run_makes_no_sound_and_no_picture_again(louder: tuple[Desk, Done, Run]):
    desk, first, _ = louder
    again, _ = swept(desk, "control_volume", "--limit", "8")
    assert again.json["measurements"] == first.json["measurements"]
    assert "to do" not in again.err.replace("report: 1 to do", "")


def test_a_mixture_of_real_recordings_is_told_to_be_so(desk: Desk, esc10: Path):
    done, run = swept(desk, "control_mixing", "--limit", "4", "--data", f"esc50={esc10}")
    assert "Real recordings met mini encoders" in done.err
    assert "Classes of the sweep that the data set lacks: train, thunderstorm" in done.err
    assert run.record.sweep is not None
    assert run.record.sweep.subjects == 4 + 6
    clips = run.clips()
    assert clips[clips.model == "real"].second_label.notna().sum() == 6


def test_doses_that_do_not_rise_are_told_with_their_line(desk: Desk):
    text = locate("protocols/control_volume.yaml").read_text().replace("-40, -36", "-36, -40")
    (desk.folder / "falling.yaml").write_text(text)
    done = desk.run("run", "falling.yaml")
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1
    assert "falling.yaml:" in done.err
    assert "doses: should rise" in done.err


def test_a_misspelt_transform_is_told_with_the_nearest_name(desk: Desk):
    text = locate("protocols/control_volume.yaml").read_text().replace("transform: volume", "transform: volum")
    (desk.folder / "misspelt.yaml").write_text(text)
    done = desk.run("run", "misspelt.yaml")
    assert done.code == 2
    assert "did you mean 'volume'" in done.err
