from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium import ASKED, PLAYED, needs_chromium, opened, title, with_probe
from panel_example import wide_run
from reporting_example import ESC50, REFERENCES, RIVALS, SYSTEM, example_run

from evalsuite.reporting.html import write_report

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(*example_run(tmp_path_factory.mktemp("run") / "r", classes=ESC50[:6], per_class=8))


@pytest.fixture(scope="module")
def wide_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With every metric, some of them not comparable, and scorers that disagree."""
    return write_report(*wide_run(tmp_path_factory.mktemp("run") / "w", models=(SYSTEM, *RIVALS, *REFERENCES)))


def test_the_report_opens_without_a_console_message(report: Path, tmp_path: Path) -> None:
    document, console = opened(report, tmp_path)
    assert console == []
    assert "6 of 6 classes" in document
    assert document.count('class="player"') == 6 * 3


def test_the_report_asks_nothing_of_the_network(report: Path, tmp_path: Path) -> None:
    document, console = opened(with_probe(report, tmp_path, ASKED), tmp_path / "profile")
    assert (title(document), console) == ("asked 0", [])


def test_the_sounds_play(report: Path, tmp_path: Path) -> None:
    document, _ = opened(with_probe(report, tmp_path, PLAYED), tmp_path / "profile")
    assert title(document) == "seconds 5.0"


def test_classes_can_be_found_and_ordered(report: Path, tmp_path: Path) -> None:
    probe = """
        const form = document.querySelector(".tools");
        form.order.value = "name";
        form.find.value = "o";
        form.order.dispatchEvent(new Event("input", { bubbles: true }));
        const shown = [...document.querySelectorAll("details.class")].filter((one) => !one.hidden);
        document.title = shown.map((one) => one.dataset.name).join(" ");
    """
    document, _ = opened(with_probe(report, tmp_path, probe), tmp_path / "profile")
    assert title(document) == "cow dog frog rooster"


@pytest.mark.parametrize("width", [500, 1280])  # narrower than 500, headless Chromium lays out at 500
@pytest.mark.parametrize("page", ["report", "wide_report"])
def test_the_page_never_scrolls_sideways(page: str, width: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    probe = """
        for (const one of document.querySelectorAll("details")) one.open = true;
        document.title = document.documentElement.scrollWidth <= innerWidth ? "fits" : "too wide";
    """
    report: Path = request.getfixturevalue(page)
    document, _ = opened(with_probe(report, tmp_path, probe), tmp_path / "profile", f"--window-size={width},900")
    assert title(document) == "fits"


def test_what_is_not_comparable_says_so_in_the_text_that_is_read_out(wide_report: Path, tmp_path: Path) -> None:
    probe = """
        const cells = [...document.querySelectorAll("#results td")].filter((cell) => cell.innerText.includes("†"));
        const told = cells.filter((cell) => cell.innerText.includes("not comparable"));
        document.title = cells.length && cells.length === told.length ? "all told" : "hidden";
    """
    document, console = opened(with_probe(wide_report, tmp_path, probe), tmp_path / "profile")
    assert (title(document), console) == ("all told", [])


def test_the_first_screen_shows_the_verdict_its_caveats_and_the_systems(wide_report: Path, tmp_path: Path) -> None:
    probe = """
        const parts = [".lead", ".caveats", "#results tbody.system tr:nth-child(2)"];
        const shown = (part) => document.querySelector(part).getBoundingClientRect().bottom < 800;
        document.title = parts.map(shown).join(" ");
    """
    document, _ = opened(with_probe(wide_report, tmp_path, probe), tmp_path / "profile", "--window-size=1280,800")
    assert title(document) == "true true true"


@pytest.mark.parametrize("page", ["report", "wide_report"])
def test_all_can_be_reached_by_the_keyboard_and_shows_that_it_is(
    page: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    probe = """
        for (const one of document.querySelectorAll("details")) one.open = true;
        const reached = "a[href], button, input, select, summary, [tabindex='0']";
        const wide = [...document.querySelectorAll("body *")].filter((one) => one.scrollWidth > one.clientWidth);
        const scrolls = wide.filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowX));
        const lost = scrolls.filter((one) => !one.matches(reached) && !one.querySelector(reached));
        const unlabelled = [...document.querySelectorAll("[tabindex='0']")].filter((one) => !one.ariaLabel);
        const dim = [...document.querySelectorAll(reached)].filter((one) => {
            one.focus({ preventScroll: true });
            return document.activeElement === one && getComputedStyle(one).outlineStyle === "none";
        });
        const first = document.querySelector(reached);
        const found = { lost, unlabelled, dim };
        const names = (some) => some.map((one) => one.className || one.tagName).join(" ");
        const told = Object.entries(found).map(([what, some]) => `${what}: ${names(some)}`);
        document.title = `${told.join("; ")}; first: ${first.className}`;
    """
    document, _ = opened(
        with_probe(request.getfixturevalue(page), tmp_path, probe), tmp_path / "profile", "--window-size=500,900"
    )
    assert title(document) == "lost: ; unlabelled: ; dim: ; first: skip"


def test_who_wants_no_motion_gets_none(report: Path, tmp_path: Path) -> None:
    probe = "document.title = getComputedStyle(document.documentElement).scrollBehavior;"
    page = with_probe(report, tmp_path, probe)
    still, _ = opened(page, tmp_path / "still", "--force-prefers-reduced-motion")
    moving, _ = opened(page, tmp_path / "moving")
    assert (title(still), title(moving)) == ("auto", "smooth")
