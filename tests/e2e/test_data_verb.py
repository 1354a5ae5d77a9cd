"""`evalsuite data` as a user runs it: killed, interrupted, resumed; and no verb that does not fetch has a network."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from short_sounds import write_set

from evalsuite.cli.main import VERBS
from evalsuite.datasets.esc50 import Esc50
from evalsuite.datasets.parallel import CHUNK
from evalsuite.datasets.prepared import MANIFEST
from evalsuite.datasets.preparing import PARTIAL_SUFFIX, prepare
from evalsuite.progress import Silent

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from commandline import Desk

SOUNDS = 30 * CHUNK
"""Enough that a command is caught while it works."""

PICTURES = "pictures"
RUN = "RUN"
"""Stands for the run folder, whose name is not known before."""
COMMANDS = (
    ("run", "esc50_zeroshot", "--models", "real,silence", "--limit", "4"),
    ("plan", "esc50_zeroshot", "--models", "real,silence", "--limit", "4"),
    ("score", PICTURES, "--protocol", "esc50_zeroshot", "--models", "real", "--no-report", "-o", "scored"),
    ("report", RUN),
    ("compare", RUN, "--metric", "all", "--models", "real,silence"),
    ("table", RUN, "-o", "table.tex"),
    ("paper", "verify", "table.tex"),
    ("gate", RUN, "--update-baseline", "kept.evalsuite"),
    ("measure", PICTURES, "--metrics", "inception_score"),
    ("calibrate", "--metrics", "accuracy", "--defects", "grey", "--limit", "20", "-o", "calibration"),
    ("check-model", "real"),
    ("doctor",),
    ("ls",),
    ("data", "list"),
    ("data", "prepare", "esc50", "--root", "sounds"),
    ("data", "verify", "esc50", "--root", "sounds"),
    ("weights", "ls"),
    ("weights", "verify"),
)
NOT_HERE = {"train", "miniworld"}
"""They take minutes or hours, in tests of their own."""
ALL_IN_ONE = """
import json, pathlib, sys
from evalsuite.cli.main import invoke

codes = []
for command in json.loads({commands!r}):
    run = next(map(str, pathlib.Path("runs").glob("*")), "RUN")
    codes.append(invoke([run if word == "RUN" else word for word in command]))
print("codes", codes)
"""


@pytest.mark.usefixtures("checkpoints")
def test_no_verb_but_those_that_fetch_asks_for_the_network(desk: Desk):
    """In one process: most of what these commands cost is to import what they need."""
    assert {command[0] for command in COMMANDS} == set(VERBS) - NOT_HERE
    write_set(desk.folder / "sounds", 2)
    (desk.folder / PICTURES).mkdir()
    for number, clip in enumerate(("1-000-A-0", "1-100-A-10")):
        pixels = np.random.default_rng(number).integers(0, 256, (32, 32, 3), np.uint8)
        Image.fromarray(pixels).save(desk.folder / PICTURES / f"{clip}.png")
    process = desk.start_python(ALL_IN_ONE.format(commands=json.dumps(COMMANDS)), offline=True)
    out, err = process.communicate(timeout=900)
    assert out.splitlines()[-1] == f"codes {[0] * len(COMMANDS)}", err
    assert not desk.network_log.exists()


def test_a_fetch_without_a_network_tells_what_to_download_elsewhere(desk: Desk):
    """And so the guard of the test above works for data sets too."""
    done = desk.run("data", "fetch", "ravdess", "--accept-licence", "--root", "here", offline=True)
    assert done.code == 2
    assert "without a network, put https://zenodo.org/" in done.err.splitlines()[-1]
    assert desk.network_log.exists()


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("sounds"), SOUNDS)


@pytest.fixture
def _interrupts_arrive() -> Iterator[None]:
    """A shell's background jobs, and whatever they start, ignore Ctrl-C: undo that for the test's own processes."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _stopped(process: subprocess.Popen[str], draft: Path, how: signal.Signals) -> str:
    """Stop a command once it has written something; return its last line on stderr."""
    while not (draft.is_file() and draft.stat().st_size > 2_000):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(how)
    _, err = process.communicate(timeout=300)
    return err.splitlines()[-1]


@pytest.mark.usefixtures("_interrupts_arrive", "evalsuite_home")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_command_that_was_stopped_goes_on_and_writes_the_same_bytes(
    desk: Desk, sounds: Path, how: signal.Signals, code: int
):
    command = ("data", "prepare", "esc50", "--root", str(sounds), "--workers", "2", "-o", "found.jsonl")
    process = desk.start(*command)
    last = _stopped(process, desk.folder / f"found.jsonl{PARTIAL_SUFFIX}", how)
    assert process.returncode == code
    if how == signal.SIGINT:
        assert last == "interrupted; what was made is kept, run the same command again to go on"
    assert not (desk.folder / "found.jsonl").exists()
    done = desk.run(*command)
    assert done.code == 0, done.err
    assert " clips were done before): " in done.err
    whole = desk.folder / MANIFEST
    prepare(Esc50(root=sounds), whole, workers=1, progress=Silent())
    assert (desk.folder / "found.jsonl").read_bytes() == whole.read_bytes()
