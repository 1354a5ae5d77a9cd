"""``evalsuite gate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evalsuite.cli.options import defined, json_option
from evalsuite.errors import UserError

if TYPE_CHECKING:
    from evalsuite.gating.judgement import Judgement

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(name="gate")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--baseline", type=FILE, metavar="FILE", help="Hold the run against this baseline.")
@click.option("--update-baseline", "update", type=FILE, metavar="FILE", help="Make the run the baseline.")
@click.option("--why", default="", metavar="TEXT", help="Why the baseline is updated: kept in its history.")
@click.option("--gate", "margins", type=FILE, metavar="FILE", help="Margins, in place of the protocol's.")
@click.option("--junit", type=FILE, metavar="FILE", help="Write the findings as JUnit XML.")
@click.option("--summary", type=FILE, metavar="FILE", help="Write the findings as Markdown, for a pull request.")
@json_option
def command(*, run: Path, update: Path | None, why: str, **asked: Any) -> int:
    """Stop a model that became worse than its baseline by more than is allowed.

    Ends with 0 where the model holds, 1 where it regressed, 2 where the two do not compare, and 3 where these clips do
    not decide it.

    Example: evalsuite gate runs/NEW --baseline tests/baseline.evalsuite --gate gate.yaml

    The baseline: evalsuite gate runs/GOOD --update-baseline tests/baseline.evalsuite --why "first release"
    """
    if (asked["baseline"] is None) == (update is None):
        raise UserError("give either --baseline FILE, to hold the run against it, or --update-baseline FILE")
    if update:
        return _update(run, update, margins=asked["margins"], why=why)
    return _hold(run, **asked)


def _update(run: Path, file: Path, *, margins: Path | None, why: str) -> int:
    """Make the run the baseline and tell what is kept."""
    from evalsuite.gating.gate import declared, keep
    from evalsuite.run_folder import load_run

    opened = load_run(run)
    kept = keep(opened, file, gate=declared(opened.record, margins), why=why)
    names = ", ".join(kept.fingerprints)
    about = f"{len(kept.scores)} scores of {names} on {len(kept.clips):,} clips, {file.stat().st_size / 1000:.0f} kB"
    click.echo(f"{file}: {about}; update {len(kept.history)} by {kept.history[-1].who}")
    return 0


def _hold(
    run: Path, *, baseline: Path, margins: Path | None, junit: Path | None, summary: Path | None, as_json: bool
) -> int:
    """Hold the run against the baseline, write the files that are asked for and tell what was found."""
    from evalsuite.gating import junit as xml
    from evalsuite.gating import summary as markdown
    from evalsuite.gating.baseline import load_baseline
    from evalsuite.gating.gate import declared, hold
    from evalsuite.gating.wording import told
    from evalsuite.run_folder import load_run

    try:
        opened, kept = load_run(run), load_baseline(baseline)
        judgement = hold(opened, kept, gate=declared(opened.record, margins))
    except UserError as error:
        _write(junit, xml.junit_of_error(str(error), run=run.name))
        _write(summary, markdown.summary_of_error(str(error), run=run.name).encode())
        raise
    _write(junit, xml.junit(judgement, run=run.name))
    _write(summary, markdown.summary(judgement, kept, run=run.name).encode())
    click.echo(told(judgement), err=as_json)
    if judgement.outcome == "regressed":
        click.echo(f"where that is meant: {_updating(run, baseline, margins)}", err=as_json)
    if as_json:
        click.echo(json.dumps(_content(judgement, run=run, baseline=baseline)))
    return judgement.code


def _updating(run: Path, baseline: Path, margins: Path | None) -> str:
    """Return the command that makes the run the baseline."""
    import shlex

    gate = ["--gate", str(margins)] if margins else []
    command_line = ["evalsuite", "gate", str(run), "--update-baseline", str(baseline), *gate, "--why", "…"]
    return shlex.join(command_line)


def _write(file: Path | None, content: bytes) -> None:
    from evalsuite.files import write_atomically

    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, content)


def _content(judgement: Judgement, *, run: Path, baseline: Path) -> dict[str, Any]:
    from evalsuite.gating.wording import sentence

    rows = [defined(finding.flat()) | {"told": sentence(finding)} for finding in judgement.findings]
    about = {"run": str(run), "baseline": str(baseline), "outcome": judgement.outcome, "code": judgement.code}
    return about | {"findings": rows, "notes": list(judgement.notes)}
