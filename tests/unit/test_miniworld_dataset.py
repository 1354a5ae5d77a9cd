"""Data sets of the miniature world: ESC-50's layout, and no recording in two places."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.datasets.base import ClipInfo, Dataset, PictureSource, WordsConcepts
from evalsuite.datasets.esc50_rows import CATEGORIES
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json
from evalsuite.miniworld.concepts import CONCEPTS, TRAINING_CONCEPTS
from evalsuite.miniworld.dataset import (
    MiniDataset,
    MiniEsc50,
    MiniLandscape,
    MiniRavdess,
    MiniVegas,
    MiniVggSound50,
    recordings_of,
)
from evalsuite.miniworld.pictures import MiniPictures
from evalsuite.miniworld.scenes import render
from evalsuite.miniworld.videos import ManyMiniVideos, MiniVideos

if TYPE_CHECKING:
    from pathlib import Path

EVALUATED: tuple[type[MiniDataset], ...] = (MiniEsc50, MiniVegas, MiniVggSound50, MiniLandscape, MiniRavdess)
REAL_ROW = ClipInfo(id="1-100032-A-0", sha256=sha256_json("a recording"), label="dog", source="100032", fold=1)


@pytest.fixture(scope="module")
def esc50() -> MiniEsc50:
    return MiniEsc50()


@pytest.fixture(scope="module")
def rows(esc50: MiniEsc50) -> tuple[ClipInfo, ...]:
    return esc50.manifest()


def test_layout_is_that_of_esc50(esc50: MiniEsc50, rows: tuple[ClipInfo, ...]) -> None:
    assert isinstance(esc50, Dataset)
    assert esc50.classes == tuple(category.replace("_", " ") for category in CATEGORIES)
    assert len(rows) == len({row.id for row in rows}) == len({row.sha256 for row in rows}) == 2000
    assert Counter(row.label for row in rows) == dict.fromkeys(esc50.classes, 40)
    folds = Counter((row.label, row.fold) for row in rows)
    assert len(folds) == 50 * 5
    assert set(folds.values()) == {8}
    assert {row.fold for row in rows} == {1, 2, 3, 4, 5}


def test_takes_of_one_recording_share_fold_class_and_scene(esc50: MiniEsc50, rows: tuple[ClipInfo, ...]) -> None:
    takes = defaultdict(list)
    for row in rows:
        takes[row.source].append(row)
    assert {len(group) for group in takes.values()} == {2}
    for first, second in takes.values():
        assert (first.fold, first.label) == (second.fold, second.label)
        assert esc50.scene(first.id) == esc50.scene(second.id)


def test_clip_is_synthesised_as_its_row_says(esc50: MiniEsc50, rows: tuple[ClipInfo, ...]) -> None:
    first, again, other = (esc50.load(row) for row in (rows[0], rows[0], rows[1]))
    assert (first.id, first.label, first.sha256) == (rows[0].id, rows[0].label, rows[0].sha256)
    assert first.seconds == 5
    np.testing.assert_array_equal(first.waveform, again.waveform)
    assert not np.array_equal(first.waveform, other.waveform)


def test_training_set_has_every_concept_but_ten_of_the_fifty_classes(esc50: MiniEsc50) -> None:
    videos = MiniVideos()
    assert len(videos.classes) == len(videos.plain_names) == len(CONCEPTS) - 10
    known = set(videos.plain_names.values())
    assert len(known & set(esc50.classes)) == 40
    assert set(Counter(row.label for row in videos.manifest()).values()) == {MiniVideos.clips_per_class}


def test_training_set_words_its_labels_as_videos_do(esc50: MiniEsc50) -> None:
    """Two are worded alike in both worlds; for the rest a system must know that «dog barking» is a dog."""
    assert set(MiniVideos().classes) & set(esc50.classes) == {"sea waves", "pouring water"}


def test_larger_training_set_holds_the_smaller_one() -> None:
    few, many = ({row.id: row for row in opened.manifest()} for opened in (MiniVideos(), ManyMiniVideos()))
    assert few.items() <= many.items()
    assert set(Counter(row.label for row in many.values()).values()) == {ManyMiniVideos.clips_per_class}
    assert ManyMiniVideos().card.name != MiniVideos().card.name


@pytest.mark.parametrize("dataset", EVALUATED)
def test_each_data_set_of_the_papers_is_there_in_miniature(dataset: type[MiniDataset]) -> None:
    opened = dataset()
    rows = opened.manifest()
    assert isinstance(opened, Dataset)
    assert isinstance(opened, WordsConcepts)
    assert {row.label for row in rows} == set(opened.classes) == set(opened.plain_names)
    assert len({row.id for row in rows}) == len({row.sha256 for row in rows}) == len(rows)
    clip = opened.load(rows[-1])
    assert (clip.label, clip.sha256, clip.seconds) == (rows[-1].label, rows[-1].sha256, 5)
    scene = opened.scene(rows[-1].id)
    assert scene is not None
    np.testing.assert_array_equal(MiniPictures().true_picture(rows[-1]), render(scene))
    assert MiniPictures().reference_picture(rows[-1]) is not None


@pytest.mark.parametrize(
    ("dataset", "classes", "clips"),
    [
        (MiniEsc50, 50, 2000),
        (MiniVegas, 10, 400),
        (MiniVggSound50, 50, 600),
        (MiniLandscape, 9, 360),
        (MiniRavdess, 8, 360),
    ],
)
def test_classes_and_clips_are_counted(dataset: type[MiniDataset], classes: int, clips: int) -> None:
    assert (len(dataset().classes), len(dataset().manifest())) == (classes, clips)


def test_an_actor_keeps_voice_and_place() -> None:
    ravdess = MiniRavdess()
    rows = [row for row in ravdess.manifest() if row.source == "ravdess/actor_07"]
    scenes = [ravdess.scene(row.id) for row in rows]
    assert len(rows) == 15
    assert len({(scene.time, scene.place, scene.distance) for scene in scenes if scene}) == 1
    assert len({row.source for row in ravdess.manifest()}) == 24


def test_no_recording_is_in_two_places(rows: tuple[ClipInfo, ...]) -> None:
    places = {name: {made.sha256 for made in recordings_of(name, per_concept=3)} for name in ("ast", "scorer", "check")}
    assert {len(hashes) for hashes in places.values()} == {3 * len(CONCEPTS)}
    places["esc50"] = {row.sha256 for row in rows}
    places["videos"] = {row.sha256 for row in ManyMiniVideos().manifest()}
    assert len(places["videos"]) == len(TRAINING_CONCEPTS) * ManyMiniVideos.clips_per_class
    for first, second in combinations(places, 2):
        assert not places[first] & places[second], (first, second)


def test_true_picture_is_the_scene_that_is_heard(esc50: MiniEsc50, rows: tuple[ClipInfo, ...]) -> None:
    pictures = MiniPictures()
    assert isinstance(pictures, PictureSource)
    for row in rows[::401]:
        scene = esc50.scene(row.id)
        assert scene is not None
        np.testing.assert_array_equal(pictures.true_picture(row), render(scene))


def test_reference_pictures_are_drawn_independently_of_the_clip(rows: tuple[ClipInfo, ...]) -> None:
    pictures = MiniPictures()
    same = [np.array_equal(pictures.true_picture(row), pictures.reference_picture(row)) for row in rows[::20]]
    # Of 24 scenes of a class two independent draws are the same one 1 time in 24.
    assert np.mean(same) < 0.15
    np.testing.assert_array_equal(pictures.reference_picture(rows[0]), MiniPictures().reference_picture(rows[0]))


def test_real_recording_gets_a_picture_of_its_class() -> None:
    picture = MiniPictures().true_picture(REAL_ROW)
    assert picture is not None
    assert (picture.dtype, picture.shape) == (np.uint8, (64, 64, 3))
    np.testing.assert_array_equal(picture, MiniPictures().true_picture(REAL_ROW))


def test_unknown_class_has_no_picture() -> None:
    row = REAL_ROW.model_copy(update={"label": "platypus"})
    assert MiniPictures().true_picture(row) is None
    assert MiniPictures().reference_picture(row) is None


def test_clip_of_another_set_has_no_known_scene(esc50: MiniEsc50) -> None:
    assert esc50.scene(REAL_ROW.id) is None


@pytest.mark.parametrize("dataset", [*EVALUATED, MiniVideos, ManyMiniVideos])
def test_synthesised_set_takes_no_folder(dataset: type[MiniDataset | MiniVideos], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="takes no folder"):
        dataset(root=tmp_path)
