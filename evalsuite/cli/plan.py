"""``evalsuite plan``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evalsuite.cli.options import make_request, request_options

if TYPE_CHECKING:
    from evalsuite.running.plan import Plan
    from evalsuite.running.store import Store


@click.command(name="plan")
@request_options
def command(**asked: Any) -> None:
    """Show what would run and what is cached; run nothing.

    Example: evalsuite plan esc50_zeroshot --models seeingsounds,my_module:MyModel
    """
    from evalsuite.running.notes import make_notes
    from evalsuite.running.plan import make_plan
    from evalsuite.running.store import Store

    plan = make_plan(make_request(**asked))
    with Store() as store:
        click.echo(f"run       {plan.run_id}")
        click.echo(f"protocol  {plan.protocol.name}, version {plan.protocol.version}; profile {plan.profile.name}")
        click.echo(f"clips     {len(plan.rows)} of {len(plan.asked)}, {plan.dataset_stamp}")
        click.echo(f"metrics   {', '.join(metric.name for metric in plan.metrics)}")
        for line in _models(plan, store):
            click.echo(f"model     {line}")
        for note in make_notes(plan, store):
            click.echo(f"note      {note}")
        click.echo(f"store     {store.file}")


def _models(plan: Plan, store: Store) -> list[str]:
    from evalsuite.running.generate import drawings

    lines = []
    for model in plan.models:
        keys = [drawing.key for drawing in drawings(plan, model)]
        held = len(store.held(keys))
        lines.append(f"{model.card.name} ({model.card.role}): {held} pictures cached, {len(keys) - held} to draw")
    return lines
