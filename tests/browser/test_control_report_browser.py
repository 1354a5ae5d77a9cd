from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium import ASKED, PLAYED, needs_chromium, opened, title, with_probe
from control_example import GRID, LOUDNESS, control_run
from reporting_example import ESC50, EVERYONE

from evalsuite.reporting.html import write_report

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "s"
    return write_report(*control_run(folder, LOUDNESS, models=EVERYONE))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(*control_run(tmp_path_factory.mktemp("run") / "m", GRID, classes=ESC50[:14]))


@pytest.mark.parametrize("page", ["swept", "mixed"])
def test_the_report_opens_quietly_and_asks_nothing_of_the_network(
    page: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    document, console = opened(with_probe(request.getfixturevalue(page), tmp_path, ASKED), tmp_path / "profile")
    assert (title(document), console) == ("asked 0", [])


def test_the_sounds_of_a_strip_play(swept: Path, tmp_path: Path) -> None:
    document, _ = opened(with_probe(swept, tmp_path, PLAYED), tmp_path / "profile")
    assert title(document) == "seconds 5.0"
    assert document.count('class="player"') == 3 * len(LOUDNESS.doses)


@pytest.mark.parametrize("width", [500, 1280])  # narrower than 500, headless Chromium lays out at 500
@pytest.mark.parametrize("page", ["swept", "mixed"])
def test_the_page_never_scrolls_sideways(page: str, width: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    probe = """
        for (const one of document.querySelectorAll("details")) one.open = true;
        document.title = document.documentElement.scrollWidth <= innerWidth ? "fits" : "too wide";
    """
    report: Path = request.getfixturevalue(page)
    document, _ = opened(with_probe(report, tmp_path, probe), tmp_path / "profile", f"--window-size={width},900")
    assert title(document) == "fits"


def test_every_curve_is_drawn_within_its_panel_and_no_two_lines_look_alike(swept: Path, tmp_path: Path) -> None:
    probe = """
        const inside = (dot, box) => dot.left >= box.left - 9 && dot.right <= box.right + 9
            && dot.top >= box.top - 9 && dot.bottom <= box.bottom + 9;
        const spaces = [...document.querySelectorAll(".space")];
        const dots = spaces.flatMap((space) => [...space.querySelectorAll(".dot > :not(title)")].map(
            (dot) => inside(dot.getBoundingClientRect(), space.getBoundingClientRect())));
        const looks = [...document.querySelectorAll(".sweep .legend")].map((legend) =>
            [...legend.querySelectorAll("line")].map((line) => getComputedStyle(line).strokeDasharray));
        const distinct = looks.every((dashes) => new Set(dashes).size === dashes.length);
        document.title = `${spaces.length} panels, ${dots.every(Boolean) && dots.length > 0}, ${distinct}`;
    """
    document, _ = opened(with_probe(swept, tmp_path, probe), tmp_path / "profile")
    assert title(document) == "4 panels, true, true"
