"""What a notebook shows of a run."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from control_example import GRID, control_run
from notebook_example import CONTROL, MODELS, ZERO_SHOT, example_runs, store_pictures
from reporting_example import ExampleMedia, example_run
from tabling_example import table_run

import evalsuite
from evalsuite import run_folder
from evalsuite.errors import UserError
from evalsuite.home import home
from evalsuite.run_folder import CLIPS_FILE, CURVE_COLUMNS, save_record

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "<script>alert('x')</script>"


class Page(HTMLParser):
    """Counts tags and gathers what they point to and what they say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: list[str] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.targets += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, written once."""
    folder = tmp_path_factory.mktemp("written")
    example_runs(folder)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path, evalsuite_home: Path) -> Path:
    """Copies of both, and an empty store."""
    assert evalsuite_home.is_dir()
    return shutil.copytree(written, tmp_path / "copy")


@pytest.fixture
def with_pictures(folder: Path) -> evalsuite.Run:
    """The first run, whose pictures are in the store."""
    run = evalsuite.load_run(folder / ZERO_SHOT)
    clips = run.clips()
    store_pictures(run, ExampleMedia(dict(zip(clips["clip_id"], clips["label"], strict=True))))
    return run


def test_what_the_package_opens_is_a_run_like_any_other(folder: Path):
    run = evalsuite.load_run(folder / ZERO_SHOT)
    assert isinstance(run, evalsuite.Run)
    assert isinstance(run, run_folder.Run)
    assert run.record == run_folder.load_run(folder / ZERO_SHOT).record


def test_a_folder_that_is_no_run_is_told_in_one_line(tmp_path: Path):
    with pytest.raises(UserError, match="not a run folder"):
        evalsuite.load_run(tmp_path)


def test_the_summary_holds_verdict_table_intervals_and_cautions(with_pictures: evalsuite.Run):
    page = Page(with_pictures.show()._repr_html_())
    said = " ".join(page.said.split())
    assert "sound2scene draws the right class for 70.0 % [56.8–80.6] of sounds." in said
    for name, value in (("seeingsounds", "63.3 %[47.8–76.5]"), ("shuffled_audio", "1.7 %[0.3–9.1]")):
        assert re.search(rf"{name}.*{re.escape(value)}", said)
    assert "Real recordings were heard by mini encoders" in said


def test_the_summary_needs_neither_network_nor_script(with_pictures: evalsuite.Run):
    text = with_pictures._repr_html_()
    page = Page(text)
    assert page.targets
    assert all(target.startswith("data:image/") for target in page.targets)
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert "url(" not in text
    assert len(text) < 100_000


def test_pictures_stand_in_rows_of_systems_and_ceilings(with_pictures: evalsuite.Run):
    page = Page(with_pictures._repr_html_())
    shown = [card.name for card in MODELS if card.role == "system" or card.bound == "ceiling"]
    assert page.tags.count("img") == 3 * len(shown)
    assert "The median clip of 3 classes" in page.said
    assert "Not in the store" not in page.said


def test_without_a_store_no_picture_is_shown_and_no_store_is_made(folder: Path):
    page = Page(evalsuite.load_run(folder / ZERO_SHOT)._repr_html_())
    assert "img" not in page.tags
    assert "9 of 9 pictures" in page.said
    assert not list(home().iterdir())


def test_many_classes_are_shown_by_five_from_best_to_worst(folder: Path):
    run, _ = example_run(folder / "large", models=MODELS, per_class=4)
    strip = evalsuite.load_run(run.path).show().strip
    accuracy = run.clips().query("model == 'seeingsounds'").groupby("label")["accuracy"].mean()
    shown = [accuracy[head] for _, head in strip.heads]
    assert len(shown) == 5
    assert shown == sorted(shown, reverse=True)
    assert (shown[0], shown[-1]) == (accuracy.max(), accuracy.min())


def test_of_a_sweep_one_subject_is_shown_at_every_dose(folder: Path):
    run, media = control_run(folder / CONTROL)
    store_pictures(run, media)
    strip = evalsuite.load_run(run.path).show().strip
    assert [head for _, head in strip.heads] == ["−50 LUFS", "−40 LUFS", "−30 LUFS", "−23 LUFS", "−16 LUFS"]
    assert len({clip_id.partition("@")[0] for clip_id, _ in strip.heads}) == 1
    assert all(uri for _, uris in strip.rows for uri in uris)


def test_a_sweep_without_a_trend_has_no_strip(folder: Path):
    run, _ = control_run(folder / "grid", GRID)
    opened = evalsuite.load_run(run.path)
    assert opened.show().strip is None
    assert "both sources" in Page(opened._repr_html_()).said


def test_a_run_without_clips_is_shown_without_pictures(folder: Path):
    (folder / ZERO_SHOT / CLIPS_FILE).unlink()
    run = evalsuite.load_run(folder / ZERO_SHOT)
    assert run.show().strip is None
    assert "img" not in Page(run._repr_html_()).tags


def test_an_unfinished_run_says_so(folder: Path):
    run = evalsuite.load_run(folder / ZERO_SHOT)
    save_record(run.path, run.record.model_copy(update={"status": "running", "measurements": (), "comparisons": ()}))
    opened = evalsuite.load_run(run.path)
    for told in (str(opened), Page(opened._repr_html_()).said):
        assert "Nothing has been measured yet." in told
        assert "This run has not ended" in told


def test_pictures_of_chosen_clips(with_pictures: evalsuite.Run):
    strip = with_pictures.pictures(["2-1001-A-1", "1-0-A-0"], models=["shuffled_audio"])
    assert strip.heads == (("2-1001-A-1", "rain"), ("1-0-A-0", "dog"))
    assert [name for name, _ in strip.rows] == ["shuffled_audio"]
    assert Page(strip._repr_html_()).tags.count("img") == 2


@pytest.mark.parametrize(
    ("clip_ids", "models", "told"),
    [
        (["1-0-A-00"], [], "the run has no clip '1-0-A-00' — did you mean '1-0-A-0'?"),
        (["1-0-A-0"], ["soundscene"], "the run has no model 'soundscene' — did you mean 'sound2scene'?"),
    ],
)
def test_pictures_of_what_is_not_there(folder: Path, clip_ids: list[str], models: list[str], told: str):
    with pytest.raises(UserError) as raised:
        evalsuite.load_run(folder / ZERO_SHOT).pictures(clip_ids, models=models)
    assert str(raised.value) == told


def test_chosen_metrics_stand_in_place_of_the_headline(folder: Path):
    run = evalsuite.load_run(folder / ZERO_SHOT)
    assert [column.metric for column in run.show(metrics=["fid", "accuracy"]).table.columns] == ["fid", "accuracy"]
    with pytest.raises(UserError, match="did you mean 'accuracy'"):
        run.show(metrics=["acuracy"])


def test_what_a_record_says_is_escaped(folder: Path):
    named = MODELS[0].model_copy(update={"name": EVIL})
    run = table_run(folder / "evil", models=(named, *MODELS[1:]), notes=(EVIL,))
    clips = run.clips()
    clips.assign(label=EVIL, clip_id='"' + clips["clip_id"]).to_parquet(run.path / CLIPS_FILE)
    page = Page(evalsuite.load_run(run.path)._repr_html_())
    assert "script" not in page.tags
    assert page.said.count(EVIL) >= 3


def test_text_is_what_stands_where_no_html_is_shown(folder: Path):
    run = evalsuite.load_run(folder / ZERO_SHOT)
    assert repr(run) == str(run) == str(run.show(pictures=False))
    assert "Floors   shuffled_audio" in str(run)
    assert "<" not in str(run)


def test_curves_are_what_the_record_keeps(folder: Path):
    run = evalsuite.load_run(folder / CONTROL)
    curves = run.curves()
    assert tuple(curves.columns) == CURVE_COLUMNS
    assert len(curves) == sum(len(curve.points) for curve in run.record.curves) == 3 * 2 * 5
    kept = run.record.curves[1]
    rows = curves[(curves["model"] == kept.model) & (curves["response"] == kept.response)]
    assert rows["measured"].tolist() == [point.measured for point in kept.points]
    assert rows["value"].tolist() == [point.estimate.value for point in kept.points]
    assert rows["isotonic"].tolist() == [point.isotonic for point in kept.points]
    assert ((rows["low"] < rows["value"]) & (rows["value"] < rows["high"])).all()


def test_a_run_without_a_sweep_has_no_curves(folder: Path):
    curves = evalsuite.load_run(folder / ZERO_SHOT).curves()
    assert curves.empty
    assert tuple(curves.columns) == CURVE_COLUMNS
