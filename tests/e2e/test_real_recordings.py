"""Real recordings through the miniature encoders: it runs, and says what the numbers are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evalsuite.run_folder import load_run

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Desk


@pytest.mark.usefixtures("checkpoints")
def test_real_recordings_run_from_end_to_end(desk: Desk, esc10: Path) -> None:
    done = desk.run("run", "esc50_zeroshot", "--data", f"esc50={esc10}", "--limit", "20", "--json")
    assert done.code == 0, done.err
    assert "Real recordings met mini encoders" in done.err
    run = load_run(desk.folder / done.json["run"])
    assert run.record.status == "complete"
    assert any(note.startswith("Real recordings met mini encoders") for note in run.record.notes)
    assert (run.record.dataset.card.name, run.record.dataset.n) == ("esc50", 20)
    assert len(run.record.dataset.classes) == 10
    clips = run.clips()
    assert set(clips.groupby("model").clip_id.nunique()) == {20}
    assert clips.predicted.isin(run.record.dataset.classes).all()
    assert done.value("real", "accuracy") > 0.8
    assert (desk.folder / done.json["report"]).is_file()
