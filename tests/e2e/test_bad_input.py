"""Whatever a user gets wrong is told in one line with its place, and costs nothing of what was made before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from commandline import Desk, Done
from toys import TOY_PROFILE, TOY_PROTOCOL

from evalsuite.hashing import sha256_file
from evalsuite.resources import locate

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = 8_000
CSV = """\
filename,fold,target,category,esc10,src_file,take
1-100-A-0.wav,1,0,dog,True,100,A
1-200-A-10.wav,1,10,rain,True,200,A
"""


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a finished run, and beside it two recordings in ESC-50's layout and both kinds of YAML file."""
    desk = Desk(tmp_path_factory.mktemp("worked"))
    (desk.folder / "toy.yaml").write_text(TOY_PROTOCOL)
    (desk.folder / "toy_profile.yaml").write_text(TOY_PROFILE)
    done = desk.run("run", "toy.yaml", "--profile", "toy_profile.yaml", "--limit", "40")
    assert done.code == 0, done.err
    return desk


@pytest.fixture
def spoilt(worked: Desk) -> Path:
    """A sound ESC-50 folder and the shipped protocol and profile as files, for a test to spoil."""
    audio, meta = worked.folder / "data" / "audio", worked.folder / "data" / "meta"
    for folder in (audio, meta):
        folder.mkdir(parents=True, exist_ok=True)
    (meta / "esc50.csv").write_text(CSV)
    for name in ("1-100-A-0.wav", "1-200-A-10.wav"):
        tone(audio / name)
    for relative in ("protocols/esc50_zeroshot.yaml", "protocols/profiles/mini.yaml"):
        (worked.folder / Path(relative).name).write_text(locate(relative).read_text())
    return worked.folder


def tone(path: Path, *, samples: int = RATE, value: float | None = None) -> None:
    sine = 0.5 * np.sin(2 * np.pi * 440 * np.arange(samples) / RATE)
    soundfile.write(path, sine if value is None else np.full(samples, value), RATE, subtype="FLOAT")


def kept(desk: Desk) -> dict[str, str]:
    """The hash of every file of the finished run and of the store."""
    files = [path for folder in (desk.folder / "runs", desk.home) for path in folder.rglob("*") if path.is_file()]
    assert files
    return {str(path): sha256_file(path) for path in files}


def told_in_one_line(desk: Desk, *arguments: str) -> str:
    """Run a command that must fail, check how it fails, and return what it says."""
    before = kept(desk)
    done: Done = desk.run(*arguments)
    assert done.code == 2, done.err
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert line.startswith("evalsuite: ")
    assert kept(desk) == before
    return line


def replaced(file: Path, old: str, new: str) -> int:
    """Replace the one place of ``old`` in a file and return its line."""
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


FAULTY_SOUNDS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: path.unlink(), "audio/1-200-A-10.wav is not there"),
    "text": (lambda path: path.write_text("404: Not Found\n"), "not a sound file"),
    "no samples": (lambda path: tone(path, samples=0), "no samples"),
    "zero bytes": (lambda path: path.write_bytes(b""), "0 bytes"),
    "not a number": (lambda path: tone(path, value=float("nan")), "not finite"),
    "wrong scale": (lambda path: tone(path, value=12_000.0), "full scale is 1"),
}


@pytest.mark.parametrize("fault", FAULTY_SOUNDS)
def test_faulty_sound_names_its_file(worked: Desk, spoilt: Path, fault: str) -> None:
    spoil, words = FAULTY_SOUNDS[fault]
    path = spoilt / "data" / "audio" / "1-200-A-10.wav"
    spoil(path)
    line = told_in_one_line(worked, "run", "esc50_zeroshot", "--data", "esc50=data", "--limit", "2")
    # A row without its file is the table's fault: it is told with the table's line.
    place = "data/meta/esc50.csv:3: " if fault == "missing" else "data/audio/1-200-A-10.wav: "
    assert line.startswith(f"evalsuite: {place}")
    assert words in line


def test_faulty_row_names_file_and_line(worked: Desk, spoilt: Path) -> None:
    replaced(spoilt / "data" / "meta" / "esc50.csv", "10,rain", "10,rian")
    line = told_in_one_line(worked, "run", "esc50_zeroshot", "--data", "esc50=data")
    assert line.startswith("evalsuite: data/meta/esc50.csv:3: ")
    assert "did you mean 'rain'" in line


FAULTY_YAML = {
    "unknown key": ("esc50_zeroshot.yaml", "judge_template:", "judge_templat:", "did you mean 'judge_template'"),
    "unknown metric": ("esc50_zeroshot.yaml", "- accuracy  ", "- acuracy  ", "did you mean 'accuracy'"),
    "unknown model": ("esc50_zeroshot.yaml", "- seeingsounds", "- seeingsound", "did you mean 'seeingsounds'"),
    "unknown data set": ("esc50_zeroshot.yaml", "dataset: esc50 ", "dataset: ecs50 ", "did you mean 'esc50'"),
    "no YAML": ("esc50_zeroshot.yaml", "subsets: true", "subsets: [true", "not valid YAML"),
    "profile: unknown key": ("mini.yaml", "synthetic: true", "synthetc: true", "did you mean 'synthetic'"),
    "profile: unknown role": ("mini.yaml", "  judge:  ", "  juge:  ", "did you mean 'judge'"),
    "profile: unknown setting": ("mini.yaml", "  adapters: mini", "  adaptors: mini", "did you mean 'adapters'"),
}


@pytest.mark.parametrize("fault", FAULTY_YAML)
def test_faulty_yaml_names_file_and_line(worked: Desk, spoilt: Path, fault: str) -> None:
    name, old, new, words = FAULTY_YAML[fault]
    number = replaced(spoilt / name, old, new)
    line = told_in_one_line(worked, "run", "esc50_zeroshot.yaml", "--profile", "mini.yaml", "--limit", "2")
    assert words in line
    # A model's settings are the model's own: it checks them, and knows their names but not their lines.
    if fault == "no YAML":
        assert line.startswith(f"evalsuite: {name}:")
    elif fault != "profile: unknown setting":
        assert line.startswith(f"evalsuite: {name}:{number}: ")


@pytest.mark.usefixtures("spoilt")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu", "esc50_zeroshot"], "did you mean 'run'"),
        (["run", "esc50_zerosht"], "did you mean 'esc50_zeroshot'"),
        (["run", "esc50_zeroshot", "--profile", "minni"], "did you mean 'mini'"),
        (["run", "esc50_zeroshot", "--models", "seeingsoundz"], "did you mean 'seeingsounds'"),
        (["run", "esc50_zeroshot", "--models", "nowhere:Model"], "nowhere:Model"),
        (["run", "esc50_zeroshot", "--data", "data"], "NAME=FOLDER"),
        (["run", "esc50_zeroshot", "--data", "esc50=elsewhere"], "elsewhere: --data esc50=elsewhere: no such folder"),
        (["run", "esc50_zeroshot", "--data", "ecs50=data"], "did you mean 'esc50'"),
        (["run", "esc50_zeroshot", "--data", "esc50=home"], "home/meta/esc50.csv: no such file"),
        (["run", "esc50_zeroshot", "--limit", "none"], "none"),
        (["run", "esc50_zeroshot", "--limt", "5"], "--limit"),
        (["report", "runs"], "runs: not a run folder"),
    ],
)
def test_faulty_command_line_is_told(worked: Desk, arguments: list[str], words: str) -> None:
    assert words in told_in_one_line(worked, *arguments)


def test_finished_run_is_still_there_and_cached(worked: Desk) -> None:
    done = worked.run("run", "toy.yaml", "--profile", "toy_profile.yaml", "--limit", "40")
    assert done.code == 0
    assert "hearing: pictures" not in done.err
