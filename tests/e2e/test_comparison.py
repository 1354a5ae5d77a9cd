"""Several runs on one page, asked for as a user does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commandline import Desk
from toys import TOY_PROFILE, TOY_PROTOCOL

if TYPE_CHECKING:
    from commandline import Done

MODELS = """\
from toys import DeafModel, HearingModel

from evalsuite.model import ModelCard


class Old(DeafModel):
    card = ModelCard(name="mine", fingerprint="old")


class New(HearingModel):
    card = ModelCard(name="mine", fingerprint="new")
"""


class Bench:
    """A desk with finished runs of a model before and after it learned to listen."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        (folder / "checkpoints.py").write_text(MODELS)
        (folder / "profile.yaml").write_text(TOY_PROFILE)
        (folder / "toy.yaml").write_text(TOY_PROTOCOL)
        (folder / "other.yaml").write_text(TOY_PROTOCOL.replace("toy_protocol", "other_protocol"))
        self.old = self.made("toy.yaml", "checkpoints:Old")
        self.new = self.made("toy.yaml", "checkpoints:New")
        self.few = self.made("toy.yaml", "checkpoints:New", "--limit", "40")
        self.other = self.made("other.yaml", "checkpoints:New")

    def made(self, protocol: str, model: str, *options: str) -> str:
        """Run a model and return its run folder."""
        chosen = ("--profile", "profile.yaml", "--models", model, "--no-report", "--json")
        done = self.desk.run("run", protocol, *chosen, *options)
        assert done.code == 0, done.err
        return str(done.json["run"])

    def report(self, *arguments: str) -> Done:
        """Ask for a report."""
        return self.desk.run("report", *arguments, "--profile", "profile.yaml", offline=True)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


def refusal(done: Done) -> str:
    """Return the one line that a command ends with that made nothing."""
    (line,) = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    return line


def test_did_my_checkpoint_help_and_for_which_sounds(bench: Bench) -> None:
    done = bench.report(bench.old, bench.new, "-o", "pages/comparison.html")
    assert (done.code, done.out) == (0, "pages/comparison.html\n"), done.err
    page = (bench.desk.folder / "pages" / "comparison.html").read_text()
    assert "Run B’s mine is clearly better than run A’s mine by accuracy: 100.0\u202f% against 25.0\u202f%" in page
    assert "Largest wins of B" in page
    assert page.count('<article class="bout">') == page.count('src="data:audio/ogg;base64,') == 12


def test_without_output_the_page_lies_beside_the_first_run(bench: Bench) -> None:
    done = bench.report(bench.old, bench.new)
    old, new = Path(bench.old), Path(bench.new)
    expected = old.parent / f"compare-{old.name}-{new.name.removeprefix('toy_protocol-')}.html"
    assert done.out == f"{expected}\n"
    assert (bench.desk.folder / expected).is_file()


def test_runs_over_other_clips_are_compared_on_those_of_both(bench: Bench) -> None:
    done = bench.report(bench.old, bench.few, "-o", "few.html")
    assert done.code == 0, done.err
    page = (bench.desk.folder / "few.html").read_text()
    assert f"Only the 40 clips in both runs count, of 40 of {Path(bench.few).name} and 160 of" in page
    assert "not comparable: dataset differs" in page


def test_runs_that_do_not_compare_are_refused_in_one_line(bench: Bench) -> None:
    told = refusal(bench.report(bench.old, bench.other))
    assert told.startswith(f"evalsuite: {bench.other}: does not compare with {bench.old}: the protocol differs ")
    assert "(toy_protocol there, other_protocol here)" in told
    assert "the run is named twice" in refusal(bench.report(bench.old, bench.old))
    assert "not a run folder" in refusal(bench.report(bench.old, "nowhere"))


def test_options_of_one_run_and_of_several_are_not_mixed_up(bench: Bench) -> None:
    assert "--output is for several runs" in refusal(bench.report(bench.old, "-o", "page.html"))
    assert "--figures draws the sweep of one run" in refusal(bench.report(bench.old, bench.new, "--figures", "figures"))
    assert not (bench.desk.folder / "page.html").exists()
