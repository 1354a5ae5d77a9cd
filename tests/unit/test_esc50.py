"""ESC-50: any part of it is read, and a fault in its table is told by line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from evalsuite.datasets.base import Dataset
from evalsuite.datasets.esc50 import Esc50
from evalsuite.datasets.esc50_rows import CATEGORIES
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("evalsuite_home")

HEADER = "filename,fold,target,category,esc10,src_file,take"
ROWS = (
    "1-200-A-12.wav,1,12,crackling_fire,True,200,A",
    "1-100-A-0.wav,1,0,dog,True,100,A",
    "5-100-B-0.wav,5,0,dog,True,100,B",
)


def written(root: Path, rows: tuple[str, ...] = ROWS, *, header: str = HEADER, end: str = "\n", bom: str = "") -> Path:
    """Write a data set of these rows, with a sound for each file name that can be one."""
    (root / "meta").mkdir()
    (root / "audio").mkdir()
    text = bom + end.join([header, *rows]) + end
    (root / "meta" / "esc50.csv").write_bytes(text.encode())
    for number, row in enumerate(rows):
        name = row.split(",")[0]
        if name and "/" not in name:
            soundfile.write(root / "audio" / name, np.full(800, 0.01 * (number + 1), np.float32), 8_000)
    return root


def test_manifest_has_the_rows_of_the_table_in_order(tmp_path: Path) -> None:
    dataset = Esc50(root=written(tmp_path))
    assert isinstance(dataset, Dataset)
    assert dataset.classes == ("dog", "crackling fire")
    rows = [(info.id, info.label, info.source, info.fold) for info in dataset.manifest()]
    assert rows == [
        ("1-200-A-12", "crackling fire", "200", 1),
        ("1-100-A-0", "dog", "100", 1),
        ("5-100-B-0", "dog", "100", 5),
    ]


def test_clip_is_loaded_with_its_label_and_hash(tmp_path: Path) -> None:
    dataset = Esc50(root=written(tmp_path))
    info = dataset.manifest()[0]
    clip = dataset.load(info)
    assert (clip.id, clip.label, clip.sha256, clip.sample_rate) == (info.id, info.label, info.sha256, 8_000)
    assert clip.picture is None
    assert clip.waveform.shape == (800,)
    with pytest.raises(UserError, match="no clip has the id 'other'"):
        dataset.load(info.model_copy(update={"id": "other"}))


def test_whole_set_has_its_classes_in_the_order_of_the_targets(tmp_path: Path) -> None:
    rows = tuple(f"1-7-A-{target}.wav,1,{target},{name},False,7,A" for target, name in enumerate(CATEGORIES))
    assert len(CATEGORIES) == len(set(CATEGORIES)) == 50
    assert Esc50(root=written(tmp_path, rows[::-1])).classes == tuple(name.replace("_", " ") for name in CATEGORIES)


def test_byte_order_mark_and_crlf_are_fine(tmp_path: Path) -> None:
    assert len(Esc50(root=written(tmp_path, end="\r\n", bom="\ufeff")).manifest()) == 3


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1-9-A-0.wav,6,0,dog,True,9,A", "the fold is '6'"),
        ("1-9-A-0.wav,one,0,dog,True,9,A", "the fold is 'one'"),
        ("1-9-A-0.wav,1,0,dgo,True,9,A", "did you mean 'dog'"),
        ("1-9-A-0.wav,1,1,dog,True,9,A", "the target of 'dog' is 0, not '1'"),
        ("1-100-A-0.wav,1,0,dog,True,100,A", "listed in line 3 already"),
        ("../1-9-A-0.wav,1,0,dog,True,9,A", "no plain file name"),
        ("1-9-A-0.wav,1,0,dog,True,,A", "nothing in the column 'src_file'"),
        ("1-9-A-0.wav,1", "nothing in the column 'target'"),
    ],
)
def test_faulty_row_is_told_by_line(tmp_path: Path, row: str, words: str) -> None:
    root = written(tmp_path, (*ROWS, row))
    with pytest.raises(UserError, match=words) as caught:
        Esc50(root=root)
    assert (caught.value.file, caught.value.line) == (root / "meta" / "esc50.csv", 5)


def test_faulty_table_is_told(tmp_path: Path) -> None:
    root = written(tmp_path, header=HEADER.replace("target", "tarqet"))
    with pytest.raises(UserError, match=r"the column 'target' is missing .* did you mean 'tarqet'"):
        Esc50(root=root)
    table = root / "meta" / "esc50.csv"
    for content, words in ((b"", "'filename' is missing"), (HEADER.encode(), "no rows"), (b"\xff\xfe", "UTF-8")):
        table.write_bytes(content)
        with pytest.raises(UserError, match=words):
            Esc50(root=root)


def test_row_without_its_file_is_told_by_line(tmp_path: Path) -> None:
    root = written(tmp_path)
    (root / "audio" / "5-100-B-0.wav").unlink()
    with pytest.raises(UserError, match=r"audio/5-100-B-0.wav is not there") as caught:
        Esc50(root=root).manifest()
    assert caught.value.line == 4


def test_manifest_finds_a_file_that_does_not_decode(tmp_path: Path) -> None:
    root = written(tmp_path)
    path = root / "audio" / "1-100-A-0.wav"
    path.write_text("<html>Not Found</html>")
    with pytest.raises(UserError, match="not a sound file") as caught:
        Esc50(root=root).manifest()
    assert caught.value.file == path


def test_without_files_the_user_is_told_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--data esc50=PATH.*karolpiczak/ESC-50, CC BY-NC"):
        Esc50(root=None)
    with pytest.raises(UserError, match="audio/ and meta/"):
        Esc50(root=tmp_path)


def test_real_recordings_of_esc10(esc10: Path) -> None:
    dataset = Esc50(root=esc10)
    manifest = dataset.manifest()
    with (esc10 / "meta" / "esc50.csv").open() as stream:
        assert len(manifest) == sum(1 for _ in csv.DictReader(stream))
    assert len(dataset.classes) == 10
    assert {info.label for info in manifest} == set(dataset.classes)
    clip = dataset.load(manifest[0])
    assert clip.seconds == pytest.approx(5, abs=0.1)
    assert 0 < np.abs(clip.waveform).max() <= 1
