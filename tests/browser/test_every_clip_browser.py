"""The list of every clip, used as its reader uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium import ASKED, needs_chromium, opened, title, with_probe
from reporting_example import ESC50, REFERENCES, RIVALS, SYSTEM, example_run

from evalsuite.reporting.html import write_report
from evalsuite.run_folder import CLIPS_FILE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_chromium

INPUT = 'form.dispatchEvent(new Event("input"));'
START = """
    const form = document.querySelector(".finder");
    const rows = () => [...document.querySelectorAll("#clips tbody tr")];
    const key = (where, key) => where.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const dialog = document.querySelector("#clips dialog");
    const count = document.querySelector("#clips .count");
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "r"
    run, media = example_run(folder, models=(SYSTEM, *RIVALS[:2], *REFERENCES), classes=ESC50[:6], per_class=8)
    clips = run.clips()
    clips["nearest_real"] = clips["predicted"].map(clips.groupby("label")["clip_id"].first())
    clips["nearest_real_similarity"] = 0.75
    clips.to_parquet(folder / CLIPS_FILE)
    media.folder = folder.parent / "sounds"
    return write_report(run, media)


def _found(report: Path, tmp_path: Path, probe: str, *options: str) -> str:
    document, console = opened(with_probe(report, tmp_path, START + probe), tmp_path / "profile", *options)
    assert console == []
    return title(document)


def test_it_loads_with_a_picture_of_every_system_and_asks_nothing(report: Path, tmp_path: Path) -> None:
    probe = """
        const pieces = [...document.querySelectorAll("#clips tbody .piece")];
        const shown = pieces.filter((one) => getComputedStyle(one).backgroundImage.startsWith("url"));
    """
    found = _found(report, tmp_path, probe + ASKED + "document.title += `, ${rows().length} rows, ${shown.length}`;")
    assert found == "asked 0, 20 rows, 80"


def test_it_sorts_by_any_score_of_any_system(report: Path, tmp_path: Path) -> None:
    probe = """
        const score = (cell) => Number(cell.querySelector(".score").textContent);
        const scores = (column) => rows().map((row) => score(row.children[column]));
        const falls = (some) => some.every((one, at) => at === 0 || some[at - 1] >= one);
        const first = falls(scores(2));
        const head = document.querySelectorAll("#clips th[data-system]")[1];
        head.querySelector("button").click();
        const second = falls(scores(3)) && head.ariaSort;
        head.querySelector("button").click();
        const third = falls(scores(3).reverse()) && head.ariaSort;
        document.title = [first, second, third].join(" ");
    """
    assert _found(report, tmp_path, probe) == "true descending ascending"


def test_it_filters_by_class_verdict_and_text(report: Path, tmp_path: Path) -> None:
    probe = f"""
        form.label.value = "cow"; {INPUT}
        const cows = count.textContent + rows().every((row) => row.textContent.includes("cow"));
        form.judged.value = "wrong 0"; {INPUT}
        const wrong = rows().every((row) => row.children[2].querySelector(".wrong"));
        form.judged.value = "right 0"; {INPUT}
        const both = rows().length;
        form.label.value = ""; form.judged.value = ""; form.find.value = "1-2000-A"; {INPUT}
        document.title = [cows, wrong, both < 8, count.textContent].join("; ");
    """
    assert _found(report, tmp_path, probe) == "8 of 48 clipstrue; true; true; 1 of 48 clips"


def test_it_turns_its_pages(report: Path, tmp_path: Path) -> None:
    probe = """
        const [back, on] = document.querySelectorAll(".pager button");
        const seen = [back.disabled];
        on.click(); on.click();
        seen.push(on.disabled, rows().length, document.querySelector(".pager select").value);
        document.title = seen.join(" ");
    """
    assert _found(report, tmp_path, probe) == "true true 8 2"


def test_a_clip_opens_and_the_next_follows_by_keyboard(report: Path, tmp_path: Path) -> None:
    probe = """
        const [first, second] = rows().map((row) => row.querySelector("button"));
        first.focus();
        key(first, "ArrowDown");
        const focused = document.activeElement === second;
        document.activeElement.click();  // as Enter does on a button
        const name = () => dialog.querySelector("h3 small").textContent;
        const before = [dialog.open, name() === second.nextSibling.textContent];
        key(dialog, "ArrowRight");
        const after = name() === rows()[2].querySelector("small").textContent;
        const held = dialog.querySelectorAll(".exhibit").length + " " + dialog.querySelectorAll(".nearest").length;
        const scores = dialog.querySelectorAll("tbody tr").length;
        dialog.addEventListener("close", () => {
            const rest = document.activeElement.closest("tr") === rows()[2];
            document.title = [focused, ...before, after, held, scores, rest].join(" ");
        });
        dialog.close();
    """
    assert _found(report, tmp_path, probe) == "true true true true 4 3 3 true"


def test_an_opened_clip_plays_its_sound_or_links_to_it(report: Path, tmp_path: Path) -> None:
    probe = """
        const shown = [...document.querySelectorAll(".class .sound")].map((one) => one.closest("figure").dataset.clip);
        const { ids } = JSON.parse(document.querySelector("#clip-index").textContent);
        const [held, apart] = [shown[0], ids.find((id) => !shown.includes(id))];
        const open = (id) => {
            form.find.value = id;
            form.dispatchEvent(new Event("input"));
            rows()[0].querySelector("button").click();
        };
        open(apart);
        const link = decodeURIComponent(dialog.querySelector("a").getAttribute("href")) === `../sounds/${apart}.wav`;
        dialog.close();
        open(held);
        const audio = dialog.querySelector("audio");
        audio.addEventListener("loadedmetadata", () => { document.title = `${link} ${audio.duration.toFixed(1)}`; });
        audio.preload = "auto";
        audio.load();
    """
    assert _found(report, tmp_path, probe) == "true 5.0"


def test_without_a_script_the_pages_of_the_classes_remain_and_a_sentence_says_so(report: Path, tmp_path: Path) -> None:
    page = tmp_path / "quiet.html"
    page.write_text(report.read_text().replace("script-src 'unsafe-inline'", "script-src 'none'"))
    document, _ = opened(page, tmp_path / "profile")
    assert '<form class="finder tools" hidden' in document
    assert '<div class="shelf" hidden' in document
    assert "This list needs JavaScript." in document
    assert document.count("<audio controls") == 6 * 3


@pytest.mark.parametrize("width", [500, 1280])  # narrower than 500, headless Chromium lays out at 500
def test_an_opened_clip_never_scrolls_the_page_sideways(width: int, report: Path, tmp_path: Path) -> None:
    probe = """
        rows()[0].querySelector("button").click();
        const fits = (one) => one.scrollWidth <= one.clientWidth;
        document.title = document.documentElement.scrollWidth <= innerWidth && fits(dialog) ? "fits" : "too wide";
    """
    assert _found(report, tmp_path, probe, f"--window-size={width},900") == "fits"
