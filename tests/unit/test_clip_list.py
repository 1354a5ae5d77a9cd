from __future__ import annotations

import base64
import io
import math
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from reporting_example import ESC50, EVERYONE, MORE_REFERENCES, REFERENCES, RIVALS, SYSTEM, ExampleMedia, example_run

from evalsuite.reporting import clip_index as listing
from evalsuite.reporting.clip_index import ClipIndex, clip_index
from evalsuite.reporting.clip_sheet import Sheet, encode_sheet
from evalsuite.reporting.html import render, write_report
from evalsuite.reporting.packing import ALPHABET, LARGEST, Scale, pack, scale_of
from evalsuite.run_folder import CLIPS_FILE, Run

if TYPE_CHECKING:
    from pathlib import Path

    from evalsuite.audio.clip import Picture

COLOURS = ((250, 20, 20), (20, 250, 20), (20, 20, 250), (240, 240, 20))


def _unpacked(text: str, digits: int = 2) -> list[float]:
    codes = [text[at : at + digits] for at in range(0, len(text), digits)]
    numbers = [sum(ALPHABET.index(letter) * 64**power for power, letter in enumerate(code[::-1])) for code in codes]
    return [math.nan if number == 64**digits - 1 else number for number in numbers]


def _values(packed: str, scale: Scale) -> list[float]:
    return [scale.low + scale.step * number for number in _unpacked(packed)]


def _index(folder: Path, **options: Any) -> ClipIndex:
    run, media = example_run(folder, **{"classes": ESC50[:3], "per_class": 4, "models": EVERYONE, **options})
    return clip_index(run, run.clips(), media)


def _with_neighbours(run: Run) -> Run:
    """Return the run with the first clip of the class that was seen as the nearest of each picture."""
    clips = run.clips()
    first = clips.groupby("label")["clip_id"].first()
    clips["nearest_real"] = clips["predicted"].map(first)
    clips["nearest_real_similarity"] = 0.75
    clips.to_parquet(run.path / CLIPS_FILE)
    return run


@pytest.mark.parametrize("digits", [1, 2])
def test_packed_numbers_come_back_and_so_does_their_absence(digits: int) -> None:
    numbers = np.array([0, 1, 62, math.nan, 64**digits - 2])
    packed = pack(numbers, digits=digits)
    assert len(packed) == digits * len(numbers)
    np.testing.assert_array_equal(_unpacked(packed, digits), numbers)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-0.2, 0.93), (-4.1, 3.7), (0.71, 0.7102), (12.0, 90_000.0)])
def test_a_scale_has_room_for_its_values_and_rounds_to_decimal_places(low: float, high: float) -> None:
    values = np.random.default_rng(0).uniform(low, high, 500)
    scale = scale_of(np.append(values, math.nan))
    numbers = (values - scale.low) / scale.step
    assert numbers.min() >= -1e-9
    assert np.round(numbers).max() <= LARGEST
    assert math.log10(scale.step) == pytest.approx(round(math.log10(scale.step)))
    back = scale.low + scale.step * np.round(numbers)
    assert np.abs(back - values).max() <= scale.step / 2 + 1e-9


def test_values_that_are_all_alike_or_missing_have_a_scale() -> None:
    for values in (np.full(3, 0.5), np.full(3, math.nan)):
        scale = scale_of(values)
        np.testing.assert_allclose(_values(pack((values - scale.low) / scale.step), scale), values, atol=scale.step)


def _sheet(pictures: list[Picture | None], *, budget: float = 500.0) -> Sheet | None:
    return encode_sheet(ExampleMedia({}), [partial(_same, one) for one in pictures], key="k", budget=budget)


def _same(picture: Picture | None) -> Picture | None:
    return picture


def _flat(colour: tuple[int, int, int], shape: tuple[int, int] = (64, 64)) -> Picture:
    return np.full((*shape, 3), colour, np.uint8)


def _opened(sheet: Sheet) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(sheet.uri.partition(",")[2]))).convert("RGB"))


def test_every_picture_lies_at_its_place_on_the_sheet() -> None:
    sheet = _sheet([_flat(colour, (64, 64 + 30 * place)) for place, colour in enumerate(COLOURS[:3])])
    assert sheet is not None
    assert (sheet.columns, sheet.gaps) == (2, ())
    pixels = _opened(sheet)
    side = pixels.shape[1] // sheet.columns
    for place, colour in enumerate(COLOURS[:3]):
        row, column = divmod(place, sheet.columns)
        middle = pixels[row * side + side // 2, column * side + side // 2].astype(int)
        assert np.abs(middle - colour).max() < 40


def test_noisy_pictures_lose_pixels_to_stay_in_the_budget() -> None:
    noise = np.random.default_rng(0)
    noisy: list[Picture | None] = [noise.integers(0, 255, (64, 64, 3), np.uint8) for _ in range(100)]
    generous, frugal = _sheet(noisy, budget=2000), _sheet(noisy, budget=150)
    assert generous is not None
    assert frugal is not None
    assert _opened(generous).shape[0] > _opened(frugal).shape[0]
    assert len(frugal.uri) * 3 / 4 < 150 * 100 + 50


def test_a_gap_is_told_and_not_kept() -> None:
    media = ExampleMedia({})
    there = _flat(COLOURS[0])
    first = encode_sheet(media, [lambda: there, lambda: None], key="k", budget=100)
    assert first is not None
    assert (first.gaps, media.made) == ((1,), {})
    again = encode_sheet(media, [lambda: there, lambda: there], key="k", budget=100)
    assert again is not None
    assert again.gaps == ()
    assert len(media.made) == 1
    assert _sheet([None, None]) is None
    assert _sheet([]) is None


def test_a_sheet_that_is_kept_draws_nothing() -> None:
    media = ExampleMedia({})
    pictures = iter([_flat(colour) for colour in COLOURS[:3]])
    draws = [lambda: next(pictures)] * 3
    first = encode_sheet(media, draws, key="k", budget=100)
    assert encode_sheet(media, draws, key="k", budget=100) == first


def test_the_list_says_what_the_table_says(tmp_path: Path) -> None:
    run, media = example_run(tmp_path, models=EVERYONE, classes=ESC50[:3], per_class=4)
    clips = run.clips()
    index = clip_index(run, clips, media)
    assert index.systems == tuple(card.name for card in (SYSTEM, *RIVALS))
    assert sorted(index.ids) == sorted(clips["clip_id"].unique())
    assert index.total == 12
    assert [score.name for score in index.scores] == ["accuracy", "clip_similarity"]
    for place, name in enumerate(index.systems):
        rows = clips[clips["model"] == name].set_index("clip_id").loc[list(index.ids)]
        seen = [index.classes[int(number)] for number in _unpacked(index.seen[place])]
        assert seen == list(rows["predicted"])
        right, similar = (score.values[place] for score in index.scores)
        assert _unpacked(right, digits=1) == list(rows["accuracy"])
        scale = index.scores[1].scale
        np.testing.assert_allclose(_values(similar, scale), rows["clip_similarity"], atol=scale.step / 2 + 1e-9)
    assert all(sheet is not None and not sheet.gaps for sheet in (*index.sheets.drawn, index.sheets.real))


def test_the_nearest_real_pictures_are_taken_where_the_run_knows_them(tmp_path: Path) -> None:
    assert _index(tmp_path / "without").nearest == ()
    run, media = example_run(tmp_path / "with", models=EVERYONE, classes=ESC50[:3], per_class=4)
    clips = _with_neighbours(run).clips()
    index = clip_index(run, clips, media)
    assert len(_unpacked(index.nearest_labels)) == 3
    assert index.scores[-1].name == "nearest_real_similarity"
    for place in range(len(index.systems)):
        labels = [_unpacked(index.nearest_labels)[int(number)] for number in _unpacked(index.nearest[place])]
        assert labels == _unpacked(index.seen[place])


def test_class_pages_show_the_nearest_real_picture_of_the_first_system(tmp_path: Path) -> None:
    run, media = example_run(tmp_path, models=EVERYONE, classes=ESC50[:3], per_class=4)
    assert 'class="nearest"' not in render(run, media)
    html = render(_with_neighbours(run), media)
    assert html.count('<div class="nearest">') == 3 * 3
    assert re.search(r'alt="Real picture nearest to it, of \w+"><span>nearest real<br>\w+, 0\.750', html)


def test_a_long_list_is_cut_evenly_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_CLIPS", 6)
    run, media = example_run(tmp_path, classes=ESC50[:3], per_class=8)
    index = clip_index(run, run.clips(), media)
    assert (len(index.ids), index.total) == (6, 24)
    assert sorted(_unpacked(index.labels)) == [0, 0, 1, 1, 2, 2]
    assert "6 of the 24 clips" in render(run, media)


def test_sounds_in_files_are_linked_from_the_report(tmp_path: Path) -> None:
    run, media = example_run(tmp_path / "runs" / "r", classes=("a # b",), per_class=2)
    assert clip_index(run, run.clips(), media).sound_folder is None
    media.folder = tmp_path / "my data" / "audio"
    index = clip_index(run, run.clips(), media)
    assert index.sound_folder == "../../my%20data/audio"
    assert index.sounds == tuple(f"{clip_id}.wav" for clip_id in index.ids)


@pytest.mark.parametrize("models", [(SYSTEM,), REFERENCES[:1], REFERENCES])
def test_any_models_make_a_list(tmp_path: Path, models: Any) -> None:
    index = _index(tmp_path, models=models)
    assert index.systems == (models[0].name,)


def test_without_pictures_the_list_still_has_its_scores(tmp_path: Path) -> None:
    run, media = example_run(tmp_path, classes=ESC50[:3], per_class=4)
    media.with_pictures = False
    index = clip_index(run, run.clips(), media)
    assert (index.sheets.drawn, index.sheets.real, index.sheets.nearest) == ((None,), None, None)
    assert index.scores


def test_five_hundred_clips_of_four_systems_take_a_quarter_of_the_room(tmp_path: Path) -> None:
    models = (SYSTEM, *RIVALS[:3], *REFERENCES)
    few = write_report(*example_run(tmp_path / "few", models=models, classes=ESC50[:10], per_class=4))
    many = write_report(*example_run(tmp_path / "many", models=models, classes=ESC50[:10], per_class=50))
    assert many.stat().st_size - few.stat().st_size < 500 * 1000


@pytest.mark.slow
@pytest.mark.parametrize("n_systems", [4, 5])
def test_two_thousand_clips_stay_below_five_megabytes(tmp_path: Path, n_systems: int) -> None:
    models = (SYSTEM, *RIVALS, *REFERENCES, *MORE_REFERENCES)
    run, media = example_run(tmp_path, models=models[:n_systems] + models[5:])
    assert write_report(_with_neighbours(run), media).stat().st_size < 5_000_000
