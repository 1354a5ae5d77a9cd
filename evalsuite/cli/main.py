"""The command line: one module per verb, imported when the verb is used."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from importlib import import_module

import click

from evalsuite import __version__
from evalsuite.cli.plugins import brought, summary
from evalsuite.errors import UserError, did_you_mean

USER_ERROR = 2
INTERRUPTED = 130

VERBS = {
    "run": ("evalsuite.cli.run", "Plan, generate, score and report."),
    "score": ("evalsuite.cli.score", "Score pictures that were made elsewhere."),
    "measure": ("evalsuite.cli.measure", "Measure any folder of pictures by any metrics, with no protocol."),
    "plan": ("evalsuite.cli.plan", "Show what would run and what is cached; run nothing."),
    "compare": ("evalsuite.cli.compare", "Tell models apart, within a run or across runs."),
    "gate": ("evalsuite.cli.gate", "Stop a model that became worse than its baseline by more than is allowed."),
    "calibrate": ("evalsuite.cli.calibrate", "Damage true pictures and tell which metric sees it."),
    "report": ("evalsuite.cli.report", "Write the report of a finished run once more."),
    "table": ("evalsuite.cli.table", "Write a table for a paper from finished runs."),
    "paper": ("evalsuite.cli.paper", "Check the numbers of a paper against the runs they come from."),
    "ls": ("evalsuite.cli.ls", "List protocols, models, metrics, data sets, pools, encoders or runs."),
    "check-model": ("evalsuite.cli.check_model", "Check whether a model keeps the interface's promises."),
    "data": ("evalsuite.cli.data", "List, prepare, verify and fetch data sets."),
    "doctor": ("evalsuite.cli.doctor", "Say what this machine has, and what a profile lacks on it."),
    "weights": ("evalsuite.cli.weights", "List, fetch and verify published weights."),
    "train": ("evalsuite.cli.train", "Train a model's trainable parts."),
    "miniworld": ("evalsuite.cli.miniworld", "Make the miniature world's checkpoints."),
}
"""Module and summary of each of the suite's own verbs. The module's ``command`` is the verb.

Other packages bring theirs through entry points, see :mod:`evalsuite.cli.plugins`.
"""

# The suite never uses the network while it measures, and its own progress bars are the only ones. Anyone who wants it
# otherwise sets the variable before.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DIFFUSERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
}


class LazyGroup(click.Group):
    """A group that imports a verb's module only when that verb is used, so that ``--help`` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order a user meets them, then those that other packages bring."""
        return [*VERBS, *(name for name in brought() if name not in VERBS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb. Raises ``UserError`` with the nearest one where there is none."""
        if cmd_name in VERBS:
            return _is_command(import_module(VERBS[cmd_name][0]).command, cmd_name)
        if cmd_name not in brought():
            raise UserError(f"no such command {cmd_name!r}{did_you_mean(cmd_name, self.list_commands(ctx))}")
        from evalsuite.registry import resolve

        return _is_command(resolve("commands", cmd_name), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs and their summaries without importing any."""
        own = [(name, about) for name, (_, about) in VERBS.items()]
        others = [(name, summary(entry)) for name, entry in brought().items() if name not in VERBS]
        with formatter.section("Commands"):
            formatter.write_dl(own + others)


def _is_command(found: object, name: str) -> click.Command:
    if not isinstance(found, click.Command):
        raise UserError(f"command {name!r} is a {type(found).__name__}, not a click command")
    return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="evalsuite")
def cli() -> None:
    """Evaluate audio-to-image generation.

    Example: evalsuite run esc50_zeroshot --limit 100
    """


def main() -> None:
    """Run the command line and exit: 0 well, 2 the user's mistake, 130 interrupted; ``gate`` has codes of its own."""
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Run one command and return its exit code. Mistakes of the user become one line on stderr."""
    _settle()
    try:
        code = cli.main(arguments, prog_name="evalsuite", standalone_mode=False)
    except (UserError, click.ClickException) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"evalsuite: {' '.join(message.split())}", err=True)
        return USER_ERROR
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; what was made is kept, run the same command again to go on", err=True)
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _settle() -> None:
    """Keep libraries off the network and off stderr, and let models be named that lie in the current folder."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    if os.getcwd() not in sys.path:  # noqa: PTH109 - as the interpreter itself would write it
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
    logging.getLogger().addHandler(logging.NullHandler())
    for name in ("evalsuite", "baselines"):
        own = logging.getLogger(name)
        if not own.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter("evalsuite: %(message)s"))
            own.addHandler(handler)
            own.setLevel(logging.INFO)  # how far a training is
