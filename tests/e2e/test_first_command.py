"""The first command of the README: offline, told in one JSON object, cached, and safe to interrupt."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest
from commandline import FIRST_COMMAND, Desk, FirstRun

from evalsuite.protocol import load_protocol
from evalsuite.run_folder import load_run
from evalsuite.running.store import STORE_FILE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

METRICS = {*load_protocol("esc50_zeroshot").metrics, "clip_kid"}
"""Those of the protocol, and the alternative to a distance that is mostly bias at 100 clips."""
SYSTEMS = ["seeingsounds", "sound2scene", "sound2vision", "sonification", "cascade"]
FLOORS = ["shuffled_audio", "silence", "white_noise", "prompt_only"]
MODELS = [*SYSTEMS, "real", "text_oracle", "audio_retrieval", "class_mean", *FLOORS]

# One system and one metric, so that the pictures are most of the work.
SHORT = """\
name: short
version: 1
title: One system, one metric
description: To be interrupted.
dataset: esc50
models: [seeingsounds]
judge_template: "This is a photo of {label}."
metrics: [accuracy]
"""
SHORT_COMMAND = ("run", "short.yaml", "--limit", "100", "--no-report", "--json")
BATCH = 64
"""Pictures that are drawn between two commits to the store."""


def entries(home: Path) -> dict[str, tuple[int, str]]:
    """Row number and content hash of every entry of a store, by key. A row that is written anew gets a new number."""
    file = home / STORE_FILE
    if not file.is_file():
        return {}
    connection = sqlite3.connect(file, timeout=60)
    try:
        found = connection.execute("SELECT key, rowid, sha256 FROM entries").fetchall()
    except sqlite3.OperationalError:  # the table is not there yet
        found = []
    finally:
        connection.close()
    return {key: (row, digest) for key, row, digest in found}


def test_stdout_is_one_json_object_and_stderr_has_the_rest(first_run: FirstRun) -> None:
    told = first_run.done.json
    assert set(told) == {"run", "report", "measurements"}
    columns = {"model", "metric", "value", "low", "high", "n", "not_comparable", "passport", "subset"}
    assert all(set(row) == columns for row in told["measurements"])
    whole = [row for row in told["measurements"] if row["subset"] == "all"]
    assert {row["metric"] for row in whole} == METRICS
    assert [row["model"] for row in whole if row["metric"] == "accuracy"] == MODELS
    # Where nothing varies, as in what a reference draws whatever the sound, there is no interval: null, not made up.
    lacking = [row for row in whole if row["low"] is None]
    assert all(row["high"] is None and row["model"] not in SYSTEMS for row in lacking)
    assert all(row["low"] <= row["value"] <= row["high"] for row in whole if row["low"] is not None)
    assert "seeingsounds: pictures: 100 to do" in first_run.done.err
    assert "Traceback" not in first_run.done.err


def test_run_folder_is_complete(first_run: FirstRun) -> None:
    run = load_run(first_run.folder)
    assert run.record.status == "complete"
    assert len(run.clips()) == len(MODELS) * 100
    assert first_run.report.is_file()
    assert run.record.profile.name == "mini"


def test_every_system_is_above_every_floor(first_run: FirstRun) -> None:
    found = {(c.model, c.other): c for c in load_run(first_run.folder).record.comparisons}
    for system in SYSTEMS:
        for floor in FLOORS:
            comparison = found[system, floor]
            assert (comparison.metric, comparison.n) == ("accuracy", 100)
            assert comparison.estimate.value > 0.2
            assert comparison.p_adjusted < 0.01


def test_nothing_asks_for_the_network(first_run: FirstRun) -> None:
    """A library might try, fail and fall back in silence: no attempt at all was made."""
    assert not first_run.desk.network_log.exists()


def test_the_network_would_have_been_missed(desk: Desk) -> None:
    """The guard of the test above works."""
    (desk.folder / "caller.py").write_text("import socket\nsocket.create_connection(('127.0.0.1', 9))\n")
    done = desk.run("run", "esc50_zeroshot", "--models", "caller:Model", offline=True)
    assert done.code != 0
    assert "127.0.0.1" in desk.network_log.read_text()


def test_second_run_is_cached(first_run: FirstRun) -> None:
    before = entries(first_run.desk.home)
    again = first_run.desk.run(*FIRST_COMMAND, PYTHONPROFILEIMPORTTIME="1")
    assert again.code == 0
    assert again.json == first_run.done.json
    imported = set(re.findall(r"\| +(\S+)$", again.err, flags=re.MULTILINE))
    assert "evalsuite.running.run" in imported
    assert not imported & {"torch", "transformers", "diffusers", "open_clip"}
    assert entries(first_run.desk.home) == before
    assert again.seconds < first_run.done.seconds / 3


def test_no_two_models_share_a_picture_entry(first_run: FirstRun) -> None:
    clips = load_run(first_run.folder).clips()
    assert set(clips.groupby("image_key").model.nunique()) == {1}
    assert set(clips.image_key) <= set(entries(first_run.desk.home))


@pytest.fixture
def _interrupts_arrive() -> Iterator[None]:
    """A shell's background jobs, and whatever they start, ignore Ctrl-C: undo that for the test's own processes."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interrupts_arrive")
def test_interrupted_run_goes_on_where_it_was(first_run: FirstRun, desk: Desk) -> None:
    (desk.folder / "short.yaml").write_text(SHORT)
    process = desk.start(*SHORT_COMMAND)
    _wait_for_first_batch(process, desk.home)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted; what was made is kept, run the same command again to go on"
    assert "Traceback" not in err

    kept = entries(desk.home)
    assert len(kept) == BATCH
    resumed = desk.run(*SHORT_COMMAND)
    assert resumed.code == 0, resumed.err
    assert f"seeingsounds: pictures: {100 - BATCH} to do" in resumed.err
    after = entries(desk.home)
    assert {key: after[key] for key in kept} == kept

    # The pictures are those of the run that was never interrupted, to the last bit.
    never_interrupted = entries(first_run.desk.home)
    pictures = set(load_run(desk.folder / resumed.json["run"]).clips().image_key)
    assert len(pictures) == 100
    assert {key: after[key][1] for key in pictures} == {key: never_interrupted[key][1] for key in pictures}


def _wait_for_first_batch(process: subprocess.Popen[str], home: Path) -> None:
    while not entries(home):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
