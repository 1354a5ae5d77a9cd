"""The pytest plugin: a model's repository gates it in its own tests.

Where evalsuite is installed, pytest finds the plugin::

    def test_my_model(evalsuite_gate):
        evalsuite_gate("my_package:MyModel", protocol="esc10_zeroshot", baseline="tests/mine.evalsuite", limit=200)

    def test_my_model_is_as_quick_as_it_was(evalsuite_throughput):
        evalsuite_throughput("my_package:MyModel", protocol="esc10_zeroshot", against="my_package:OldModel")

``pytest --evalsuite-update-baseline`` makes the runs the baselines. Everything is imported inside functions: tests that
do not use the fixtures pay nothing for them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from evalsuite.gating.decision import Outcome
    from evalsuite.gating.judgement import Judgement
    from evalsuite.gating.speed import Race

CLIPS = 16
"""How many clips a throughput is taken of, unless ``limit`` says otherwise."""
UPDATE = "--evalsuite-update-baseline"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the gate."""
    group = parser.getgroup("evalsuite", "gates for audio-to-image models")
    group.addoption(UPDATE, action="store_true", help="Make the runs of evalsuite_gate the baselines.")
    group.addoption("--evalsuite-why", default=f"pytest {UPDATE}", metavar="TEXT", help="Why, for their history.")


@pytest.fixture
def evalsuite_gate(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Judgement | None]:
    """Return ``gated(model, *, protocol, baseline, gate=None, **asked)``, which runs a model and gates it.

    ``model`` is a registered name or «module:attribute», ``baseline`` and ``gate``, the margins in place of the
    protocol's, are files relative to pytest's root folder. What else is ``asked`` goes to
    :class:`evalsuite.running.plan.Request`: ``profile``, ``limit``, ``data``, ``seed``, ``device``. A regression, and
    what cannot be compared, fails the test with the gate's words; what these clips do not decide skips it. Returned is
    the judgement, ``None`` where the baseline was updated.
    """
    root, option = request.config.rootpath, request.config.getoption

    def gated(
        model: str, *, protocol: Path | str, baseline: Path | str, gate: Path | str | None = None, **asked: Any
    ) -> Judgement | None:
        from evalsuite.gating.baseline import load_baseline
        from evalsuite.gating.gate import declared, hold, keep
        from evalsuite.gating.trial import run_alone
        from evalsuite.gating.wording import told
        from evalsuite.running.plan import Request

        with _mistakes_told():
            run = run_alone(Request(protocol=protocol, models=(model,), **asked), folder=tmp_path / "evalsuite")
            margins = declared(run.record, root / gate if gate else None)
            if option(UPDATE):
                keep(run, root / baseline, gate=margins, why=option("--evalsuite-why"))
                return None
            judgement = hold(run, load_baseline(root / baseline), gate=margins)
        _enforce(judgement.outcome, told(judgement))
        return judgement

    return gated


@pytest.fixture
def evalsuite_throughput(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Race | None]:
    """Return ``timed(model, *, protocol, against=None, allowed=0.2, rounds=10, **asked)``, which times ``generate``.

    pytest-benchmark shows the seconds, with the pictures per second beside them; without it the test is skipped.
    ``against`` another model, which draws in turn with the first, the test fails where that is slower by more than the
    share ``allowed``, and the race is returned. What else is ``asked`` is as for :func:`evalsuite_gate`.
    """
    try:
        benchmark = request.getfixturevalue("benchmark")
    except pytest.FixtureLookupError:
        pytest.skip("evalsuite_throughput needs pytest-benchmark: pip install pytest-benchmark")

    def timed(
        model: str, *, against: str | None = None, allowed: float = 0.2, rounds: int = 10, **asked: Any
    ) -> Race | None:
        from evalsuite.gating.speed import drawing, race
        from evalsuite.gating.trial import model_and_clips
        from evalsuite.running.plan import Request

        def opened(name: str) -> Any:
            return model_and_clips(Request(models=(name,), **({"limit": CLIPS} | asked)), folder=tmp_path / "evalsuite")

        with _mistakes_told():
            ours, clips = opened(model)
            benchmark.pedantic(drawing(ours, clips), rounds=rounds, warmup_rounds=1)
            if benchmark.stats is not None:  # off by --benchmark-disable and beside pytest-xdist
                benchmark.extra_info["pictures_per_second"] = len(clips) / benchmark.stats.stats.median
            if against is None:
                return None
            found = race(ours, opened(against)[0], clips=clips, allowed=allowed, rounds=rounds)
        _enforce(found.outcome, f"{ours.card.name} {found}")
        return found

    return timed


@contextmanager
def _mistakes_told() -> Iterator[None]:
    """Tell a mistake of the user's in its one line, without a traceback."""
    from evalsuite.errors import UserError

    try:
        yield
    except UserError as error:
        pytest.fail(f"evalsuite: {error}", pytrace=False)


def _enforce(outcome: Outcome, words: str) -> None:
    """Fail a test for a regression, and skip it where nothing is decided: only a model that got worse is stopped."""
    if outcome == "regressed":
        pytest.fail(words, pytrace=False)
    if outcome == "inconclusive":
        pytest.skip(words)
