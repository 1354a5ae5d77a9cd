from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from panel_example import wide_run
from reporting_example import ESC50, EVERYONE, REFERENCES, RIVALS, SYSTEM, ExampleMedia, example_run, measurement

from evalsuite.errors import UserError
from evalsuite.reporting.html import render, write_report
from evalsuite.run_folder import CLIPS_FILE, Run

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Clip
    from evalsuite.model import ModelCard

HOSTILE = '<script>alert("x")</script>&\'">'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run-1"


def _small(folder: Path, **options: Any) -> tuple[Run, ExampleMedia]:
    return example_run(folder, **{"classes": ESC50[:3], "per_class": 5, **options})


def test_a_report_is_written_into_the_run_folder_and_nothing_else_is_left(folder: Path) -> None:
    run, media = _small(folder)
    before = set(folder.iterdir())
    assert write_report(run, media) == folder / "report.html"
    assert set(folder.iterdir()) - before == {folder / "report.html"}


def test_the_second_report_loads_no_sound_and_is_the_same(folder: Path) -> None:
    run, media = _small(folder)
    first, loaded = render(run, media), media.loaded
    assert loaded > 0
    assert render(run, media) == first
    assert media.loaded == loaded


def test_the_first_screen_says_the_verdict_and_what_would_change_it(folder: Path) -> None:
    html = render(*_small(folder))
    front = html[: html.index("<main>")]
    assert "seeingsounds draws the right class for" in front
    assert "seeingsounds is above every floor" in front
    assert "not comparable with those in papers" in front
    assert "Real recordings were heard by mini encoders" in front


def test_every_caveat_leads_to_a_part_of_the_report(folder: Path) -> None:
    html = render(*wide_run(folder, models=(SYSTEM, *RIVALS, *REFERENCES)))
    box = html[html.index('class="caveats"') : html.index("</header>")]
    targets = re.findall(r'<dt><a href="#(\w+)">', box)
    assert {"differences", "scorers", "results", "provenance"} <= set(targets)
    assert all(f'id="{target}"' in html for target in targets)


def test_only_the_best_that_is_told_apart_is_bold_and_a_note_says_so(folder: Path) -> None:
    run, media = _small(folder, models=(SYSTEM, RIVALS[0]))
    scores = {("seeingsounds", "accuracy"): 0.9, ("sound2scene", "accuracy"): 0.5}
    distances = {("seeingsounds", "fid"): 50.0, ("sound2scene", "fid"): 50.01}
    found = tuple(measurement(*key, value) for key, value in (scores | distances).items())
    record = run.record.model_copy(update={"measurements": found, "comparisons": ()})
    html = render(Run(folder, record), media)
    assert re.findall(r'class="value best">([^<]*)<', html) == ["90.0\u202f%"]
    assert html.count("Bold, in every table: the best system") == 1
    alone = render(Run(folder, record.model_copy(update={"measurements": found[:1]})), media)
    assert "best" not in re.findall(r'class="value ?(\w*)"', alone)
    assert "Bold, in every table" not in alone


def test_a_hostile_name_is_shown_and_never_run(folder: Path) -> None:
    card = SYSTEM.model_copy(update={"name": HOSTILE, "description": HOSTILE, "citation": HOSTILE})
    html = render(*_small(folder, models=(card, *REFERENCES), classes=(HOSTILE, "dog", "rain")))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    assert html.count("<script>") == 1
    assert '"x"' not in html


@pytest.mark.parametrize("models", [(SYSTEM,), REFERENCES[:1], (SYSTEM, SYSTEM.model_copy(update={"name": "other"}))])
def test_any_set_of_models_makes_a_report(folder: Path, models: tuple[ModelCard, ...]) -> None:
    html = render(*_small(folder, models=models))
    for card in models:
        assert card.name in html


def test_classes_new_to_the_system_are_marked(folder: Path) -> None:
    card = SYSTEM.model_copy(update={"concepts_met": ESC50[:2]})
    assert render(*_small(folder, models=(card,))).count('<span class="new">not met in training</span>') == 1


def test_the_gallery_shows_the_systems_and_folds_the_references_away(folder: Path) -> None:
    html = render(*_small(folder, models=EVERYONE, classes=ESC50[:1]))
    page = html[html.index('<details class="class"') : html.index('id="confusions"')]
    shown, folded = page.split('<details class="references">')
    assert [f"Drawn by {card.name} " in shown for card in EVERYONE] == [card.role == "system" for card in EVERYONE]
    assert "Drawn by cascade " not in folded
    assert "Drawn by text_oracle " in folded
    assert "Drawn by real " not in folded, "the real picture is shown already"


def test_only_systems_have_confusion_matrices(folder: Path) -> None:
    html = render(*_small(folder, models=EVERYONE))
    assert html.count('<svg class="matrix"') == 5


def test_pictures_that_are_gone_are_said_to_be(folder: Path) -> None:
    run, media = _small(folder)
    media.with_pictures = False
    html = render(run, media)
    assert "no picture" in html
    assert 'class="exhibit truth"' not in html


def test_sounds_that_are_gone_are_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, media = _small(folder)

    def gone(clip_id: str) -> Clip:
        raise UserError("the file is gone", file=clip_id)

    monkeypatch.setattr(media, "sound", gone)
    assert "<audio" not in render(run, media)


def test_a_run_without_clips_or_measurements_still_makes_a_report(folder: Path) -> None:
    run, media = _small(folder)
    (folder / CLIPS_FILE).unlink()
    bare = run.record.model_copy(update={"measurements": (), "status": "running"})
    html = render(Run(folder, bare), media)
    assert "Nothing has been measured yet." in html
    assert "This run has not ended" in html
    assert 'id="pictures"' not in html


def test_an_undefined_value_is_a_dash_and_never_nan(folder: Path) -> None:
    run, media = _small(folder)
    nan = float("nan")
    undefined = (measurement("seeingsounds", "accuracy", 0.5, half=nan), measurement("seeingsounds", "fid", nan))
    html = render(Run(folder, run.record.model_copy(update={"measurements": undefined})), media)
    shown = re.sub(r'base64,[^"]*|<script>.*?</script>', "", html, flags=re.DOTALL)
    assert not re.search(r"\bnan\b", shown, re.IGNORECASE)
    assert "draws the right class for 50.0" in html


def test_nothing_is_fetched_from_anywhere(folder: Path) -> None:
    html = render(*_small(folder))
    sources = re.findall(r'(?:src|href|srcset|action|data|poster)="([^"]*)"', html)
    assert sources
    assert all(source.startswith(("data:", "#")) for source in sources)
    assert "default-src 'none'" in html
    assert not re.search(r"@import|url\((?!\$\{sheet\.uri\})|https?://", html)
    assert all(uri.startswith("data:") for uri in re.findall(r'"uri": ?"([^"]*)"', html))


def test_fifty_classes_and_thirteen_models_stay_below_five_megabytes(folder: Path) -> None:
    run, media = example_run(folder, models=EVERYONE, per_class=6)
    assert write_report(run, media).stat().st_size < 5_000_000
