from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def esc10() -> Path:
    """The 400 real clips of ESC-10, where this machine has them."""
    folder = Path(os.environ.get("EVALSUITE_TEST_ESC10", REPOSITORY.parent / "shared" / "data" / "esc10"))
    if not folder.is_dir():
        pytest.skip(f"no real clips at {folder}: put ESC-10 there or name its folder in EVALSUITE_TEST_ESC10")
    return folder


@pytest.fixture
def evalsuite_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store of the test's own."""
    home = tmp_path / "evalsuite_home"
    home.mkdir()
    monkeypatch.setenv("EVALSUITE_HOME", str(home))
    return home
